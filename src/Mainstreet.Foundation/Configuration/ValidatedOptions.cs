using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Configuration;

/// <summary>Marks a setting whose value is never printed or logged.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;

/// <summary>An options class and the section that it is read from, for <c>config check</c> and <c>config show</c>.</summary>
public sealed record OptionsRegistration(Type Type, string Section);

/// <summary>Registers options that are validated at start.</summary>
public static class ValidatedOptions
{
    public static IServiceCollection AddValidatedOptions<TOptions>(
        this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(new OptionsRegistration(typeof(TOptions), section));
        return services;
    }
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Configuration;

/// <summary>Marks a setting whose value is never printed or logged.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;

/// <summary>Marks a setting whose change in a settings file is taken while the program runs; all others need a restart. Readers ask <see cref="IOptionsMonitor{TOptions}"/>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ReloadsAttribute : Attribute;

/// <summary>An options class and the section that it is read from, for <c>config check</c> and <c>config show</c>.</summary>
/// <param name="Type">The options class.</param>
/// <param name="Section">The section's path, for example <c>Database</c>.</param>
/// <param name="Inspect">Finds everything that is wrong with the section of the given settings; never throws for a wrong setting.</param>
public sealed record OptionsRegistration(Type Type, string Section, Func<IServiceProvider, IConfiguration, SectionInspection> Inspect);

/// <summary>Registers options that are validated at start, together with all others.</summary>
public static class ValidatedOptions
{
    /// <summary>
    /// Binds the class to the section. Annotations (also of nested classes) and every registered
    /// <see cref="IValidateOptions{TOptions}"/> are checked: at start by <see cref="ConfigurationReport"/>, and again when
    /// the options are first asked for.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="configuration">All settings.</param>
    /// <param name="section">The section's path.</param>
    /// <param name="name">Name of the options, for a class that several sections are read into; default the unnamed ones.</param>
    public static IServiceCollection AddValidatedOptions<TOptions>(
        this IServiceCollection services, IConfiguration configuration, string section, string? name = null)
        where TOptions : class
    {
        if (services.Any(d => d.ImplementationInstance is OptionsRegistration known && known.Type == typeof(TOptions) && known.Section == section))
            return services;
        var check = new SectionCheck<TOptions>(configuration.GetSection(section), name ?? Options.DefaultName);
        services.AddOptions();
        services.AddSingleton<IConfigureOptions<TOptions>>(check);
        services.AddSingleton<IValidateOptions<TOptions>>(check);
        services.AddSingleton(new OptionsRegistration(typeof(TOptions), section, check.Inspect));
        if (SettingsCatalogue.Reloads(typeof(TOptions)))
            services.AddSingleton<IOptionsChangeTokenSource<TOptions>>(new ConfigurationChangeTokenSource<TOptions>(name ?? Options.DefaultName, configuration));
        // The host calls the validator before it starts anything else.
        services.Replace(ServiceDescriptor.Singleton<IStartupValidator, ConfigurationGate>());
        return services;
    }
}

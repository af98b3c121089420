using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Configuration.Rules;

/// <summary>The rules that hold whatever modules are loaded.</summary>
public static class ConfigurationRules
{
    public static IServiceCollection AddConfigurationRules(this IServiceCollection services) => services
        .AddSingleton<IConfigurationRule, SecretStrength>()
        .AddSingleton<IConfigurationRule, EncryptedTransport>()
        .AddSingleton<IConfigurationRule, RealThings>()
        .AddSingleton<IConfigurationRule, OpenDoors>()
        .AddSingleton<IConfigurationRule, SecretPlaces>()
        .AddSingleton<IConfigurationRule, OneWriter>();
}

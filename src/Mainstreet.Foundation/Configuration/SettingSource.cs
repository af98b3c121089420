using System.Text.RegularExpressions;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace Mainstreet.Foundation.Configuration;

/// <summary>Where a setting came from.</summary>
public enum SettingOrigin
{
    Default,
    File,
    Environment,
    CommandLine,
    Program,
}

/// <summary>Where a setting came from, and the words for it: <c>appsettings.json</c>, <c>environment variable Database__Provider</c>.</summary>
public sealed partial record SettingSource(SettingOrigin Origin, string Text)
{
    public static SettingSource Default { get; } = new(SettingOrigin.Default, "default");

    /// <summary>The provider that has the last word on the key, or on a key below it.</summary>
    public static SettingSource Of(IConfigurationRoot root, string key)
    {
        foreach (var provider in root.Providers.Reverse())
        {
            if (provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner })
            {
                if (Of(inner, key) is { Origin: not SettingOrigin.Default } found) return found;
                continue;
            }

            if (provider.TryGet(key, out _)) return Describe(Real(provider), key);
            if (provider.GetChildKeys([], key).FirstOrDefault() is { } child) return Describe(Real(provider), $"{key}:{child}");
        }

        return Default;
    }

    /// <summary>The settings file that has the last word on the key; null when something else has.</summary>
    internal static string? FileOf(IConfigurationRoot root, string key) =>
        root.Providers.Reverse().FirstOrDefault(p => p.TryGet(key, out _)) is { } last && Real(last) is SettingsFileConfigurationProvider file ? file.Path : null;

    // A provider may stand for another while changed settings are judged.
    private static IConfigurationProvider Real(IConfigurationProvider provider) => provider is StandIn standIn ? standIn.For : provider;

    private static SettingSource Describe(IConfigurationProvider provider, string key) => provider switch
    {
        CommandLineConfigurationProvider => new(SettingOrigin.CommandLine, $"command line --{key}"),
        EnvironmentVariablesConfigurationProvider => new(SettingOrigin.Environment, $"environment variable {Prefix(provider)}{EnvironmentName(key)}"),
        SecretFilesConfigurationProvider => new(SettingOrigin.Environment, $"file of {EnvironmentName(key)}{SecretFiles.Suffix}"),
        SettingsFileConfigurationProvider file => new(SettingOrigin.File, Path.GetFileName(file.Path)),
        FileConfigurationProvider file => new(SettingOrigin.File, file.Source.Path ?? "a file"),
        MemoryConfigurationProvider => new(SettingOrigin.Program, "set by the program"),
        _ => new(SettingOrigin.Program, provider.GetType().Name.Replace("ConfigurationProvider", "", StringComparison.Ordinal)),
    };

    /// <summary>The key as an environment variable spells it.</summary>
    public static string EnvironmentName(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    // The provider tells its prefix only in words.
    private static string Prefix(IConfigurationProvider provider) => PrefixWords().Match(provider.ToString() ?? "").Groups[1].Value;

    [GeneratedRegex("Prefix: '([^']*)'")]
    private static partial Regex PrefixWords();
}

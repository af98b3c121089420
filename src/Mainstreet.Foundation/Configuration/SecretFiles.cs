using System.Collections;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;

namespace Mainstreet.Foundation.Configuration;

/// <summary>
/// Settings whose value stands in a file: the environment variable <c>Database__ConnectionString_FILE=/run/secrets/database</c> gives
/// <c>Database:ConnectionString</c> the file's text without line breaks at its end. Only names of a section
/// (with <c>__</c>) count, so that other programs' variables (<c>SSL_CERT_FILE</c>) are left alone.
/// </summary>
/// <remarks>A file wins over the plain variable and over settings files; the command line wins over it.</remarks>
public static class SecretFiles
{
    internal const string Suffix = "_FILE";

    /// <summary>Adds the source where it belongs among the others.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read or is empty.</exception>
    public static void AddSecretFiles(this IConfigurationManager configuration) => configuration.AddSecretFiles(Environment.GetEnvironmentVariables());

    internal static void AddSecretFiles(this IConfigurationManager configuration, IDictionary variables)
    {
        var source = new SecretFilesSource(variables);
        for (var i = 0; i < configuration.Sources.Count; i++)
        {
            if (configuration.Sources[i] is not CommandLineConfigurationSource) continue;
            configuration.Sources.Insert(i, source);
            return;
        }

        configuration.Sources.Add(source);
    }

    /// <summary>The settings that files give, with the files' paths.</summary>
    internal static IEnumerable<(string Key, string Path)> PathsOf(IConfigurationRoot root) =>
        root.Providers.Any(p => p is SecretFilesConfigurationProvider || (p as StandIn)?.For is SecretFilesConfigurationProvider)
            ? Named(Environment.GetEnvironmentVariables()).Select(n => (n.Key, n.Path)) : [];

    internal static IEnumerable<(string Name, string Key, string Path)> Named(IDictionary variables)
    {
        foreach (DictionaryEntry variable in variables)
        {
            var name = (string)variable.Key;
            if (!name.EndsWith(Suffix, StringComparison.Ordinal) || !name.Contains("__", StringComparison.Ordinal)) continue;
            yield return (name, name[..^Suffix.Length].Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value ?? "");
        }
    }

    /// <summary>Whether the key is such a variable, whose setting another provider gives.</summary>
    internal static bool Names(IConfiguration configuration, string key) =>
        key.EndsWith(Suffix, StringComparison.Ordinal) && configuration[key[..^Suffix.Length]] is not null;
}

internal sealed class SecretFilesSource(IDictionary variables) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new SecretFilesConfigurationProvider(variables);
}

internal sealed class SecretFilesConfigurationProvider(IDictionary variables) : WatchedConfigurationProvider
{
    internal override Dictionary<string, string?> Read()
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, key, path) in SecretFiles.Named(variables)) settings[key] = Read(name, path);
        return settings;
    }

    private static string Read(string name, string path)
    {
        try
        {
            var text = File.ReadAllText(path).TrimEnd('\r', '\n');
            return text.Length > 0 ? text : throw new InvalidDataException($"{name}: the file {path} is empty");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidDataException($"{name}: the file {path} cannot be read: {failure.Message}", failure);
        }
    }
}

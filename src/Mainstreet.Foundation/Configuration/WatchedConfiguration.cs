using System.Text.Json;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;

namespace Mainstreet.Foundation.Configuration;

/// <summary>Settings from files. What changes there is not in force before <see cref="SettingsWatch"/> has judged it.</summary>
internal abstract class WatchedConfigurationProvider : ConfigurationProvider
{
    /// <summary>What is in force.</summary>
    internal IReadOnlyDictionary<string, string?> InForce => (IReadOnlyDictionary<string, string?>)Data;

    /// <summary>The files as they are now.</summary>
    /// <exception cref="InvalidDataException">A file cannot be read or understood; the message names it and shows nothing of it.</exception>
    internal abstract Dictionary<string, string?> Read();

    public override void Load() => Data = Read();

    /// <summary>Takes other settings; nobody is told yet.</summary>
    internal void Put(Dictionary<string, string?> settings) => Data = settings;

    /// <summary>Tells whoever reads these settings that they changed.</summary>
    internal void Tell() => OnReload();
}

/// <summary>A settings file in JSON.</summary>
internal sealed class SettingsFileConfigurationProvider(string path, bool optional) : WatchedConfigurationProvider
{
    internal string Path { get; } = path;

    internal override Dictionary<string, string?> Read()
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        if (optional && !File.Exists(Path)) return settings;
        try
        {
            using var file = new MemoryStream(File.ReadAllBytes(Path));
            // Absent and blank are the same: an editor may have emptied the file to write it anew.
            if (file.Length == 0) throw new InvalidDataException($"{Path} is empty");
            var json = new ConfigurationBuilder().AddJsonStream(file).Build();
            foreach (var (key, value) in json.AsEnumerable())
            {
                if (value is not null) settings[key] = value;
            }

            return settings;
        }
        catch (Exception failure) when (failure is FormatException or JsonException)
        {
            var at = failure as JsonException ?? failure.InnerException as JsonException;
            throw new InvalidDataException($"{Path} is not JSON{(at?.LineNumber is { } line ? $", line {line + 1}" : "")}", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{Path} cannot be read: {failure.Message}", failure);
        }
    }
}

internal sealed class SettingsFileSource(string path, bool optional) : IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => new SettingsFileConfigurationProvider(path, optional);
}

/// <summary>A provider while changed settings are judged: the other's settings as they are, or changed ones.</summary>
internal sealed class StandIn : ConfigurationProvider
{
    private readonly bool _changed;

    internal StandIn(IConfigurationProvider of) => For = of;

    internal StandIn(IConfigurationProvider of, Dictionary<string, string?> settings) => (For, Data, _changed) = (of, settings, true);

    internal IConfigurationProvider For { get; }

    public override bool TryGet(string key, out string? value) => _changed ? base.TryGet(key, out value) : For.TryGet(key, out value);

    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
        _changed ? base.GetChildKeys(earlierKeys, parentPath) : For.GetChildKeys(earlierKeys, parentPath);
}

/// <summary>Puts settings files under watch.</summary>
public static class WatchedConfiguration
{
    /// <summary>
    /// Reads <c>appsettings*.json</c> so that changes are judged before they count, and adds the file that the setting <c>SettingsFile</c> names.
    /// </summary>
    /// <exception cref="InvalidDataException">A file cannot be read or understood.</exception>
    public static void WatchSettingsFiles(this IConfigurationManager configuration)
    {
        var last = -1;
        for (var i = 0; i < configuration.Sources.Count; i++)
        {
            if (configuration.Sources[i] is not JsonConfigurationSource { Path: { } name } json) continue;
            var path = (json.FileProvider ?? configuration.GetFileProvider()).GetFileInfo(name).PhysicalPath;
            if (path is null) continue;
            configuration.Sources[i] = new SettingsFileSource(path, json.Optional);
            last = i;
        }

        if (configuration["SettingsFile"] is { Length: > 0 } more) configuration.Sources.Insert(last + 1, new SettingsFileSource(Path.GetFullPath(more), optional: false));
    }
}

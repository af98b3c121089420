using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Backups;

/// <summary>What stands in <c>manifest.json</c>: enough to check a backup without its key. What the data says is in <see cref="BackupContents"/>.</summary>
internal sealed record BackupManifest(
    int Format, string Program, Engine Engine, DateTimeOffset At, string Reason, EncryptionHeader? Encryption, IReadOnlyList<StoredFile> Files)
{
    internal const int CurrentFormat = 1;
    internal const string FileName = "manifest.json";

    /// <summary>The manifest's SHA-256, sealed: proves that who wrote the manifest had the key. Only in encrypted backups.</summary>
    internal const string SealName = "manifest.seal";

    internal static string ProgramVersion =>
        typeof(BackupManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Null when this is a manifest that this program can go by.</summary>
    internal string? Refuse()
    {
        if (Format != CurrentFormat) return $"format {Format} is not one that this program reads";
        if (!BackupName.IsReason(Reason)) return "the reason is malformed";
        if (Encryption is not null && BackupKeys.Refuse(Encryption) is { } refusal) return refusal;
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Files)
        {
            // The paths are used on this machine's disk: only those that a backup can have are taken.
            if (!StoredFile.IsPath(file.Path)) return "it names a path that no backup has";
            if (!paths.Add(file.Path)) return $"it names {file.Path} twice";
            if (file.Bytes < 0 || file.Sha256.Length != 64 || !file.Sha256.All(char.IsAsciiHexDigitLower)) return $"size or checksum of {file.Path} is malformed";
        }

        if (!paths.Contains(BackupContents.FileName)) return $"it does not name {BackupContents.FileName}";
        return paths.Contains(StoredFile.DatabaseOf(Engine)) ? null : $"it does not name {StoredFile.DatabaseOf(Engine)}";
    }
}

/// <summary>A file of a backup, as it is stored (encrypted, if the backup is).</summary>
internal sealed partial record StoredFile(string Path, long Bytes, string Sha256)
{
    private const string Folder = "files/";

    internal static string DatabaseOf(Engine engine) => engine == Engine.Postgres ? "database.dump" : "database.sqlite";

    internal static string OfKey(string key) => $"{Folder}{key[..2]}/{key[2..4]}/{key}";

    /// <summary>The file store's key; null for a file of another kind.</summary>
    internal string? Key => Path.StartsWith(Folder, StringComparison.Ordinal) ? Path[(Folder.Length + 6)..] : null;

    internal static bool IsPath(string path) =>
        path is BackupContents.FileName or "database.dump" or "database.sqlite"
        || FilePattern().Match(path) is { Success: true } file && file.Groups["key"].ValueSpan.StartsWith(file.Groups["a"].Value + file.Groups["b"].Value, StringComparison.Ordinal);

    [GeneratedRegex(@"\Afiles/(?<a>[0-9a-f]{2})/(?<b>[0-9a-f]{2})/(?<key>[0-9a-f]{32})\z", RegexOptions.CultureInvariant)]
    private static partial Regex FilePattern();
}

/// <summary>What stands in <c>contents.json</c>: what a restore is compared with. Encrypted, if the backup is.</summary>
/// <param name="Migrations">Migrations that the database records.</param>
/// <param name="Tables">Every table with its rows.</param>
/// <param name="MissingFiles">Keys that rows name and the store did not have.</param>
internal sealed record BackupContents(IReadOnlyList<RecordedMigration> Migrations, IReadOnlyList<TableSum> Tables, IReadOnlyList<string> MissingFiles)
{
    internal const string FileName = "contents.json";
}

/// <summary>A migration as the database records it.</summary>
internal sealed record RecordedMigration(string Module, int Number, string Name, string Checksum);

/// <summary>A table's rows; see <see cref="RowSum"/> for the hash.</summary>
internal sealed record TableSum(string Name, long Rows, string Hash);

/// <summary>Names of backups: <c>mainstreet-20261122T010203Z-manual-0a1b2c</c>.</summary>
internal static partial class BackupName
{
    internal const string Partial = ".partial";
    private const string Instant = "yyyyMMdd'T'HHmmss'Z'";

    internal static string Of(DateTimeOffset at, string reason, string random) =>
        $"mainstreet-{at.UtcDateTime.ToString(Instant, CultureInfo.InvariantCulture)}-{reason}-{random}";

    internal static bool IsReason(string text) => ReasonPattern().IsMatch(text);

    /// <summary>Instant (to the second) and reason of a backup's name; null for any other name.</summary>
    internal static (DateTimeOffset At, string Reason)? Read(string name) =>
        Pattern().Match(name) is { Success: true } match
        && DateTimeOffset.TryParseExact(match.Groups["at"].Value, Instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? (at, match.Groups["reason"].Value) : null;

    [GeneratedRegex(@"\Amainstreet-(?<at>\d{8}T\d{6}Z)-(?<reason>[a-z0-9-]{1,32})-[0-9a-f]{6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"\A[a-z0-9-]{1,32}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ReasonPattern();
}

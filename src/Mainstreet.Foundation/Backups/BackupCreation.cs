using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

using Mainstreet.Foundation.Files;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// Takes a backup. Files first as far as rows name them, then the database, then the files that its rows name and are not copied yet. A file is written before
/// its row and deleted after it, and never changes, so only one that was deleted between the snapshot and its copy can be missing: then the database is taken
/// again. See docs/decisions/0035-what-a-backup-holds.md.
/// </summary>
internal sealed partial class BackupCreation(
    PostgresTools tools, IFileStore files, IEnumerable<FileColumn> columns, IOptions<BackupOptions> options, TimeProvider clock, ILogger<BackupCreation> log)
{
    /// <summary>Each try copies what is new; more than a few mean that files come and go faster than they can be copied.</summary>
    private const int MostTries = 5;

    internal async Task<BackupSummary> TakeAsync(DatabasePlace place, string folder, BackupRequest request, CancellationToken cancel)
    {
        if (!BackupName.IsReason(request.Reason)) throw new BackupException(BackupFailure.Configuration, "a backup's reason is 1 to 32 of a-z, 0-9 and -");
        var watch = Stopwatch.StartNew();
        var keys = request.Encrypt ?? options.Value.Encrypt ? BackupKeys.ForNew(options.Value) : null;
        var name = BackupName.Of(clock.GetUtcNow(), request.Reason, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3)));
        var writer = BackupWriter.Begin(Path.GetFullPath(folder), name, keys);
        try
        {
            if (request.Files) await CopyAheadAsync(place, writer, request.Progress, cancel);
            for (var tries = 1; ; tries++)
            {
                await using var snapshot = await place.SnapshotAsync(tools, clock, cancel);
                // Files first: they go on being deleted while the snapshot waits as it is.
                var named = request.Files ? await snapshot.FileKeysAsync(columns, cancel) : [];
                var missing = await CopyAsync(named, writer, request.Progress, cancel);
                if (missing.Count > 0 && tries < MostTries && await WereDeletedAsync(place, missing, cancel)) continue;
                request.Progress?.Report(new BackupProgress("database", 0, null));
                await writer.AddAsync(StoredFile.DatabaseOf(place.Engine), snapshot.WriteAsync, cancel);
                DropUnnamed(writer, named);
                var contents = new BackupContents(await snapshot.MigrationsAsync(cancel), await snapshot.SumAsync(request.Progress, cancel), missing);
                await writer.AddAsync(BackupContents.FileName, (file, token) => JsonSerializer.SerializeAsync(file, contents, BackupManifest.Json, token), cancel);
                var path = await writer.FinishAsync(
                    new BackupManifest(BackupManifest.CurrentFormat, BackupManifest.ProgramVersion, place.Engine, snapshot.At, request.Reason, null, []), cancel);
                if (missing.Count > 0) Log.FilesMissing(log, missing.Count);
                var summary = new BackupSummary(
                    path, snapshot.At, place.Engine, writer.Bytes, contents.Tables.Count, contents.Tables.Sum(t => t.Rows), named.Count - missing.Count, missing.Count, keys is not null, watch.Elapsed);
                Log.Taken(log, path, summary.Bytes, summary.Rows, (long)watch.Elapsed.TotalMilliseconds);
                return summary;
            }
        }
        catch
        {
            writer.Abandon();
            throw;
        }
    }

    // Most files are copied before the snapshot, so that little time is left for a deletion between it and the copy.
    private async Task CopyAheadAsync(DatabasePlace place, BackupWriter writer, IProgress<BackupProgress>? progress, CancellationToken cancel) =>
        await CopyAsync(await LiveKeys.ReadAsync(place, columns, cancel), writer, progress, cancel);

    /// <summary>Copies what is not copied yet; answers the keys that the store does not have.</summary>
    private async Task<List<string>> CopyAsync(IReadOnlyCollection<string> keys, BackupWriter writer, IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        var missing = new List<string>();
        var done = 0;
        foreach (var key in keys)
        {
            progress?.Report(new BackupProgress("files", done++, keys.Count));
            if (!IsKey(key))
            {
                missing.Add(key);
                continue;
            }

            var path = StoredFile.OfKey(key);
            if (writer.Has(path)) continue;
            await using var content = await files.OpenAsync(key, cancel);
            if (content is null) missing.Add(key);
            else await writer.AddAsync(path, (file, token) => content.CopyToAsync(file, token), cancel);
        }

        return missing;
    }

    /// <summary>Whether one of them is named no longer, so was deleted meanwhile; else they were lost before, and another try would not find them either.</summary>
    private async Task<bool> WereDeletedAsync(DatabasePlace place, List<string> missing, CancellationToken cancel)
    {
        var live = await LiveKeys.ReadAsync(place, columns, cancel);
        return missing.Any(key => !live.Contains(key));
    }

    private static void DropUnnamed(BackupWriter writer, IReadOnlyCollection<string> named)
    {
        var wanted = named.Where(IsKey).Select(StoredFile.OfKey).ToHashSet(StringComparer.Ordinal);
        foreach (var path in writer.FilePaths.Where(p => !wanted.Contains(p)).ToList()) writer.Remove(path);
    }

    private static bool IsKey(string key) => key.Length == 32 && key.All(char.IsAsciiHexDigitLower);

    private static partial class Log
    {
        [LoggerMessage(1013, LogLevel.Information, "Backup {Path} taken: {Bytes} bytes, {Rows} rows, {Milliseconds} ms")]
        internal static partial void Taken(ILogger log, string path, long bytes, long rows, long milliseconds);

        [LoggerMessage(1014, LogLevel.Warning, "{Count} files that rows name were not in the file store; the backup names them and goes without them")]
        internal static partial void FilesMissing(ILogger log, int count);
    }
}

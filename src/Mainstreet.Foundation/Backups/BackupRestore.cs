using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Files;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Backups;

/// <summary>Verifies a backup, brings it into a target, and compares what is there with what was in the snapshot.</summary>
internal sealed partial class BackupRestore(
    PostgresTools tools, BackupCreation creation, IFileStore files, IOptions<BackupOptions> options, TimeProvider clock, ILogger<BackupRestore> log)
{
    internal Task<RestoreSummary> RunAsync(DatabasePlace place, string folder, RestoreRequest request, CancellationToken cancel) =>
        RunAsync(place, files, folder, request, cancel);

    internal async Task<RestoreSummary> RunAsync(DatabasePlace place, IFileStore store, string folder, RestoreRequest request, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        var reader = await ReadAsync(place, request, cancel);
        var contents = await reader.ReadContentsAsync(cancel);
        await using var target = place.Engine == Engine.Postgres
            ? await PostgresRestoreTarget.OpenAsync(place.Options, tools, clock, cancel)
            : (IRestoreTarget)new SqliteRestoreTarget(place.SqliteFile);

        string? replaced = null;
        if (!await target.IsEmptyAsync(cancel))
        {
            if (!request.Replace) throw new BackupException(BackupFailure.Refused, "the target database is not empty: choose another, or say --replace");
            if (await target.WhyNotReplaceableAsync(cancel) is { } reason) throw new BackupException(BackupFailure.Refused, $"the target database cannot be replaced: {reason}");
            replaced = (await creation.TakeAsync(place, folder, new BackupRequest { Reason = "before-restore", Progress = request.Progress }, cancel)).Path;
            // Taking the backup opened it once more.
            if (await target.WhyNotReplaceableAsync(cancel) is { } late) throw new BackupException(BackupFailure.Refused, $"the target database cannot be replaced: {late}");
        }

        await target.PrepareAsync(request.From, cancel);
        var restored = await PutFilesBackAsync(reader, store, request.Progress, cancel);
        request.Progress?.Report(new BackupProgress("database", 0, null));
        await using (var content = reader.OpenFile(StoredFile.DatabaseOf(place.Engine)))
        {
            await target.LoadAsync(content, cancel);
        }

        Failpoints.Hit(Failpoints.BeforeRestoreIsCompared);
        await using (var back = await target.ReadAsync(cancel))
        {
            var differences = Compare(contents, await back.MigrationsAsync(cancel), await back.SumAsync(request.Progress, cancel));
            if (differences.Count > 0)
                throw new BackupException(BackupFailure.Refused, $"what was restored is not what was backed up, and stays marked as unfinished: {string.Join("; ", differences.Take(5))}");
        }

        await target.FinishAsync(cancel);
        var summary = new RestoreSummary(
            reader.Folder, reader.Manifest.At, contents.Tables.Count, contents.Tables.Sum(t => t.Rows), restored, contents.Migrations.Count, replaced, watch.Elapsed);
        Log.Restored(log, reader.Folder, summary.Rows, summary.Files, (long)watch.Elapsed.TotalMilliseconds);
        return summary;
    }

    private async Task<BackupReader> ReadAsync(DatabasePlace place, RestoreRequest request, CancellationToken cancel)
    {
        var reader = await BackupReader.OpenAsync(request.From, options.Value, cancel);
        if (reader.Manifest.Engine != place.Engine)
            throw new BackupException(BackupFailure.Refused, $"the backup is of {reader.Manifest.Engine}, the target is {place.Engine}: a backup is restored on the engine that it was taken from");
        if (!reader.CanOpen) throw new BackupException(BackupFailure.Configuration, "the backup is encrypted: set Backup:Key (or Backup__Key_FILE) or Backup:Passphrase");
        var check = await reader.VerifyAsync(request.Progress, cancel);
        return check.Good ? reader : throw new BackupException(BackupFailure.Refused, $"the backup is damaged; nothing was touched: {string.Join("; ", check.Findings.Take(5))}");
    }

    private static async Task<int> PutFilesBackAsync(BackupReader reader, IFileStore store, IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        var all = reader.Manifest.Files.Where(f => f.Key is not null).ToList();
        var done = 0;
        foreach (var file in all)
        {
            progress?.Report(new BackupProgress("files", done, all.Count));
            await using var content = reader.OpenFile(file.Path);
            await store.PutBackAsync(file.Key!, content, cancel);
            done++;
        }

        return done;
    }

    private static List<string> Compare(BackupContents expected, IReadOnlyList<RecordedMigration> migrations, IReadOnlyList<TableSum> tables)
    {
        var found = new List<string>();
        if (!expected.Migrations.SequenceEqual(migrations)) found.Add("the recorded migrations are others");
        var there = tables.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var table in expected.Tables)
        {
            if (!there.Remove(table.Name, out var actual)) found.Add($"the table {table.Name} is missing");
            else if (actual.Rows != table.Rows) found.Add($"{table.Name} has {actual.Rows} rows, not {table.Rows}");
            else if (actual.Hash != table.Hash) found.Add($"rows of {table.Name} differ");
        }

        found.AddRange(there.Keys.Select(name => $"there is a table {name} more"));
        return found;
    }

    private static partial class Log
    {
        [LoggerMessage(1012, LogLevel.Information, "Backup {Path} restored: {Rows} rows and {Files} files compared, {Milliseconds} ms")]
        internal static partial void Restored(ILogger log, string path, long rows, int files, long milliseconds);
    }
}

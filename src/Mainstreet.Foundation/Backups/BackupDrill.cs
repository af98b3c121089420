using System.Diagnostics;
using System.Security.Cryptography;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Files;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Time;

using Microsoft.Extensions.Options;

using Npgsql;

namespace Mainstreet.Foundation.Backups;

/// <summary>
/// Restores a backup to a scratch place (a temporary folder, on PostgreSQL a database of its own on the same server), with all the checks of a restore, and
/// removes it again. What is served is not touched.
/// </summary>
internal sealed class BackupDrill(BackupRestore restore, PostgresTools tools, TimeProvider clock)
{
    internal async Task<DrillReport> RunAsync(DatabasePlace place, string from, IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("mainstreet-drill-").FullName;
        var name = $"mainstreet_drill_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
        var scratchOptions = new DatabaseOptions
        {
            Provider = place.Options.Provider,
            MaxPoolSize = 4,
            ConnectionString = place.Engine == Engine.Postgres ? new NpgsqlConnectionStringBuilder(place.Options.ConnectionString) { Database = name }.ConnectionString : null,
        };
        var data = new DataDirectory(folder);
        var started = clock.Now();
        try
        {
            await using var storage = new Storage(Options.Create(scratchOptions), data);
            var scratch = new DatabasePlace(storage, scratchOptions, data);
            var watch = Stopwatch.StartNew();
            RestoreSummary done;
            try
            {
                done = await restore.RunAsync(scratch, new DiskFileStore(Path.Combine(folder, "files"), clock), folder, new RestoreRequest(from, Progress: progress), cancel);
            }
            catch (BackupException failed) when (failed.Failure == BackupFailure.Refused)
            {
                return new DrillReport(Path.GetFullPath(from), null, null, watch.Elapsed, null, 0, 0, 0, [failed.Message]);
            }

            var took = watch.Elapsed;
            return new DrillReport(done.From, done.At, started - done.At, took, await NewestAsync(scratch, cancel), done.Tables, done.Rows, done.Files, []);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            if (place.Engine == Engine.Postgres) await PostgresRestoreTarget.AdministerAsync(scratchOptions, "DROP DATABASE IF EXISTS {0} WITH (FORCE)", name, CancellationToken.None);
        }
    }

    private async Task<DateTimeOffset?> NewestAsync(DatabasePlace scratch, CancellationToken cancel)
    {
        if (scratch.Engine == Engine.Sqlite)
        {
            await using var sqlite = await SqliteSnapshot.OfFileAsync(scratch.SqliteFile, cancel);
            return await sqlite.NewestAsync(cancel);
        }

        await using var postgres = await PostgresSnapshot.TakeAsync(scratch.Options, tools, clock, cancel);
        return await postgres.NewestAsync(cancel);
    }
}

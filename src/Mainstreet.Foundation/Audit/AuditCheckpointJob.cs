using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Audit;

/// <summary>Adds a checkpoint over the rows since the last one; nothing when there are none.</summary>
internal sealed partial class AuditCheckpointJob(
    IDbContextFactory<FoundationDb> contexts, TimeProvider clock, IOptions<DatabaseOptions> database, ILogger<AuditCheckpointJob> log) : IRecurringJob
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    public async Task RunAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        // A full pass over a long stretch may take longer than one statement normally may.
        db.Database.SetCommandTimeout(TimeSpan.FromMinutes(10));
        var last = await db.AuditCheckpoints.AsNoTracking().OrderByDescending(c => c.Seq).FirstOrDefaultAsync(cancel);
        var until = clock.Now() - Delay(database.Value);
        if (last is not null && until <= last.Until) return;

        using var digest = new AuditDigest(last?.Digest);
        var rows = AuditDigest.InOrder(db).Where(r => r.At <= until);
        if (last is not null) rows = rows.Where(r => r.At > last.Until);
        await foreach (var hash in rows.Select(r => r.Hash).AsAsyncEnumerable().WithCancellation(cancel)) digest.AddRow(hash);
        if (digest.Rows == 0) return;

        var next = AuditCheckpoint.After(last, until, (last?.Rows ?? 0) + digest.Rows, digest.Finish());
        db.AuditCheckpoints.Add(next);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            Log.OvertakenBy(log, next.Seq);
            return;
        }

        Log.Written(log, next.Seq, next.Rows, next.Hash);
    }

    /// <summary>
    /// How old a row must be to be covered. A row gets its instant when the use case makes it and appears at the commit:
    /// a row that appeared behind a checkpoint would look smuggled in. Between the two lie a few statements, none longer
    /// than the command time-out, so four of those, and never less than a minute, which also covers clocks that disagree.
    /// </summary>
    internal static TimeSpan Delay(DatabaseOptions options) =>
        TimeSpan.FromSeconds(Math.Max(60, 4 * options.CommandTimeoutSeconds));

    private static partial class Log
    {
        [LoggerMessage(1110, LogLevel.Information, "Audit checkpoint {Seq} covers {Rows} rows: {Hash}")]
        internal static partial void Written(ILogger log, int seq, long rows, string hash);

        [LoggerMessage(1111, LogLevel.Information, "Another replica wrote audit checkpoint {Seq} first")]
        internal static partial void OvertakenBy(ILogger log, int seq);
    }
}

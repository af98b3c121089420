using System.Data;

using Mainstreet.Foundation.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Audit;

/// <summary>What kind of damage was found.</summary>
public enum AuditDamage
{
    /// <summary>The row's hash does not follow from its fields and the row before: one of the two was changed, moved or put in.</summary>
    Changed,

    /// <summary>Rows are missing before this one.</summary>
    Removed,

    /// <summary>The sequence number comes twice.</summary>
    Doubled,

    /// <summary>Rows up to a checkpoint are not those that it covered: a tail or a whole stream was removed, or rows were put in.</summary>
    Checkpoint,

    /// <summary>The chain of checkpoints itself is broken, or does not contain the expected hash.</summary>
    CheckpointChain,
}

/// <summary>One place where the trail is broken.</summary>
public sealed record AuditFinding(AuditDamage Damage, string Stream, int Seq, string Message);

/// <summary>What a verification saw. <c>Findings</c> holds the first hundred in order; <c>Broken</c> counts all.</summary>
public sealed record AuditVerification(
    long Rows, long Streams, int Checkpoints, string? LastCheckpointHash, DateTimeOffset? CoveredUntil, long Broken, IReadOnlyList<AuditFinding> Findings)
{
    public bool Ok => Broken == 0;
}

/// <summary>
/// Reads the whole trail once by stream, for the chains, and once by time, for the checkpoints; memory does not grow
/// with the trail. Finds rows that were changed, removed, put in or put in another order. Rows younger than the last
/// checkpoint are covered by their chains only: the last rows of a stream may go unmissed until the next checkpoint.
/// </summary>
public sealed class AuditVerifier(IDbContextFactory<FoundationDb> contexts)
{
    private const int MaxFindings = 100;
    private const int PageSize = 500;

    /// <param name="stream">Only this stream's chain, and no checkpoints; null for everything.</param>
    /// <param name="expectedHash">A checkpoint's hash that was kept elsewhere: it must be among the checkpoints.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<AuditVerification> VerifyAsync(string? stream, string? expectedHash, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        db.Database.SetCommandTimeout(0);
        // One snapshot for both passes: what is appended meanwhile is not seen. On SQLite this level means a transaction
        // that does not ask for the write lock; its snapshot is the WAL's.
        await using var snapshot = await db.Database.BeginTransactionAsync(
            db.Engine == Engine.Postgres ? IsolationLevel.RepeatableRead : IsolationLevel.ReadUncommitted, cancel);
        var found = new Findings();
        try
        {
            await ChainsAsync(db, stream, found, cancel);
            if (stream is null) await CheckpointsAsync(db, expectedHash, found, cancel);
        }
        catch (Exception exception) when (exception is FormatException or InvalidCastException or ArgumentException or OverflowException)
        {
            // SQLite stores anything in any column, so a tampered row may not even be readable.
            found.Add(new AuditFinding(AuditDamage.Changed, found.Previous?.Stream ?? "", found.Previous?.Seq ?? 0,
                "the row after this one cannot be read; the verification stopped there"));
        }

        return new AuditVerification(
            found.Rows, found.Streams, found.Checkpoint?.Seq ?? 0, found.Checkpoint?.Hash, found.Checkpoint?.Until, found.Count, found.First);
    }

    private static async Task ChainsAsync(FoundationDb db, string? stream, Findings found, CancellationToken cancel)
    {
        var all = db.Audit.AsNoTracking();
        if (stream is not null) all = all.Where(r => r.Stream == stream);
        await foreach (var row in all.OrderBy(r => r.Stream).ThenBy(r => r.Seq).AsAsyncEnumerable().WithCancellation(cancel))
        {
            var previous = found.Previous?.Stream == row.Stream ? found.Previous : null;
            if (previous is null) found.Streams++;
            var expected = (previous?.Seq ?? 0) + 1;
            if (row.Seq > expected)
            {
                found.Add(new AuditFinding(AuditDamage.Removed, row.Stream, row.Seq, row.Seq == expected + 1
                    ? $"row {expected} is missing" : $"rows {expected} to {row.Seq - 1} are missing"));
            }
            else if (row.Seq < expected)
            {
                found.Add(new AuditFinding(AuditDamage.Doubled, row.Stream, row.Seq, $"row {row.Seq} does not belong before row {expected}"));
            }
            else if (row.ExpectedHash(previous?.Hash) != row.Hash)
            {
                found.Add(new AuditFinding(AuditDamage.Changed, row.Stream, row.Seq, previous is null
                    ? "the row was changed" : "the row, or the one before it, was changed"));
            }

            found.Rows++;
            found.Previous = row;
        }
    }

    private static async Task CheckpointsAsync(FoundationDb db, string? expectedHash, Findings found, CancellationToken cancel)
    {
        var seen = expectedHash is null;
        while (true)
        {
            // One connection reads one thing at a time, so checkpoints come in pages and rows stream in between.
            var before = found.Checkpoint;
            var after = before?.Seq ?? int.MinValue;
            var page = await db.AuditCheckpoints.AsNoTracking().Where(c => c.Seq > after).OrderBy(c => c.Seq).Take(PageSize).ToListAsync(cancel);
            if (page.Count == 0) break;
            foreach (var checkpoint in page)
            {
                seen |= checkpoint.Hash.Equals(expectedHash, StringComparison.OrdinalIgnoreCase);
                var previous = found.Checkpoint;
                if (checkpoint.Seq != (previous?.Seq ?? 0) + 1 || checkpoint.Previous != previous?.Hash
                    || checkpoint.Until <= previous?.Until || checkpoint.Hash != checkpoint.ExpectedHash())
                {
                    found.Add(Broken(AuditDamage.CheckpointChain, checkpoint, "the checkpoint was changed, or one before it is missing"));
                }

                found.Checkpoint = checkpoint;
            }

            await CompareAsync(db, before, page, found, cancel);
        }

        if (!seen) found.Add(new AuditFinding(AuditDamage.CheckpointChain, "", 0, "no checkpoint carries the expected hash"));
    }

    // Each digest starts from what the checkpoint before says, so that one broken stretch is named and not all after it.
    private static async Task CompareAsync(
        FoundationDb db, AuditCheckpoint? before, List<AuditCheckpoint> page, Findings found, CancellationToken cancel)
    {
        var until = page[^1].Until;
        var query = AuditDigest.InOrder(db).Where(r => r.At <= until);
        if (before?.Until is { } from) query = query.Where(r => r.At > from);
        await using var rows = query.Select(r => new { r.At, r.Hash }).AsAsyncEnumerable().GetAsyncEnumerator(cancel);
        var more = await rows.MoveNextAsync();
        foreach (var checkpoint in page)
        {
            using var digest = new AuditDigest(before?.Digest);
            for (; more && rows.Current.At <= checkpoint.Until; more = await rows.MoveNextAsync()) digest.AddRow(rows.Current.Hash);
            var covered = checkpoint.Rows - (before?.Rows ?? 0);
            if (digest.Rows != covered)
                found.Add(Broken(AuditDamage.Checkpoint, checkpoint, $"it covered {covered} rows since the checkpoint before, {digest.Rows} are there"));
            else if (digest.Finish() != checkpoint.Digest)
                found.Add(Broken(AuditDamage.Checkpoint, checkpoint, "the rows since the checkpoint before are not those that it covered"));
            before = checkpoint;
        }
    }

    private static AuditFinding Broken(AuditDamage damage, AuditCheckpoint checkpoint, string message) =>
        new(damage, "", checkpoint.Seq, $"checkpoint {checkpoint.Seq} of {checkpoint.Until:yyyy-MM-dd'T'HH:mm:ss'Z'}: {message}");

    /// <summary>How far the reading came and what it met.</summary>
    private sealed class Findings
    {
        internal List<AuditFinding> First { get; } = [];

        internal long Count { get; private set; }

        internal long Rows { get; set; }

        internal long Streams { get; set; }

        internal AuditRow? Previous { get; set; }

        internal AuditCheckpoint? Checkpoint { get; set; }

        internal void Add(AuditFinding finding)
        {
            Count++;
            if (First.Count < MaxFindings) First.Add(finding);
        }
    }
}

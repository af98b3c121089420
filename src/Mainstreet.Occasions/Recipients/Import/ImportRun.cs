using System.Security.Cryptography;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Recipients.Import;

/// <summary>
/// Streams a file of recipients into the database in batches; each batch, its plan and how far the file has come are one
/// transaction. Memory in use is one batch's, whatever the file holds. With a key, a file sent again after a break goes on where it
/// stopped, and one that was finished is answered as it was.
/// </summary>
internal sealed class ImportRun(OccasionsDb db, OccasionClock clock, TimeProvider real, IReplanner planner)
{
    internal const int MaxErrors = 1_000;

    private const int BatchSize = 500;

    /// <summary>An import without a sign of life for this long may be taken over.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>Progress is told no more often than this.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    private static readonly Problem Reused = new(422, "idempotency_key_reused", "This key was used with another file or business.");

    private static readonly Problem InProgress = new(409, "in_progress", "The first request with this key is still running.") { RetryAfterSeconds = 5 };

    /// <summary>Runs the whole file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="format">Its form.</param>
    /// <param name="totalBytes">Its length, when known.</param>
    /// <param name="key">The request's <c>Idempotency-Key</c>, or null.</param>
    /// <param name="business">To whom the recipients belong.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancel">The caller went away: batches that were committed stay.</param>
    internal async Task<Outcome<ImportAnswer>> RunAsync(
        Stream file, ImportFormat format, long? totalBytes, string? key, BusinessInfo business, Caller caller, CancellationToken cancel)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var metered = new MeteredStream(file);
        var rows = await ImportedRows.OpenAsync(metered, format, digest, cancel);
        if (!rows.Ok) return rows.Problem;
        var taken = await TakeAsync(key, totalBytes, business, caller, cancel);
        if (!taken.Ok) return taken.Problem;

        var run = new Progress(taken.Value, metered, digest);
        try
        {
            if (await WriteAsync(rows.Value, run, business, cancel) is { } problem) return problem;
            if (run.Import.FinishedAt is null && await FinishAsync(run, caller, cancel) is { } late) return late;
        }
        finally
        {
            if (run.Import.FinishedAt is null) await LetGoAsync(run.Import);
        }

        return run.Answer();
    }

    /// <summary>The row under which this request runs: a new one, or the one of an earlier request with the key.</summary>
    private async Task<Outcome<RecipientImport>> TakeAsync(string? key, long? totalBytes, BusinessInfo business, Caller caller, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var now = real.Now();
            var import = key is null ? null : await db.Imports.SingleOrDefaultAsync(i => i.AccountId == caller.Id && i.Key == key, cancel);
            if (import is not null && import.BusinessId != business.Id) return Reused;
            if (import is { FinishedAt: null } && import.TouchedAt > now - Silence) return InProgress;
            if (import is null)
            {
                db.Imports.Add(import = new RecipientImport { Id = real.NewId(), BusinessId = business.Id, AccountId = caller.Id, Key = key, CreatedAt = now });
            }

            if (import.FinishedAt is null)
            {
                import.Fence++;
                import.TouchedAt = now;
                import.TotalBytes = totalBytes;
            }

            try
            {
                await db.SaveChangesAsync(cancel);
                return import;
            }
            catch (DbUpdateException exception) when (attempt < 4 && (exception is DbUpdateConcurrencyException || Storage.IsUniqueViolation(exception)))
            {
                // Another request with the key was quicker; look again.
            }
            finally
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task<Problem?> WriteAsync(ImportedRows rows, Progress run, BusinessInfo business, CancellationToken cancel)
    {
        var defaultZone = await CreateRecipient.DefaultTimeZoneAsync(db, business.Id, cancel);
        var (known, verified) = (run.Import.Line, run.Import.Line == 0 && run.Import.FinishedAt is null);
        var batch = new List<Recipient>(BatchSize);
        await foreach (var row in rows.ReadAsync(cancel))
        {
            var fields = row.Request is { } request ? RecipientFields.Read(request, defaultZone, clock.Now()) : (Outcome<RecipientFields>)Unread(row.Error!);
            if (row.Line <= known)
            {
                // Dealt with by an earlier request: only looked at, to know the file again and to tell its errors again.
                if (!fields.Ok) run.Tell(row.Line, fields.Problem);
                if (row.Line == known && !(verified = run.DigestNow == run.Import.Digest)) return Reused;
                continue;
            }

            if (!verified || run.Import.FinishedAt is not null) return Reused;
            if (fields.Ok)
            {
                batch.Add(CreateRecipient.New(fields.Value, business, clock));
                run.Accepted++;
            }
            else
            {
                run.Tell(row.Line, fields.Problem);
                run.Rejected++;
            }

            run.Line = row.Line;
            run.SinceBatch++;
            if (batch.Count < BatchSize && run.SinceBatch < BatchSize * 4) continue;
            if (await FlushAsync(batch, run, cancel) is { } overtaken) return overtaken;
        }

        if (!verified && run.Import.Line > 0) return Reused;
        return run.Import.FinishedAt is null ? await FlushAsync(batch, run, cancel) : null;
    }

    private static Problem Unread(string error) => new(400, "row_invalid", error);

    private async Task<Problem?> FlushAsync(List<Recipient> batch, Progress run, CancellationToken cancel)
    {
        if (run.SinceBatch == 0) return null;
        var digest = run.DigestNow;
        var tell = run.IsTimeToTell(real, Between);
        var problem = await db.InTransactionAsync<Problem?>(async token =>
        {
            // First, so that a request that was overtaken writes nothing.
            if (!await StepAsync(run, digest, null, token)) return InProgress;
            if (batch.Count > 0)
            {
                await db.InsertRecipientsAsync(batch, token);
                await planner.ReplanAsync(db, batch, token);
            }

            if (tell) run.Tell(db, finished: false);
            await db.SaveChangesAsync(token);
            return null;
        }, cancel);
        db.ChangeTracker.Clear();
        batch.Clear();
        run.SinceBatch = 0;
        return problem;
    }

    private async Task<Problem?> FinishAsync(Progress run, Caller caller, CancellationToken cancel)
    {
        var digest = run.DigestNow;
        var now = real.Now();
        var problem = await db.InTransactionAsync<Problem?>(async token =>
        {
            if (!await StepAsync(run, digest, now, token)) return InProgress;
            run.Tell(db, finished: true);
            db.AuditFirst(new AuditEntry($"import:{run.Import.Id}", caller.Id, "recipients.imported", Detail: new
            {
                run.Import.BusinessId, run.Accepted, run.Rejected,
            }));
            await db.SaveChangesAsync(token);
            return null;
        }, cancel);
        if (problem is null) run.Import.FinishedAt = now;
        return problem;
    }

    private async Task<bool> StepAsync(Progress run, string digest, DateTimeOffset? finishedAt, CancellationToken cancel)
    {
        var (id, fence, now) = (run.Import.Id, run.Import.Fence, real.Now());
        return await db.Imports.Where(i => i.Id == id && i.Fence == fence).ExecuteUpdateAsync(
            s => s.SetProperty(i => i.Line, run.Line).SetProperty(i => i.Digest, digest).SetProperty(i => i.Accepted, run.Accepted)
                .SetProperty(i => i.Rejected, run.Rejected).SetProperty(i => i.Bytes, run.Bytes).SetProperty(i => i.TouchedAt, now)
                .SetProperty(i => i.FinishedAt, finishedAt),
            cancel) == 1;
    }

    /// <summary>Broken off: whoever sends the file again need not wait for the silence to pass.</summary>
    private async Task LetGoAsync(RecipientImport import)
    {
        db.ChangeTracker.Clear();
        var (id, fence) = (import.Id, import.Fence);
        await db.InTransactionAsync(token => db.Imports.Where(i => i.Id == id && i.Fence == fence && i.FinishedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(i => i.TouchedAt, DateTimeOffset.UnixEpoch), token), CancellationToken.None);
    }

    /// <summary>Where a run stands.</summary>
    private sealed class Progress(RecipientImport import, MeteredStream file, IncrementalHash digest)
    {
        private readonly List<ImportError> _errors = [];
        private long? _toldAt;

        internal RecipientImport Import { get; } = import;

        internal long Line { get; set; } = import.Line;

        internal long Accepted { get; set; } = import.Accepted;

        internal long Rejected { get; set; } = import.Rejected;

        internal int SinceBatch { get; set; }

        internal long Bytes => file.BytesRead;

        internal string DigestNow => Convert.ToHexStringLower(digest.GetCurrentHash());

        internal void Tell(long line, Problem problem)
        {
            if (_errors.Count >= MaxErrors) return;
            var text = problem.Errors is { } errors
                ? string.Join("; ", errors.Select(e => $"{e.Key}: {string.Join(", ", e.Value)}"))
                : problem.Detail ?? problem.Title;
            _errors.Add(new ImportError(line, text));
        }

        internal bool IsTimeToTell(TimeProvider clock, TimeSpan between)
        {
            if (_toldAt is { } told && clock.GetElapsedTime(told) < between) return false;
            _toldAt = clock.GetTimestamp();
            return true;
        }

        internal void Tell(OccasionsDb db, bool finished) => db.Notify($"import:{Import.Id}", "recipients.importing",
            new { importId = Import.Id, key = Import.Key, accepted = Accepted, rejected = Rejected, bytes = Bytes, totalBytes = Import.TotalBytes, finished },
            $"business:{Import.BusinessId}");

        internal ImportAnswer Answer() => new(Import.Id, Accepted, Rejected, _errors);
    }
}

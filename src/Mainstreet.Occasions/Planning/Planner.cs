using System.Diagnostics;

using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Planning;

/// <param name="Planned">Messages inserted as scheduled.</param>
/// <param name="Skipped">Messages that the misfire policy gave up; they are there as skipped rows.</param>
/// <param name="From">First instant of the window.</param>
/// <param name="Until">Its end, and the horizon now.</param>
internal sealed record PlanReport(int Planned, int Skipped, DateTimeOffset From, DateTimeOffset Until);

/// <summary>
/// The daily plan: raises the horizon, then goes once through everybody whose day may lie in the window that was not planned before, and writes
/// the messages that are due in it. Memory does not grow with their number. Safe to run twice, at the same time and after a crash: the window stays
/// open (<see cref="PlanState.CompleteUntil"/>) until a run was through, and a message's key exists once.
/// </summary>
internal sealed partial class Planner(
    IDbContextFactory<OccasionsDb> contexts, IPlanTable table, IPolicies policies, IOptions<OccasionsOptions> options, OccasionClock clock, PlanMetrics metrics,
    ILogger<Planner> log)
{
    private const int ChunkSize = 2_000;

    /// <summary>Plans up to the horizon, from where the last complete run ended.</summary>
    internal async Task<PlanReport> RunAsync(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var now = clock.Now();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var (from, until) = await RaiseAsync(db, now, cancel);
        var (planned, skipped) = (0, 0);
        var window = new PlanWindow(from, until);
        var due = new List<Candidate>();
        if (from < until)
        {
            await using var reading = await contexts.CreateDbContextAsync(cancel);
            await foreach (var chunk in ReadAsync(reading, window, cancel))
            {
                due.AddRange(await DueAsync(db, chunk, window, now, cancel));
                if (due.Count >= ChunkSize) await FlushAsync();
            }

            await FlushAsync();
            await CompleteAsync(db, until, cancel);
        }

        metrics.Ran(Stopwatch.GetElapsedTime(started));
        Log.Planned(log, planned, skipped, from, until);
        return new PlanReport(planned, skipped, from, until);

        async Task FlushAsync()
        {
            if (due.Count == 0) return;
            var report = await WriteAsync(db, due, window, now, cancel);
            (planned, skipped) = (planned + report.Scheduled, skipped + report.Skipped);
            due.Clear();
        }
    }

    /// <summary>True when the plan does not reach far enough ahead: the daily run is late, or one died.</summary>
    internal async Task<bool> IsBehindAsync(TimeSpan ahead, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var state = await db.PlanStates.AsNoTracking().SingleAsync(cancel);
        return state.CompleteUntil < state.PlannedUntil || state.CompleteUntil < clock.Now() + ahead;
    }

    // Before anybody is read: a change that commits later sees the new horizon and plans itself up to it.
    private async Task<(DateTimeOffset From, DateTimeOffset Until)> RaiseAsync(OccasionsDb db, DateTimeOffset now, CancellationToken cancel)
    {
        return await db.InTransactionAsync(async token =>
        {
            await table.LockAsync(db, exclusive: true, token);
            var state = await db.PlanStates.SingleAsync(token);
            var earliest = now - TimeSpan.FromDays(options.Value.CatchUpDays);
            var until = now + TimeSpan.FromHours(options.Value.PlanHours);
            if (until > state.PlannedUntil) state.PlannedUntil = until;
            await db.SaveChangesAsync(token);
            return (state.CompleteUntil > earliest ? state.CompleteUntil : earliest, state.PlannedUntil);
        }, cancel);
    }

    private Task CompleteAsync(OccasionsDb db, DateTimeOffset until, CancellationToken cancel) => db.InTransactionAsync(async token =>
    {
        await table.LockAsync(db, exclusive: true, token);
        // The test clock may have been set back meanwhile, and the horizon with it.
        await db.PlanStates.Where(s => s.CompleteUntil < until && s.PlannedUntil >= until)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.CompleteUntil, until), token);
    }, cancel);

    private static async IAsyncEnumerable<List<Candidate>> ReadAsync(
        OccasionsDb db, PlanWindow window, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var days = window.Days;
        var chunk = new List<Candidate>(ChunkSize);
        var everybody = Candidates(db.Recipients.Where(r =>
            (r.BirthdayDay != null && days.Contains(r.BirthdayDay.Value)) || (r.AnniversaryDay != null && days.Contains(r.AnniversaryDay.Value))));
        await foreach (var candidate in everybody.AsAsyncEnumerable().WithCancellation(cancel))
        {
            chunk.Add(candidate);
            if (chunk.Count < ChunkSize) continue;
            yield return chunk;
            chunk = new List<Candidate>(ChunkSize);
        }

        if (chunk.Count > 0) yield return chunk;
    }

    private static IQueryable<Candidate> Candidates(IQueryable<Recipients.Recipient> recipients) => recipients.AsNoTracking()
        .Select(r => new Candidate(r.Id, r.BusinessId, r.Birthday, r.Anniversary, r.TimeZone, r.Version, r.Synthetic, r.CreatedAt));

    /// <summary>
    /// Those who have something in the window, by rules read without the lock: new rules that come meanwhile plan their business themselves, up to the
    /// horizon. What is written is computed again under the lock.
    /// </summary>
    private async Task<List<Candidate>> DueAsync(OccasionsDb db, List<Candidate> chunk, PlanWindow window, DateTimeOffset now, CancellationToken cancel)
    {
        var rules = await policies.ForAsync(db, [.. chunk.Select(c => c.BusinessId).Distinct()], cancel);
        var rows = new List<PlannedRow>();
        return [.. chunk.Where(candidate =>
        {
            rows.Clear();
            if (Zones.Find(candidate.TimeZone) is { } zone) Plans.InWindow(rows, candidate, zone, rules[candidate.BusinessId], window, now, () => Guid.Empty);
            else Log.UnknownZone(log, candidate.Id);
            return rows.Count > 0;
        })];
    }

    private async Task<InsertReport> WriteAsync(OccasionsDb db, List<Candidate> chunk, PlanWindow window, DateTimeOffset now, CancellationToken cancel)
    {
        var report = await TryWriteAsync(db, chunk, window, now, cancel);
        while (report.Changed.Count > 0)
        {
            // Changed since they were read. Most changes plan for themselves; a change of the name alone does not.
            var again = await Candidates(db.Recipients.Where(r => report.Changed.Contains(r.Id))).ToListAsync(cancel);
            var more = await TryWriteAsync(db, again, window, now, cancel);
            report = (new InsertReport(report.Done.Scheduled + more.Done.Scheduled, report.Done.Skipped + more.Done.Skipped, 0), more.Changed);
        }

        return report.Done;
    }

    private async Task<(InsertReport Done, List<Guid> Changed)> TryWriteAsync(
        OccasionsDb db, List<Candidate> chunk, PlanWindow window, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = new List<PlannedRow>();
        List<Guid> changed = [];
        IReadOnlyDictionary<Guid, SendPolicy> rules = new Dictionary<Guid, SendPolicy>();
        var report = await db.InTransactionAsync(async token =>
        {
            rows.Clear();
            await table.LockAsync(db, exclusive: true, token);
            // Read under the lock, under which alone they change.
            rules = await policies.ForAsync(db, [.. chunk.Select(c => c.BusinessId).Distinct()], token);
            foreach (var candidate in chunk)
            {
                if (Zones.Find(candidate.TimeZone) is { } zone) Plans.InWindow(rows, candidate, zone, rules[candidate.BusinessId], window, now, clock.NewId);
            }

            var inserted = await table.InsertAsync(db, rows, now, token);
            changed = inserted.Current == rows.Count ? [] : await ChangedAsync(db, rows, token);
            return inserted;
        }, cancel);
        metrics.Planned(report.Scheduled);
        var gone = changed.ToHashSet();
        foreach (var row in rows)
        {
            if (row.IsMisfire && !gone.Contains(row.RecipientId)) metrics.Misfired(rules[row.BusinessId].Misfire);
        }

        return (report, changed);
    }

    private static async Task<List<Guid>> ChangedAsync(OccasionsDb db, List<PlannedRow> rows, CancellationToken cancel)
    {
        var read = rows.GroupBy(r => r.RecipientId).ToDictionary(g => g.Key, g => g.First().RecipientVersion);
        var ids = read.Keys.ToArray();
        var versions = await db.Recipients.AsNoTracking().Where(r => ids.Contains(r.Id)).Select(r => new { r.Id, r.Version }).ToListAsync(cancel);
        return [.. versions.Where(v => read[v.Id] != v.Version).Select(v => v.Id)];
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Information, "Planned {Planned} messages and skipped {Skipped}, due from {From} until {Until}")]
        internal static partial void Planned(ILogger log, int planned, int skipped, DateTimeOffset from, DateTimeOffset until);

        [LoggerMessage(3102, LogLevel.Error, "Recipient {RecipientId} has a time zone that tzdb does not know; nothing is planned for it")]
        internal static partial void UnknownZone(ILogger log, Guid recipientId);
    }
}

using System.Text.Json;

using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Sandbox.Remote;

/// <summary>A runner's side of the runs in the database: sign of life, taking, answering, and looking after those of runners that fell silent.</summary>
internal sealed class RunnerQueue(IDbContextFactory<StudioDb> contexts, IWakeUps wakes, IOptions<SandboxOptions> options, TimeProvider clock)
{
    /// <summary>Runners that may begin one run.</summary>
    private const int MostAttempts = 2;

    private static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    /// <summary>This process, among runners.</summary>
    internal Guid Id { get; } = clock.NewId();

    internal async Task BeatAsync(SandboxRunner runner, CancellationToken cancel)
    {
        var state = runner.State;
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(async token =>
        {
            db.ChangeTracker.Clear();
            var row = await db.Set<RunnerRow>().AsTracking().SingleOrDefaultAsync(r => r.Id == Id, token);
            if (row is null) db.Add(row = new RunnerRow { Id = Id });
            (row.Usable, row.Mode, row.Groups, row.Slots, row.SeenAt) = (runner.MayRun, state.Mode, state.Groups, runner.Queue.Places, clock.Now());
            row.Reasons = string.Join('\n', state.Reasons);
            row.Languages = string.Join(' ', runner.Languages.Select(Words.Of));
            await db.SaveChangesAsync(token);
        }, cancel);
    }

    /// <summary>Takes a run: of the account with the fewest under way, the oldest.</summary>
    /// <returns>Null when none waits, or another was faster.</returns>
    internal async Task<(Guid Id, Guid Account, SandboxRun Run)?> TakeAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var (now, runs) = (clock.Now(), db.Set<HandedRun>());
        if (!await runs.AnyAsync(r => r.State == HandedState.Waiting, cancel)) return null;
        var next = await runs.Where(r => r.State == HandedState.Waiting && r.ExpiresAt > now)
            .OrderBy(r => runs.Count(o => o.AccountId == r.AccountId && o.State == HandedState.Running)).ThenBy(r => r.CreatedAt).ThenBy(r => r.Id)
            .Select(r => (Guid?)r.Id).FirstOrDefaultAsync(cancel);
        if (next is not { } id) return null;
        // Not with the token: what was taken and not known would stay with nobody.
        var taken = await db.InTransactionAsync(token => runs.Where(r => r.Id == id && r.State == HandedState.Waiting).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.State, HandedState.Running).SetProperty(r => r.RunnerId, Id).SetProperty(r => r.Attempts, r => r.Attempts + 1), token), CancellationToken.None);
        if (taken != 1) return null;
        var row = await runs.AsNoTracking().Where(r => r.Id == id).Select(r => new { r.AccountId, r.Request }).SingleOrDefaultAsync(CancellationToken.None);
        return row is null ? null : (id, row.AccountId, JsonSerializer.Deserialize<SandboxRun>(row.Request, Json.Stored)!);
    }

    internal async Task AnswerAsync(Guid id, Outcome<SandboxResult> outcome, CancellationToken cancel)
    {
        var answer = outcome.Ok ? new HandedAnswer(outcome.Value) : new HandedAnswer(null, outcome.Problem.Code, outcome.Problem.Detail);
        var json = JsonSerializer.SerializeToUtf8Bytes(answer, Json.Stored);
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(token => Mine(db, id).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, HandedState.Done).SetProperty(r => r.Answer, json), token), cancel);
        wakes.Raise(Wakes.Runs);
    }

    /// <summary>Gives a run back that this process cannot end, since it stops.</summary>
    internal async Task ReturnAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(token => Mine(db, id).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.State, HandedState.Waiting).SetProperty(r => r.RunnerId, (Guid?)null).SetProperty(r => r.Attempts, r => r.Attempts - 1), token), cancel);
        wakes.Raise(Wakes.Runs);
    }

    /// <summary>Says good-bye, so that nothing more is handed over for this process.</summary>
    internal async Task LeaveAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        await db.InTransactionAsync(token => db.Set<RunnerRow>().Where(r => r.Id == Id).ExecuteDeleteAsync(token), cancel);
    }

    /// <summary>Runs of silent runners go to another, once; rows that nobody fetched go.</summary>
    internal async Task TidyAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var (silent, forgotten, late) = (now - options.Value.RunnerSilence, now - Forgotten, now - TimeSpan.FromMinutes(1));
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var (runs, runners) = (db.Set<HandedRun>(), db.Set<RunnerRow>());
        var orphans = runs.Where(r => r.State == HandedState.Running && !runners.Any(o => o.Id == r.RunnerId && o.SeenAt >= silent));
        if (await orphans.AnyAsync(cancel))
        {
            var failed = JsonSerializer.SerializeToUtf8Bytes(new HandedAnswer(null, SandboxProblems.Failed.Code), Json.Stored);
            await db.InTransactionAsync(async token =>
            {
                await orphans.Where(r => r.Attempts >= MostAttempts).ExecuteUpdateAsync(set => set.SetProperty(r => r.State, HandedState.Done).SetProperty(r => r.Answer, failed), token);
                await orphans.ExecuteUpdateAsync(set => set.SetProperty(r => r.State, HandedState.Waiting).SetProperty(r => r.RunnerId, (Guid?)null), token);
            }, cancel);
            wakes.Raise(Wakes.Runs);
        }

        if (await runs.AnyAsync(r => r.ExpiresAt < late, cancel) || await runners.AnyAsync(r => r.SeenAt < forgotten, cancel))
        {
            await db.InTransactionAsync(async token =>
            {
                await runs.Where(r => r.ExpiresAt < late).ExecuteDeleteAsync(token);
                await runners.Where(r => r.SeenAt < forgotten).ExecuteDeleteAsync(token);
            }, cancel);
        }
    }

    private IQueryable<HandedRun> Mine(StudioDb db, Guid id) => db.Set<HandedRun>().Where(r => r.Id == id && r.RunnerId == Id && r.State == HandedState.Running);
}

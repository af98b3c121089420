using System.Text.Json;

using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Sandbox.Remote;

/// <summary>Hands runs to processes with the role <c>runner</c> through the database and waits for their answers.</summary>
internal sealed class RemoteRuns(IDbContextFactory<StudioDb> contexts, IWakeUps wakes, IOptions<SandboxOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    /// <summary>Runners that gave a sign of life lately, usable ones first.</summary>
    internal async Task<IReadOnlyList<RunnerRow>> RunnersAsync(CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var since = clock.Now() - options.Value.RunnerSilence;
        var rows = await db.Set<RunnerRow>().AsNoTracking().Where(r => r.SeenAt >= since).ToListAsync(cancel);
        return [.. rows.OrderByDescending(r => r.Usable).ThenBy(r => r.Mode)];
    }

    /// <returns>The result; or sandbox_unavailable, sandbox_busy, sandbox_failed, too_many_runs, language_missing.</returns>
    /// <exception cref="OperationCanceledException">Cancelled; the run is taken back, but may go on where it runs already.</exception>
    internal async Task<Outcome<SandboxResult>> RunAsync(Guid account, SandboxRun run, CancellationToken cancel)
    {
        var runners = await RunnersAsync(cancel);
        if (!runners.Any(r => r.Usable))
            return SandboxProblems.Unavailable.With(runners.Count == 0 ? "no process with the role runner is up" : runners[0].Reasons);
        if (!runners.Any(r => r.Usable && r.Languages.Split(' ').Contains(Words.Of(run.Language)))) return SandboxProblems.LanguageMissing;

        var settings = options.Value;
        var id = clock.NewId();
        var now = clock.Now();
        var over = now + settings.LongestWait + settings.LongestCompile + run.Wall + Slack;
        using var ear = wakes.Listen(Wakes.Runs);
        await using (var db = await contexts.CreateDbContextAsync(cancel))
        {
            var waiting = db.Set<HandedRun>().Where(r => r.State == HandedState.Waiting);
            // Runs that come at the same moment may pass this by a few.
            if (await waiting.CountAsync(r => r.AccountId == account, cancel) >= settings.WaitingPerAccount) return SandboxProblems.TooManyRuns;
            if (await waiting.CountAsync(cancel) >= settings.Waiting) return SandboxProblems.Busy;
            db.Add(new HandedRun { Id = id, AccountId = account, State = HandedState.Waiting, Request = JsonSerializer.SerializeToUtf8Bytes(run, Json.Stored), CreatedAt = now, ExpiresAt = over });
            await db.SaveChangesAsync(cancel);
        }

        wakes.Raise(Wakes.Runs);
        try
        {
            return await WaitAsync(id, now + settings.LongestWait, over, ear, cancel);
        }
        finally
        {
            await RemoveAsync(id);
        }
    }

    private async Task<Outcome<SandboxResult>> WaitAsync(Guid id, DateTimeOffset begun, DateTimeOffset over, IWaiter ear, CancellationToken cancel)
    {
        while (true)
        {
            await ear.WaitAsync(Look, cancel);
            await using var db = await contexts.CreateDbContextAsync(cancel);
            var row = await db.Set<HandedRun>().AsNoTracking().Where(r => r.Id == id).Select(r => new { r.State, r.Answer }).SingleOrDefaultAsync(cancel);
            if (row is null) return SandboxProblems.Failed;
            if (row.State == HandedState.Done) return Read(row.Answer!);
            if (row.State == HandedState.Waiting && clock.Now() > begun) return SandboxProblems.Busy;
            if (clock.Now() > over) return SandboxProblems.Failed;
        }
    }

    // Also when nobody wants the answer any more.
    private async Task RemoveAsync(Guid id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5), clock);
        await using var db = await contexts.CreateDbContextAsync(limit.Token);
        await db.InTransactionAsync(token => db.Set<HandedRun>().Where(r => r.Id == id).ExecuteDeleteAsync(token), limit.Token);
    }

    private static Outcome<SandboxResult> Read(byte[] json)
    {
        var answer = JsonSerializer.Deserialize<HandedAnswer>(json, Json.Stored)!;
        if (answer.Result is { } result) return result;
        var problem = SandboxProblems.All.FirstOrDefault(p => p.Code == answer.ProblemCode) ?? SandboxProblems.Failed;
        return answer.Detail is { } detail ? problem.With(detail) : problem;
    }
}

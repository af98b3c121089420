using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Sandbox;
using Mainstreet.Studio.Sandbox.Remote;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

/// <summary>The queue in the database by itself: no program is run.</summary>
[Trait("kind", "db")]
public sealed class RunnerQueueTests
{
    private static readonly Guid Ada = Guid.CreateVersion7();
    private static readonly Guid Ben = Guid.CreateVersion7();

    [Theory, EachEngine]
    public async Task The_account_with_the_fewest_runs_under_way_is_next(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        await using var host = Build(database);
        foreach (var (account, second) in new[] { (Ada, 0), (Ada, 1), (Ada, 2), (Ben, 3), (Ben, 4) }) await AddAsync(host, account, second);
        var queue = Queue(host);
        var order = new List<Guid>();
        while (await queue.TakeAsync(CancellationToken.None) is { } taken) order.Add(taken.Account);
        order.ShouldBe([Ada, Ben, Ada, Ben, Ada]);
    }

    [Theory, EachEngine]
    public async Task Each_run_is_taken_once_by_runners_side_by_side(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        await using var host = Build(database);
        for (var i = 0; i < 40; i++) await AddAsync(host, i % 2 == 0 ? Ada : Ben, i);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var (queue, mine) = (Queue(host), new List<Guid>());
            // Another being faster is no reason to stop.
            for (var misses = 0; misses < 5;)
            {
                if (await queue.TakeAsync(CancellationToken.None) is { } run) mine.Add(run.Id);
                else misses++;
            }

            return mine;
        }));
        taken.SelectMany(t => t).Order().ShouldBe((await host.ReadAsync(db => db.Set<HandedRun>().Select(r => r.Id).ToListAsync())).Order());
    }

    [Theory, EachEngine]
    public async Task Runs_of_a_silent_runner_go_to_another_once(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        await using var host = Build(database);
        await AddAsync(host, Ada, 0);
        // Neither ever gives a sign of life.
        (await Queue(host).TakeAsync(CancellationToken.None)).ShouldNotBeNull();
        await Queue(host).TidyAsync(CancellationToken.None);
        (await Queue(host).TakeAsync(CancellationToken.None)).ShouldNotBeNull();
        await Queue(host).TidyAsync(CancellationToken.None);
        (await Queue(host).TakeAsync(CancellationToken.None)).ShouldBeNull();
        (await host.ReadAsync(db => db.Set<HandedRun>().SingleAsync())).ShouldSatisfyAllConditions(r => r.State.ShouldBe(HandedState.Done), r => r.Attempts.ShouldBe(2));
    }

    [Theory, EachEngine]
    public async Task A_runner_that_lost_its_run_cannot_answer(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        await using var host = Build(database);
        await AddAsync(host, Ada, 0);
        var (first, second) = (Queue(host), Queue(host));
        var taken = (await first.TakeAsync(CancellationToken.None))!.Value;
        await first.TidyAsync(CancellationToken.None);
        (await second.TakeAsync(CancellationToken.None)).ShouldNotBeNull();
        await first.AnswerAsync(taken.Id, new SandboxResult(SandboxStatus.Ok, 0, "late", "", 1, 1, 1), CancellationToken.None);
        (await host.ReadAsync(db => db.Set<HandedRun>().SingleAsync())).ShouldSatisfyAllConditions(r => r.State.ShouldBe(HandedState.Running), r => r.Answer.ShouldBeNull());
        await second.AnswerAsync(taken.Id, SandboxProblems.Failed, CancellationToken.None);
        (await host.ReadAsync(db => db.Set<HandedRun>().SingleAsync())).State.ShouldBe(HandedState.Done);
    }

    [Theory, EachEngine]
    public async Task What_nobody_fetches_is_removed(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        await using var host = Build(database);
        await AddAsync(host, Ada, -10_000);
        await Queue(host).TidyAsync(CancellationToken.None);
        (await host.ReadAsync(db => db.Set<HandedRun>().CountAsync())).ShouldBe(0);
    }

    private static StudioHost Build(TestDatabase database) => StudioHost.Build(database, _ => { }, "Roles=web");

    private static RunnerQueue Queue(StudioHost host) => new(
        host.Services.GetRequiredService<IDbContextFactory<StudioDb>>(), host.Services.GetRequiredService<IWakeUps>(), Options.Create(new SandboxOptions()), TimeProvider.System);

    private static async Task AddAsync(StudioHost host, Guid account, int second)
    {
        var run = new SandboxRun(SandboxLanguage.Python, new Dictionary<string, byte[]> { ["main.py"] = [0, 255] }, "main.py", [], TimeSpan.FromSeconds(1), 100_000_000, 10, 1_000);
        var at = TimeProvider.System.GetUtcNow().AddSeconds(second - 1_000);
        await using var db = host.Open();
        db.Add(new HandedRun
        {
            Id = Guid.CreateVersion7(), AccountId = account, State = HandedState.Waiting, CreatedAt = at, ExpiresAt = at.AddSeconds(3_600),
            Request = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(run, Mainstreet.Foundation.Web.Json.Stored),
        });
        await db.SaveChangesAsync();
    }
}

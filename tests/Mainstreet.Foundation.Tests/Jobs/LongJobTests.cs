using System.Collections.Concurrent;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Tests.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Jobs;

[Trait("kind", "db")]
public sealed class LongJobTests
{
    private const string Kind = "street.long";

    private static readonly string[] Quick = ["Jobs:FirstRetry=00:00:00.005", "Jobs:LongestRetry=00:00:00.020", "Jobs:Poll=00:00:00.050", "Jobs:LongParallelism=16"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Two_runners_do_three_hundred_once_each(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var one = Replica.Build(database, Quick);
        await using var other = Replica.Build(database, Quick);
        await ScheduleAsync(one, 300);
        await Task.WhenAll(one.StartAsync(), other.StartAsync());
        await one.UntilJobsAreDoneAsync();
        (await one.EffectsAsync("long")).Select(e => e.Key).Order().ShouldBe(Enumerable.Range(0, 300).Select(n => $"{n}").Order());
        (await one.EffectsAsync("begun")).Count.ShouldBe(300);
    }

    [Theory, EachEngine]
    public async Task Neither_short_jobs_nor_messages_wait_for_any_of_them(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, [.. Quick, "Jobs:LongParallelism=2"]);
        var release = new TaskCompletionSource();
        replica.Behaviour.OnLongJob = (_, stop) => release.Task.WaitAsync(stop);
        await ScheduleAsync(replica, 5);
        await replica.SaveAsync(db =>
        {
            db.Schedule("street.job", "timer", Now());
            db.Schedule("street.message", "letter", Now());
        });
        await replica.StartAsync();
        await replica.UntilAsync(db => db.Effects.AnyAsync(e => e.Source == "job"), "the timer fired");
        await replica.UntilAsync(db => db.Effects.AnyAsync(e => e.Source == "message"), "the message was sent");
        (await replica.EffectsAsync("long")).ShouldBeEmpty();
        release.SetResult();
        await replica.UntilJobsAreDoneAsync();
        (await replica.EffectsAsync("long")).Count.ShouldBe(5);
    }

    [Theory, EachEngine]
    public async Task A_failed_run_is_recorded_by_its_handler_and_comes_again_until_it_is_given_up(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, [.. Quick, "Jobs:MaxAttempts=3"]);
        replica.Behaviour.OnLongJob = (job, _) => job.Execution is { Key: "0", Attempt: 2 } ? Task.CompletedTask : throw new InvalidOperationException("No.");
        await ScheduleAsync(replica, 2);
        await replica.StartAsync();
        await replica.UntilJobsAreDoneAsync();
        (await replica.EffectsAsync("long")).Select(e => (e.Key, e.Number)).ShouldBe([("0", 2)]);
        (await replica.EffectsAsync("failed")).Select(e => (e.Key, e.Number)).Order().ShouldBe([("0", 1), ("1", 1), ("1", 2)]);
        (await replica.EffectsAsync("given up")).Select(e => (e.Key, e.Number)).ShouldBe([("1", 3)]);
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task A_runner_whose_lease_ended_can_write_nothing_any_more(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var zombie = Replica.Build(database, Quick);
        await ScheduleAsync(zombie, 1);
        var entered = new TaskCompletionSource();
        var wake = new TaskCompletionSource();
        zombie.Behaviour.OnLongJob = async (_, _) =>
        {
            entered.TrySetResult();
            await wake.Task;
        };
        var claimed = await zombie.Services.GetRequiredService<IJobClaims>().ClaimAsync("zombie", [Kind], 1, TimeSpan.FromMilliseconds(200), TestContext.Current.CancellationToken);
        var late = zombie.Services.GetRequiredService<JobExecutor>().RunAsync(claimed.ShouldHaveSingleItem(), TestContext.Current.CancellationToken);
        await entered.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);

        await using var replica = await Replica.StartAsync(database, Quick);
        await replica.UntilJobsAreDoneAsync();
        wake.SetResult();
        await late;
        (await replica.EffectsAsync("long")).Select(e => e.Number).ShouldBe([2]);
        (await replica.EffectsAsync("failed")).ShouldBeEmpty();
    }

    [Theory, EachEngine]
    public async Task A_run_whose_job_was_unscheduled_is_told_so(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, [.. Quick, "Jobs:LeaseTime=00:00:00.300"]);
        var told = new ConcurrentBag<bool>();
        var entered = new TaskCompletionSource();
        replica.Behaviour.OnLongJob = async (_, stop) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            told.Add(stop.IsCancellationRequested);
        };
        await ScheduleAsync(replica, 1);
        await replica.StartAsync();
        await entered.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await using (var db = replica.Open())
        {
            await db.InTransactionAsync(token => db.UnscheduleAsync(Kind, "0", token), TestContext.Current.CancellationToken);
        }

        await replica.UntilAsync(_ => Task.FromResult(!told.IsEmpty), "the run was told");
        (await replica.EffectsAsync("long")).ShouldBeEmpty();
    }

    private static Task ScheduleAsync(Replica replica, int count) => replica.SaveAsync(db =>
    {
        foreach (var key in Enumerable.Range(0, count)) db.Schedule(Kind, $"{key}", Now());
    });

    private static DateTimeOffset Now() => TimeProvider.System.Now();
}

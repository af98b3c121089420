using System.Diagnostics;

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
public sealed class JobRunnerTests
{
    private const string Kind = "street.job";

    private static readonly string[] Quick = ["Jobs:FirstRetry=00:00:00.005", "Jobs:LongestRetry=00:00:00.020", "Jobs:Poll=00:00:00.050"];
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Two_runners_do_a_thousand_jobs_once_each(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var one = Replica.Build(database, Quick);
        await using var other = Replica.Build(database, Quick);
        await one.SaveAsync(db =>
        {
            foreach (var key in Enumerable.Range(0, 1000)) db.Schedule(Kind, $"{key}", Now());
        });
        await Task.WhenAll(one.StartAsync(), other.StartAsync());
        await one.UntilJobsAreDoneAsync();
        var effects = await one.EffectsAsync("job");
        effects.Count.ShouldBe(1000);
        effects.Select(e => e.Key).Distinct().Count().ShouldBe(1000);
    }

    [Theory, EachEngine]
    public async Task A_job_fires_when_it_is_due_and_not_at_the_next_look(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = await Replica.StartAsync(database, "Jobs:Poll=00:01:00");
        var fired = new TaskCompletionSource<DateTimeOffset>();
        replica.Behaviour.OnJob = (_, _, _) =>
        {
            fired.TrySetResult(Now());
            return Task.CompletedTask;
        };
        var due = Now().AddSeconds(1);
        await replica.SaveAsync(db => db.Schedule(Kind, "k", due));
        var at = await fired.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        at.ShouldBeGreaterThanOrEqualTo(due);
        TestContext.Current.SendDiagnosticMessage("{0}: {1:0.0} ms after it was due", engine, (at - due).TotalMilliseconds);
        await replica.UntilJobsAreDoneAsync();
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task What_a_dead_runner_claimed_is_taken_over_and_the_dead_one_can_do_nothing_any_more(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var zombie = Replica.Build(database, Quick);
        await zombie.SaveAsync(db => db.Schedule(Kind, "k", Now()));
        var claimed = await Claims(zombie).ClaimAsync("zombie", [Kind], 10, TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        var job = claimed.ShouldHaveSingleItem();

        await using var replica = Replica.Build(database, Quick);
        var again = new TaskCompletionSource();
        var resume = new TaskCompletionSource();
        replica.Behaviour.OnJob = async (db, _, _) =>
        {
            db.Schedule(Kind, "later", Now().AddHours(1));
            again.TrySetResult();
            await resume.Task;
        };
        await replica.StartAsync();
        await again.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        // The zombie wakes while the job's transaction is open, and waits for it (SQLite blocks its thread meanwhile).
        var late = Task.Run(() => zombie.Services.GetRequiredService<JobExecutor>().RunAsync(job, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        resume.SetResult();
        await late;
        await replica.UntilAsync(async db => await db.Jobs.AllAsync(j => j.Key == "later"), "the job is done");
        await zombie.Services.GetRequiredService<JobExecutor>().RunAsync(job, TestContext.Current.CancellationToken);

        var effect = (await replica.EffectsAsync("job")).ShouldHaveSingleItem();
        effect.Number.ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task A_handler_may_schedule_the_same_job_again(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, Quick);
        replica.Behaviour.OnJob = (db, job, _) =>
        {
            var round = job.Read<int>();
            if (round < 3) db.Schedule(job.Kind, job.Key, Now().AddMilliseconds(20), round + 1);
            return Task.CompletedTask;
        };
        await replica.SaveAsync(db => db.Schedule(Kind, "k", Now(), 1));
        await replica.StartAsync();
        await replica.UntilJobsAreDoneAsync();
        (await replica.EffectsAsync("job")).Count.ShouldBe(3);
    }

    [Theory, EachEngine]
    public async Task A_failed_run_leaves_nothing_and_comes_again_until_it_is_dead(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, [.. Quick, "Jobs:MaxAttempts=3"]);
        var runs = 0;
        replica.Behaviour.OnJob = (_, job, _) =>
        {
            if (job.Key == "shaky" && job.Attempt == 3) return Task.CompletedTask;
            Interlocked.Increment(ref runs);
            throw new InvalidOperationException("No.");
        };
        await replica.SaveAsync(db =>
        {
            db.Schedule(Kind, "shaky", Now());
            db.Schedule(Kind, "bad", Now());
        });
        await replica.StartAsync();
        await replica.UntilJobsAreDoneAsync();

        runs.ShouldBe(5);
        var effect = (await replica.EffectsAsync("job")).ShouldHaveSingleItem();
        (effect.Key, effect.Number).ShouldBe(("shaky", 3));
        await using var context = replica.Open();
        var dead = await context.Jobs.SingleAsync(TestContext.Current.CancellationToken);
        (dead.Key, dead.Dead, dead.Attempts, dead.LastError).ShouldBe(("bad", true, 3, "InvalidOperationException: No."));
        // The dead do not stand in the way of a new one.
        await replica.SaveAsync(db => db.Schedule(Kind, "bad", Now().AddHours(1)));
    }

    [Theory, EachEngine]
    public async Task A_job_whose_every_run_kills_its_process_is_given_up(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, [.. Quick, "Jobs:MaxAttempts=3"]);
        await replica.SaveAsync(db => db.Schedule(Kind, "k", Now()));
        for (var kill = 0; kill < 3; kill++)
        {
            IReadOnlyList<JobRow> claimed = [];
            while (claimed.Count == 0)
                claimed = await Claims(replica).ClaimAsync($"dying-{kill}", [Kind], 1, TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken);
        }

        await replica.StartAsync();
        await replica.UntilAsync(db => db.Jobs.AnyAsync(j => j.Dead), "the job is given up");
        (await replica.EffectsAsync("job")).ShouldBeEmpty();
    }

    [Theory, EachEngine, Trait("kind", "recovery")]
    public async Task A_runner_that_stops_gives_its_job_back_uncounted(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var first = Replica.Build(database, Quick);
        var entered = new TaskCompletionSource();
        first.Behaviour.OnJob = (_, _, stop) =>
        {
            entered.TrySetResult();
            return Task.Delay(Timeout.Infinite, stop);
        };
        await first.SaveAsync(db => db.Schedule(Kind, "k", Now()));
        await first.StartAsync();
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await first.StopAsync();

        await using var second = await Replica.StartAsync(database, Quick);
        await second.UntilJobsAreDoneAsync();
        var effect = (await second.EffectsAsync("job")).ShouldHaveSingleItem();
        (effect.Key, effect.Number).ShouldBe(("k", 1));
    }

    [Theory, EachEngine]
    public async Task A_claim_takes_what_is_longest_due_of_its_kinds_and_nothing_that_is_leased(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database);
        var cancel = TestContext.Current.CancellationToken;
        await replica.SaveAsync(db =>
        {
            db.Schedule(Kind, "b", Now().AddMinutes(-1));
            db.Schedule(Kind, "a", Now().AddMinutes(-2));
            db.Schedule(Kind, "c", Now().AddSeconds(-30));
            db.Schedule(Kind, "future", Now().AddMinutes(1));
            db.Schedule("other", "x", Now().AddMinutes(-3));
        });
        var first = await Claims(replica).ClaimAsync("one", [Kind], 2, Long, cancel);
        first.Select(j => j.Key).ShouldBe(["a", "b"]);
        first.ShouldAllBe(j => j.Fence == 1 && j.Attempts == 1);
        var second = await Claims(replica).ClaimAsync("two", [Kind], 5, Long, cancel);
        second.Select(j => j.Key).ShouldBe(["c"]);

        await Claims(replica).RenewAsync("one", [first[0].Id], Long, cancel);
        await Claims(replica).RenewAsync("one", [first[1].Id], TimeSpan.FromMilliseconds(1), cancel);
        await Claims(replica).RenewAsync("nobody", [first[1].Id], Long, cancel);
        IReadOnlyList<JobRow> third = [];
        while (third.Count == 0) third = await Claims(replica).ClaimAsync("three", [Kind], 5, Long, cancel);
        third.Select(j => (j.Key, j.Fence)).ShouldBe([("b", 2)]);
    }

    private static IJobClaims Claims(Replica replica) => replica.Services.GetRequiredService<IJobClaims>();

    private static DateTimeOffset Now() => TimeProvider.System.Now();
}

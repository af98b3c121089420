using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Tests.Events;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Jobs;

[Trait("kind", "db")]
public sealed class RecurringRunnerTests
{
    private const string Name = "street.round";

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task A_due_round_runs_on_one_replica(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var one = Replica.Build(database);
        await using var other = Replica.Build(database);
        var runs = 0;
        foreach (var replica in (Replica[])[one, other])
        {
            replica.Behaviour.OnRound = _ =>
            {
                Interlocked.Increment(ref runs);
                return Task.CompletedTask;
            };
        }

        await Task.WhenAll(one.StartAsync(), other.StartAsync());
        await UntilFinishedAsync(one);
        await Task.WhenAll(one.StopAsync(), other.StopAsync());
        runs.ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task By_hand_it_runs_at_once_unless_it_is_running(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var one = Replica.Build(database);
        await using var other = Replica.Build(database);
        var cancel = TestContext.Current.CancellationToken;
        var entered = new TaskCompletionSource();
        var leave = new TaskCompletionSource();
        one.Behaviour.OnRound = async _ =>
        {
            entered.TrySetResult();
            await leave.Task;
        };
        var running = Runner(one).RunNowAsync(Name, cancel);
        await entered.Task;
        (await Runner(other).RunNowAsync(Name, cancel)).ShouldBeFalse();
        leave.SetResult();
        (await running).ShouldBeTrue();
        (await Runner(other).RunNowAsync(Name, cancel)).ShouldBeTrue();
        await Should.ThrowAsync<KeyNotFoundException>(() => Runner(one).RunNowAsync("nothing", cancel));
    }

    [Theory, EachEngine]
    public async Task A_failure_is_recorded_and_tried_again_within_a_minute(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database);
        replica.Behaviour.OnRound = _ => throw new InvalidOperationException("No.");
        await Should.ThrowAsync<InvalidOperationException>(() => Runner(replica).RunNowAsync(Name, TestContext.Current.CancellationToken));
        await using var db = replica.Services.GetRequiredService<IDbContextFactory<FoundationDb>>().CreateDbContext();
        var row = await db.Recurring.SingleAsync(r => r.Name == Name, TestContext.Current.CancellationToken);
        row.LastError.ShouldBe("InvalidOperationException: No.");
        (row.NextDue - row.LastFinished!.Value).ShouldBe(TimeSpan.FromMinutes(1));
    }

    [Theory, Trait("kind", "unit")]
    [InlineData("1.00:00:00", "2026-05-16T00:00:01Z", "2026-05-17T00:00:00Z")]
    [InlineData("1.00:00:00", "2026-05-16T23:59:59Z", "2026-05-17T00:00:00Z")]
    [InlineData("1.00:00:00", "2026-05-17T00:00:00Z", "2026-05-18T00:00:00Z")]
    [InlineData("00:01:00", "2026-05-16T09:00:00.000001Z", "2026-05-16T09:01:00Z")]
    [InlineData("00:10:00", "2026-05-16T09:19:59Z", "2026-05-16T09:20:00Z")]
    public void An_aligned_round_is_due_at_whole_multiples_of_its_interval(string interval, string started, string next)
    {
        var at = DateTimeOffset.Parse(started, System.Globalization.CultureInfo.InvariantCulture);
        var job = new RecurringRegistration(Name, typeof(StreetRound), TimeSpan.Parse(interval, System.Globalization.CultureInfo.InvariantCulture), Aligned: true);
        job.NextAfter(at, at.AddSeconds(5)).ShouldBe(DateTimeOffset.Parse(next, System.Globalization.CultureInfo.InvariantCulture));
        (job with { Aligned = false }).NextAfter(at, at.AddSeconds(5)).ShouldBe(at.AddSeconds(5) + job.Interval);
    }

    private static RecurringRunner Runner(Replica replica) => replica.Services.GetRequiredService<RecurringRunner>();

    private static async Task UntilFinishedAsync(Replica replica)
    {
        var contexts = replica.Services.GetRequiredService<IDbContextFactory<FoundationDb>>();
        await replica.UntilAsync(async _ =>
        {
            await using var db = await contexts.CreateDbContextAsync();
            return await db.Recurring.AnyAsync(r => r.Name == Name && r.LastFinished != null);
        }, "the round has run");
    }
}

using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Events;

public sealed class WakeUpsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    [Fact, Trait("kind", "unit")]
    public async Task A_wake_between_two_waits_is_remembered_once()
    {
        var wakes = new WakeUps(TimeProvider.System);
        using var ear = wakes.Listen(Wakes.Jobs | Wakes.Live);
        wakes.Raise(Wakes.Jobs);
        wakes.Raise(Wakes.Jobs);
        (await ElapsedAsync(ear, Long)).ShouldBeLessThan(TimeSpan.FromSeconds(40));
        (await ElapsedAsync(ear, TimeSpan.FromMilliseconds(100))).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(80));
    }

    [Fact, Trait("kind", "unit")]
    public async Task Others_wakes_are_not_heard_and_each_ear_hears_for_itself()
    {
        var wakes = new WakeUps(TimeProvider.System);
        using var jobs = wakes.Listen(Wakes.Jobs);
        using var live = wakes.Listen(Wakes.Live);
        using var both = wakes.Listen(Wakes.Live | Wakes.Jobs);
        wakes.Raise(Wakes.Live);
        (await ElapsedAsync(live, Long)).ShouldBeLessThan(TimeSpan.FromSeconds(40));
        (await ElapsedAsync(both, Long)).ShouldBeLessThan(TimeSpan.FromSeconds(40));
        (await ElapsedAsync(jobs, TimeSpan.FromMilliseconds(100))).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(80));
    }

    [Fact, Trait("kind", "unit")]
    public async Task A_cancelled_wait_ends()
    {
        using var ear = new WakeUps(TimeProvider.System).Listen(Wakes.Jobs);
        using var cancel = new CancellationTokenSource(20);
        await Should.ThrowAsync<OperationCanceledException>(() => ear.WaitAsync(Long, cancel.Token));
    }

    [Theory, EachEngine(Engine.Postgres), Trait("kind", "db")]
    public async Task Replicas_wake_each_other_and_not_themselves_again(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var one = await Replica.StartAsync(database, "Roles=web");
        await using var other = await Replica.StartAsync(database, "Roles=web");
        using var here = one.Wakes.Listen(Wakes.Access);
        using var there = other.Wakes.Listen(Wakes.Access);
        await QuietAsync(here);
        await QuietAsync(there);

        one.Wakes.Raise(Wakes.Access);
        (await ElapsedAsync(there, Long)).ShouldBeLessThan(TimeSpan.FromSeconds(40));
        await here.WaitAsync(TimeSpan.Zero, TestContext.Current.CancellationToken);
        (await ElapsedAsync(here, TimeSpan.FromMilliseconds(200))).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(180));
    }

    [Theory, EachEngine(Engine.Postgres), Trait("kind", "recovery")]
    public async Task A_replica_hears_again_after_its_connection_was_cut(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var one = await Replica.StartAsync(database, "Roles=web");
        await using var other = await Replica.StartAsync(database, "Roles=web");
        using var there = other.Wakes.Listen(Wakes.Access);
        await QuietAsync(there);
        await using (var connection = await database.Storage.OpenAsync(TestContext.Current.CancellationToken))
        {
            await using var command = connection.CreateCommand();
            command.CommandText =
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
            ((long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!).ShouldBe(2);
        }

        // Being back, it looks at everything.
        (await ElapsedAsync(there, Long)).ShouldBeLessThan(TimeSpan.FromSeconds(40));
        await QuietAsync(there);
        one.Wakes.Raise(Wakes.Access);
        (await ElapsedAsync(there, Long)).ShouldBeLessThan(TimeSpan.FromSeconds(40));
    }

    private static async Task<TimeSpan> ElapsedAsync(IWaiter ear, TimeSpan timeout)
    {
        var watch = Stopwatch.StartNew();
        await ear.WaitAsync(timeout, TestContext.Current.CancellationToken);
        return watch.Elapsed;
    }

    // Until the wake-ups of starting and connecting are over.
    private static async Task QuietAsync(IWaiter ear)
    {
        while (await ElapsedAsync(ear, TimeSpan.FromMilliseconds(500)) < TimeSpan.FromMilliseconds(450))
        {
        }
    }
}

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Leases;
using Mainstreet.Foundation.Tests.Events;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Leases;

[Trait("kind", "db")]
public sealed class LeaseTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Of_many_who_ask_one_gets_it(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var one = Replica.Build(database);
        await using var other = Replica.Build(database);
        var cancel = TestContext.Current.CancellationToken;
        for (var round = 0; round < 10; round++)
        {
            var name = $"round-{round}";
            var asked = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
                Task.Run(() => Holder(i % 2 == 0 ? one : other).TryAcquireAsync(name, Long, cancel), cancel)));
            asked.Count(l => l is not null).ShouldBe(1);
            asked.Single(l => l is not null)!.Fence.ShouldBe(1);
        }
    }

    [Theory, EachEngine]
    public async Task An_ended_lease_goes_to_another_with_a_higher_fence(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var one = Replica.Build(database);
        await using var other = Replica.Build(database);
        var cancel = TestContext.Current.CancellationToken;
        var first = await Holder(one).TryAcquireAsync("x", TimeSpan.FromMilliseconds(50), cancel);
        Lease? second = null;
        while (second is null) second = await Holder(other).TryAcquireAsync("x", Long, cancel);
        second.Fence.ShouldBe(first!.Fence + 1);
        (await Holder(one).RenewAsync(first, Long, cancel)).ShouldBeFalse();
        await Holder(one).ReleaseAsync(first, cancel);
        (await Holder(one).TryAcquireAsync("x", Long, cancel)).ShouldBeNull();
        (await Holder(other).RenewAsync(second, Long, cancel)).ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task A_released_lease_is_free_at_once(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var one = Replica.Build(database);
        var cancel = TestContext.Current.CancellationToken;
        var lease = await Holder(one).TryAcquireAsync("x", Long, cancel);
        (await Holder(one).TryAcquireAsync("x", Long, cancel)).ShouldBeNull();
        await Holder(one).ReleaseAsync(lease!, cancel);
        (await Holder(one).TryAcquireAsync("x", Long, cancel))!.Fence.ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task A_held_lease_outlives_its_time_until_it_is_disposed(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var one = Replica.Build(database);
        await using var other = Replica.Build(database);
        var cancel = TestContext.Current.CancellationToken;
        var held = await Holder(one).TryHoldAsync("x", TimeSpan.FromSeconds(5), cancel);
        for (var look = 0; look < 30; look++)
        {
            await Task.Delay(250, cancel);
            (await Holder(other).TryAcquireAsync("x", Long, cancel)).ShouldBeNull();
        }

        held!.Lost.IsCancellationRequested.ShouldBeFalse();
        await held.DisposeAsync();
        (await Holder(other).TryAcquireAsync("x", Long, cancel))!.Fence.ShouldBe(2);
    }

    [Theory, EachEngine]
    public async Task A_holder_whose_lease_went_to_another_is_told(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var one = Replica.Build(database);
        await using var held = await Holder(one).TryHoldAsync("x", TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken);
        var told = new TaskCompletionSource();
        await using var registration = held!.Lost.Register(() => told.SetResult());
        await using (var connection = await database.Storage.OpenAsync(TestContext.Current.CancellationToken))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = $"UPDATE {database.Storage.Table("foundation", "leases")} SET fence = fence + 1, owner = 'other'";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await told.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private static LeaseHolder Holder(Replica replica) => replica.Services.GetRequiredService<LeaseHolder>();
}

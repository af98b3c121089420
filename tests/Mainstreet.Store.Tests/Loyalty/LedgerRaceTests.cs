using Mainstreet.Foundation.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Loyalty;

/// <summary>Many at once on one customer's points; on PostgreSQL from two replicas.</summary>
[Trait("kind", "race")]
public sealed class LedgerRaceTests
{
    [Theory, EachEngine]
    public async Task A_hundred_orders_race_for_points_that_are_enough_for_ten(Engine engine)
    {
        await using var apps = await Replicas.StartAsync(engine);
        var rig = apps.Rig();
        await rig.GiveAsync(60);
        await rig.GiveAsync(40);
        var answers = await RunAsync(Enumerable.Range(0, 100), i => apps.Of(i, rig).RedeemAsync(Guid.CreateVersion7(), 10));
        answers.Count(a => a.Ok).ShouldBe(10);
        answers.Where(a => !a.Ok).ShouldAllBe(a => a.Problem!.Code == "not_enough_points");
        (await rig.BalanceAsync()).ShouldBe((0, 0, 0));
    }

    [Theory, EachEngine]
    public async Task One_order_redeems_earns_and_confirms_once_however_often_it_is_told(Engine engine)
    {
        await using var apps = await Replicas.StartAsync(engine);
        var rig = apps.Rig();
        await rig.GiveAsync(50);
        var order = Guid.CreateVersion7();
        await RunAsync(Enumerable.Range(0, 60), async i =>
        {
            var own = apps.Of(i, rig);
            switch (i % 3)
            {
                case 0:
                    (await own.RedeemAsync(order, 20)).Value.ShouldBe(2_000);
                    break;
                case 1:
                    (await own.EarnAsync(order, 90_000)).ShouldBe(9);
                    break;
                default:
                    (await own.ConfirmAsync(order)).ShouldBeOneOf(0, 9);
                    break;
            }

            return 0;
        });
        await rig.ConfirmAsync(order);
        (await rig.BalanceAsync()).ShouldBe((39, 0, 0));
        (await rig.EntriesAsync()).Where(e => e.OrderId == order).Select(e => e.Kind).Order()
            .ShouldBe([PointsKind.Earn, PointsKind.Confirm, PointsKind.Redeem]);
    }

    [Theory, EachEngine]
    public async Task Redeem_races_with_the_refund_of_the_order_that_earned_the_points(Engine engine)
    {
        await using var apps = await Replicas.StartAsync(engine);
        for (var round = 0; round < 5; round++)
        {
            var rig = apps.Rig();
            var earning = await rig.GiveAsync(50);
            var answers = await RunAsync(Enumerable.Range(0, 20), async i =>
            {
                if (i is 7 or 13) await apps.Of(i, rig).ReverseAsync(earning, 500_000, 500_000);
                else return (await apps.Of(i, rig).RedeemAsync(Guid.CreateVersion7(), 5)).Ok;
                return false;
            });
            // What was spent before the refund is owed, to the point.
            (await rig.BalanceAsync()).ShouldBe((0, 0, answers.Count(a => a) * 5));
        }
    }

    [Theory, EachEngine]
    public async Task Spending_and_its_cancellation_race_and_nothing_is_lost(Engine engine)
    {
        await using var apps = await Replicas.StartAsync(engine);
        var rig = apps.Rig();
        await rig.GiveAsync(30);
        var orders = Enumerable.Range(0, 20).Select(_ => Guid.CreateVersion7()).ToArray();
        var spent = new bool[orders.Length];
        await RunAsync(Enumerable.Range(0, 60), async i =>
        {
            var order = i % orders.Length;
            if (i < 40)
            {
                if ((await apps.Of(i, rig).RedeemAsync(orders[order], 3)).Ok) spent[order] = true;
            }
            else
            {
                await apps.Of(i, rig).ReverseAsync(orders[order], 0, 0);
            }

            return 0;
        });
        foreach (var order in orders) await rig.ReverseAsync(order, 0, 0);
        spent.ShouldContain(true);
        (await rig.BalanceAsync()).ShouldBe((30, 0, 0));
    }

    [Theory, EachEngine]
    public async Task Refunds_told_in_any_order_and_often_take_back_what_they_should(Engine engine)
    {
        await using var apps = await Replicas.StartAsync(engine);
        var rig = apps.Rig();
        var order = await rig.GiveAsync(20);
        await RunAsync(Enumerable.Range(0, 50), async i =>
        {
            await apps.Of(i, rig).ReverseAsync(order, i % 10 * 10_000L, 200_000);
            return 0;
        });
        (await rig.BalanceAsync()).ShouldBe((11, 0, 0));
    }

    private static Task<T[]> RunAsync<T>(IEnumerable<int> numbers, Func<int, Task<T>> work)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tasks = numbers.Select(i => Task.Run(async () =>
        {
            await start.Task;
            return await work(i);
        })).ToArray();
        start.SetResult();
        return Task.WhenAll(tasks);
    }

    private sealed class Replicas(TestApp first, TestApp? second) : IAsyncDisposable
    {
        internal static async Task<Replicas> StartAsync(Engine engine)
        {
            var first = await TestApp.StartAsync(engine);
            return new Replicas(first, engine == Engine.Postgres ? await TestApp.StartReplicaAsync(first) : null);
        }

        internal LedgerRig Rig() => new(first);

        /// <summary>The same customer, served by one of the replicas.</summary>
        internal LedgerRig Of(int number, LedgerRig rig) =>
            number % 2 == 0 || second is null ? rig : new LedgerRig(second, businessId: rig.Business) { Customer = rig.Customer };

        public async ValueTask DisposeAsync()
        {
            if (second is not null) await second.DisposeAsync();
            await first.DisposeAsync();
        }
    }
}

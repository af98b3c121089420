using Mainstreet.Foundation.Data;
using Mainstreet.Store.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Loyalty;

[Trait("kind", "db")]
public sealed class LedgerTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory, EachEngine]
    public async Task Random_operations_leave_what_the_oracle_says(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        for (var world = 0; world < 6; world++)
        {
            var random = new Random(world);
            var clock = new SetClock(Start);
            var rig = new LedgerRig(app, clock);
            var oracle = new PointsOracle();
            var orders = Enumerable.Range(0, 12).Select(_ => Guid.CreateVersion7()).ToArray();
            var earned = new Dictionary<Guid, int>();
            for (var i = 0; i < 80; i++)
            {
                var step = LedgerStep.Next(random, orders);
                var now = clock.Now += step.Later;
                switch (step.Act)
                {
                    case LedgerAct.Earn:
                        await rig.EarnAsync(step.Order, step.Points * 10_000L);
                        earned.TryAdd(step.Order, step.Points);
                        oracle.Earn(step.Order, step.Points);
                        break;
                    case LedgerAct.Confirm:
                        await rig.ConfirmAsync(step.Order);
                        oracle.Confirm(step.Order, now, now.AddDays(365));
                        break;
                    case LedgerAct.Redeem:
                        (await rig.RedeemAsync(step.Order, step.Points)).Ok.ShouldBe(oracle.Redeem(step.Order, step.Points, now));
                        break;
                    case LedgerAct.Refund:
                        await rig.ReverseAsync(step.Order, step.Amount, LedgerStep.Captured);
                        oracle.GrowOld(now);
                        if (step.Amount >= LedgerStep.Captured) oracle.GiveBack(step.Order, now, now.AddDays(30));
                        if (earned.TryGetValue(step.Order, out var points)) oracle.TakeBack(step.Order, LedgerStep.TakenBack(points, step.Amount));
                        break;
                    default:
                        await rig.ExpireAsync();
                        oracle.GrowOld(now);
                        break;
                }

                if (i % 10 == 9) (await rig.BalanceAsync()).ShouldBe((oracle.Available, oracle.Pending, oracle.Owed), $"world {world}, step {i}: {step}");
            }

            (await rig.BalanceAsync()).ShouldBe((oracle.Available, oracle.Pending, oracle.Owed));
        }
    }

    [Theory, EachEngine]
    public async Task Points_wait_for_the_delivery_and_are_spent_within_bounds(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var rig = new LedgerRig(app);
        var (first, second) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        (await rig.EarnAsync(first, 1_234_567)).ShouldBe(123);
        (await rig.BalanceAsync()).ShouldBe((0, 123, 0));
        (await rig.RedeemAsync(second, 1)).Problem!.Code.ShouldBe("not_enough_points");
        (await rig.ConfirmAsync(first)).ShouldBe(123);
        (await rig.ConfirmAsync(first)).ShouldBe(123);
        (await rig.EarnAsync(first, 99)).ShouldBe(123);
        (await rig.BalanceAsync()).ShouldBe((123, 0, 0));

        (await rig.RedeemAsync(second, -1)).Problem!.Status.ShouldBe(400);
        (await rig.RedeemAsync(second, 0)).Value.ShouldBe(0);
        var tooMany = (await rig.RedeemAsync(second, 51, total: 10_000)).Problem!;
        (tooMany.Status, tooMany.Code).ShouldBe((422, "too_many_points"));
        (await rig.RedeemAsync(second, 50, total: 10_000)).Value.ShouldBe(5_000);
        // Again, whatever is asked: the order has its discount.
        (await rig.RedeemAsync(second, 50, total: 10_000)).Value.ShouldBe(5_000);
        (await rig.BalanceAsync()).ShouldBe((73, 0, 0));

        await rig.ReverseAsync(second, 0, 0);
        await rig.ReverseAsync(second, 0, 0);
        (await rig.BalanceAsync()).ShouldBe((123, 0, 0));
        (await rig.EntriesAsync()).Select(e => e.Kind).ShouldBe([PointsKind.Earn, PointsKind.Confirm, PointsKind.Redeem, PointsKind.Return], ignoreOrder: true);
    }

    [Theory, EachEngine]
    public async Task Partial_refunds_take_their_share_and_a_full_one_the_rest(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var rig = new LedgerRig(app);
        var order = await rig.GiveAsync(10);
        await rig.ReverseAsync(order, 33_333, 100_000);
        (await rig.BalanceAsync()).ShouldBe((7, 0, 0));
        await rig.ReverseAsync(order, 33_333, 100_000);
        (await rig.BalanceAsync()).ShouldBe((7, 0, 0));
        await rig.ReverseAsync(order, 66_666, 100_000);
        (await rig.BalanceAsync()).ShouldBe((4, 0, 0));
        await rig.ReverseAsync(order, 100_000, 100_000);
        (await rig.BalanceAsync()).ShouldBe((0, 0, 0));
        // A refund that is told late is no new one.
        await rig.ReverseAsync(order, 66_666, 100_000);
        (await rig.BalanceAsync()).ShouldBe((0, 0, 0));
        (await rig.EntriesAsync()).Where(e => e.Kind == PointsKind.Reverse).Select(e => (e.Step, e.Issued)).ShouldBe([(0, 3), (1, 3), (2, 4)]);
    }

    [Theory, EachEngine]
    public async Task What_the_caller_rolls_back_did_not_happen(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var rig = new LedgerRig(app);
        await rig.GiveAsync(10);
        var order = Guid.CreateVersion7();
        await Should.ThrowAsync<InvalidOperationException>(rig.DoAsync<int>(async (db, cancel) =>
        {
            (await rig.Ledger.RedeemAsync(db, rig.Customer, rig.Business, order, 10, new Foundation.Currencies.Money(1_000_000, "INR"), cancel)).Ok.ShouldBeTrue();
            throw new InvalidOperationException("The order failed.");
        }));
        (await rig.BalanceAsync()).ShouldBe((10, 0, 0));
        (await rig.RedeemAsync(order, 10)).Value.ShouldBe(1_000);
    }

    [Theory, EachEngine]
    public async Task Outside_a_transaction_nothing_moves(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var rig = new LedgerRig(app);
        await using var db = await app.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
        await Should.ThrowAsync<InvalidOperationException>(() => rig.Ledger.ConfirmAsync(db, rig.Customer, rig.Business, Guid.CreateVersion7(), CancellationToken.None));
    }

    [Theory, EachEngine]
    public async Task The_job_writes_off_what_grew_too_old_and_nothing_twice(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var clock = new SetClock(Start);
        var (one, two) = (new LedgerRig(app, clock), new LedgerRig(app, clock));
        await one.GiveAsync(10);
        await two.GiveAsync(5);
        clock.Now = Start.AddDays(100);
        await one.GiveAsync(7);
        clock.Now = Start.AddDays(365);
        var contexts = app.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>();
        var job = new ExpirePoints(contexts, one.Ledger, clock, NullLogger<ExpirePoints>.Instance);
        // Before it came by, what is too old cannot be spent.
        (await two.RedeemAsync(Guid.CreateVersion7(), 1)).Problem!.Code.ShouldBe("not_enough_points");
        await Task.WhenAll(job.RunAsync(CancellationToken.None), job.RunAsync(CancellationToken.None));
        await job.RunAsync(CancellationToken.None);
        (await one.BalanceAsync()).ShouldBe((7, 0, 0));
        (await two.BalanceAsync()).ShouldBe((0, 0, 0));
        (await one.EntriesAsync()).Where(e => e.Kind == PointsKind.Expire).Sum(e => e.Expired).ShouldBe(10);
    }

    [Theory, EachEngine]
    public async Task The_database_itself_refuses_an_entry_that_does_not_sum_to_zero(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var rig = new LedgerRig(app);
        await Should.ThrowAsync<DbUpdateException>(rig.DoAsync(async (db, cancel) =>
        {
            db.Add(new PointsEntry
            {
                Id = Guid.CreateVersion7(), BusinessId = rig.Business, CustomerId = rig.Customer, Kind = PointsKind.Earn, At = Start, Pending = 5, Issued = -4,
            });
            return await db.SaveChangesAsync(cancel);
        }));
    }
}

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Data;
using Mainstreet.Store.Orders;
using Mainstreet.Store.Payments;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

[Trait("kind", "db")]
public sealed class StuckMoneyTests(StoreApps apps)
{
    /// <summary>Long before anything else that the shared shop holds.</summary>
    private static readonly DateTimeOffset Then = new(2001, 2, 3, 4, 5, 6, TimeSpan.Zero);

    [Theory, EachEngine]
    public async Task Money_without_a_paid_order_is_counted_and_sold_goods_are_not(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var (sold, kept, held) = (await till.OrderAsync(), await till.OrderAsync(), await till.OrderAsync());
        foreach (var order in new[] { sold, kept }) (await till.CallbackAsync(await till.PayAsync(order))).State.ShouldBe("captured");
        await ChangeAsync(till, async (db, token) =>
        {
            await db.Payments.Where(p => p.Id == sold.PaymentId || p.Id == kept.PaymentId).ExecuteUpdateAsync(s => s.SetProperty(p => p.CapturedAt, Then), token);
            await db.Orders.Where(o => o.Id == kept.Id).ExecuteUpdateAsync(s => s.SetProperty(o => o.Status, OrderStatus.Cancelled), token);
            await db.Payments.Where(p => p.Id == held.PaymentId).ExecuteUpdateAsync(
                s => s.SetProperty(p => p.State, PaymentState.Authorized).SetProperty(p => p.UpdatedAt, Then).SetProperty(p => p.WorkAt, (DateTimeOffset?)null), token);
        });

        var soon = Then + StuckMoney.Patience;
        (await CountAsync(till, soon)).ShouldBe(new StuckMoney(0, 0, 0));
        (await CountAsync(till, soon.AddSeconds(1))).ShouldBe(new StuckMoney(1, 1, 0));

        // On its way back it is nobody's worry, for a day.
        (await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, $"/v1/payments/{kept.PaymentId}/refunds", "{}")).Status.ShouldBe(201);
        (await CountAsync(till, soon.AddSeconds(1))).ShouldBe(new StuckMoney(0, 1, 0));
        var refund = (await till.RefundsAsync(kept)).Single().Id;
        await Till.UntilAsync(async () => (await till.RefundsAsync(kept)).Single().Ended, "the refund was not made");
        await ChangeAsync(till, (db, token) => db.Refunds.Where(r => r.Id == refund).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.State, RefundState.Pending).SetProperty(r => r.CreatedAt, Then), token));
        (await CountAsync(till, Then + StuckMoney.RefundPatience)).ShouldBe(new StuckMoney(0, 1, 0));
        (await CountAsync(till, Then + StuckMoney.RefundPatience + TimeSpan.FromSeconds(1))).ShouldBe(new StuckMoney(0, 1, 1));
    }

    private static Task<StuckMoney> CountAsync(Till till, DateTimeOffset now) => till.Grocery.InDbAsync(db => StuckMoney.CountAsync(db, now, CancellationToken.None));

    private static Task<object?> ChangeAsync(Till till, Func<StoreDb, CancellationToken, Task> change) =>
        till.Grocery.InDbAsync(db => db.InTransactionAsync<object?>(async token => { await change(db, token); return null; }, CancellationToken.None));
}

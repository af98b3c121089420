using Mainstreet.Foundation.Data;
using Mainstreet.Store.Payments;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

/// <summary>No webhook comes at all, and no browser comes back.</summary>
[Trait("kind", "db")]
public sealed class ReconciliationTests
{
    private static readonly Dictionary<string, string?> Quick = new() { ["Store:Payments:ReconcileAfterSeconds"] = "1", ["Store:Payments:PollMilliseconds"] = "50" };

    [Theory, EachEngine]
    public async Task What_no_webhook_told_is_found_by_asking(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, Quick);
        var till = await Till.OpenAsync(app);
        var (captured, authorized, failed, late) = (await till.OrderAsync(), await till.OrderAsync(), await till.OrderAsync(), await till.OrderAsync());
        await till.PayAsync(captured);
        await till.PayAsync(authorized, "authorized");
        await till.PayAsync(failed, "failed");
        await till.Customer.PostAsync($"/v1/orders/{late.Id}/cancel", new { });
        await till.PayAsync(late);
        await Till.UntilAsync(async () => await till.StatusAsync(captured) == "paid", "the captured one was not found");
        await Till.UntilAsync(async () => await till.StatusAsync(authorized) == "paid", "the authorized one was not captured");
        await Till.UntilAsync(async () => (await till.PaymentAsync(failed)).State == PaymentState.Failed, "the failure was not found");
        await Till.UntilAsync(async () => await till.StatusAsync(late) == "refunded", "the late one was not given back");
        (await till.TimesPaidAsync(captured)).ShouldBe(1);
        (await till.CapturesAsync(captured)).ShouldHaveSingleItem();
    }

    // Two replicas share a database: PostgreSQL only.
    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_provider_that_is_away_delays_payments_and_loses_none(Engine engine)
    {
        // Nothing listens there. This replica looks seldom: it would take every other try, and each doubles the wait for the next.
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?>(Quick)
        {
            ["Store:Payments:PollMilliseconds"] = "60000",
            ["Store:Payments:Razorpay:Url"] = "http://127.0.0.1:9/", ["Store:Payments:Razorpay:Http:Attempts"] = "1", ["Store:Payments:Razorpay:Http:TimeoutSeconds"] = "1",
        });
        var till = await Till.OpenAsync(app);
        var order = await till.OrderAsync(started: false);
        order.ProviderOrderId.ShouldBeNull();
        order.Body.GetProperty("payment").GetProperty("state").GetString().ShouldBe("created");
        // It is back: another replica of this program reaches it.
        await using var back = await TestApp.StartReplicaAsync(app, Quick);
        await Till.UntilAsync(async () => (await till.PaymentAsync(order)) is { State: PaymentState.Pending, ProviderOrderId: not null }, "the payment was not started later");
        var found = await Till.ProviderAsync(back, $"orders?receipt={order.PaymentId}");
        found.GetProperty("count").GetInt32().ShouldBe(1);
    }
}

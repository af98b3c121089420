using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Payments;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

[Trait("kind", "db")]
public sealed class RefundTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task Parts_go_back_until_nothing_is_left(Engine engine)
    {
        var (till, order) = await PaidAsync(engine);
        var path = $"/v1/payments/{order.PaymentId}/refunds";
        var owner = till.Grocery.Owner;
        var first = await owner.PostAsync(path, new { amount = new { amount = 20_000, currency = "INR" } });
        first.GetProperty("state").GetString().ShouldBe("pending");
        await Till.UntilAsync(async () => (await till.PaymentAsync(order)).State == PaymentState.PartiallyRefunded, "the first part did not go back");
        (await owner.SendJsonAsync(HttpMethod.Post, path, "{\"amount\":30001}")).Code.ShouldBe("refund_exceeds_captured");
        var rest = await owner.PostAsync(path, new { });
        rest.GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(order.Total - 20_000);
        await Till.UntilAsync(async () => await till.StatusAsync(order) == "refunded", "the rest did not go back");
        (await owner.SendJsonAsync(HttpMethod.Post, path, "{\"amount\":100}")).Code.ShouldBe("refund_exceeds_captured");
        var payment = await till.PaymentAsync(order);
        (payment.State, payment.Captured, payment.Refunded, payment.Returned).ShouldBe((PaymentState.Refunded, order.Total, order.Total, order.Total));
    }

    [Theory, EachEngine]
    public async Task A_key_pays_back_once_however_often_it_is_sent(Engine engine)
    {
        var (till, order) = await PaidAsync(engine);
        var path = $"/v1/payments/{order.PaymentId}/refunds";
        var key = ("Idempotency-Key", Guid.CreateVersion7().ToString());
        var first = await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, path, "{\"amount\":10000}", key);
        var again = await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, path, "{ \"amount\" : 10000 }", key);
        (first.Status, again.Status).ShouldBe((201, 201));
        again.Body.GetRawText().ShouldBe(first.Body.GetRawText());
        (await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, path, "{\"amount\":10001}", key)).Code.ShouldBe("idempotency_key_reused");
        var burst = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, path, "{\"amount\":10000}", key)));
        burst.ShouldAllBe(a => a.Status == 201);
        (await till.RefundsAsync(order)).Count.ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Forty_clerks_at_once_never_pay_back_more_than_was_paid(Engine engine)
    {
        var (till, order) = await PaidAsync(engine);
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = Enumerable.Range(0, 40).Select(async i =>
        {
            await start.Task;
            return await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, $"/v1/payments/{order.PaymentId}/refunds", "{\"amount\":9000}", ("Idempotency-Key", $"clerk-{order.PaymentId}-{i}"));
        }).ToList();
        start.SetResult();
        var answers = await Task.WhenAll(all);
        // 50,000 hold five of 9,000.
        answers.Count(a => a.Status == 201).ShouldBe((int)(order.Total / 9_000));
        answers.Where(a => a.Status != 201).ShouldAllBe(a => a.Status == 409 && a.Code == "refund_exceeds_captured");
        await Till.UntilAsync(async () => (await till.RefundsAsync(order)).All(r => r.State == RefundState.Processed), "not all were made");
        var provider = await till.AtProviderAsync($"payments/{(await till.PaymentAsync(order)).ProviderPaymentId}");
        provider.GetProperty("amount_refunded").GetInt64().ShouldBe(order.Total / 9_000 * 9_000);
    }

    [Theory, EachEngine]
    public async Task A_refund_that_fails_opens_what_may_be_refunded(Engine engine)
    {
        var (till, order) = await PaidAsync(engine, new { refunds = "failed", webhooks = true });
        await till.Grocery.Owner.PostAsync($"/v1/payments/{order.PaymentId}/refunds", new { amount = 30_000 });
        await Till.UntilAsync(async () => (await till.RefundsAsync(order)) is [{ State: RefundState.Failed }], "the failure was not told");
        var payment = await till.PaymentAsync(order);
        (payment.State, payment.Refunded, payment.Returned).ShouldBe((PaymentState.Captured, 0, 0));
        (await till.CapturesAsync(order)).Single().Refunded.ShouldBe(0);
        (await till.StatusAsync(order)).ShouldBe("paid");
        (await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, $"/v1/payments/{order.PaymentId}/refunds", "{\"amount\":50000}")).Status.ShouldBe(201);
    }

    [Theory, EachEngine]
    public async Task A_pending_refund_is_followed_to_its_end_without_any_webhook(Engine engine)
    {
        var (till, order) = await PaidAsync(engine, new { refunds = "pending" });
        await till.Grocery.Owner.PostAsync($"/v1/payments/{order.PaymentId}/refunds", new { amount = 30_000 });
        await Till.UntilAsync(async () => (await till.RefundsAsync(order)) is [{ State: RefundState.Pending, ProviderRefundId: not null }], "the provider was not asked");
        (await till.StatusAsync(order)).ShouldBe("paid");
        var id = (await till.RefundsAsync(order)).Single().ProviderRefundId;
        (await till.App.Http.PostAsync($"/simulator/razorpay/refunds/{id}/processed", null)).IsSuccessStatusCode.ShouldBeTrue();
        await Till.UntilAsync(async () => (await till.PaymentAsync(order)).State == PaymentState.PartiallyRefunded, "nobody asked again");
    }

    [Theory, EachEngine]
    public async Task A_refund_of_the_dashboard_is_booked_here_too(Engine engine)
    {
        var (till, order) = await PaidAsync(engine);
        var payment = (await till.PaymentAsync(order)).ProviderPaymentId;
        var body = """
            {"event":"refund.processed","payload":{"refund":{"entity":{"id":"rfnd_ID","amount":12345,"currency":"INR","payment_id":"PAYMENT","status":"processed"}},
            "payment":{"entity":{"id":"PAYMENT","order_id":"ORDER","amount":TOTAL,"currency":"INR","status":"captured","captured":true}}}}
            """.Replace("ID", order.PaymentId.ToString("N"), StringComparison.Ordinal).Replace("PAYMENT", payment, StringComparison.Ordinal)
            .Replace("ORDER", order.ProviderOrderId, StringComparison.Ordinal).Replace("TOTAL", order.Total.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        (await till.WebhookAsync(Till.Sign(body))).ShouldBe(200);
        (await till.WebhookAsync(Till.Sign(body))).ShouldBe(200);
        var refund = (await till.RefundsAsync(order)).ShouldHaveSingleItem();
        (refund.Reason, refund.State, refund.Amount).ShouldBe((RefundReason.Provider, RefundState.Processed, 12_345));
        (await till.PaymentAsync(order)).Returned.ShouldBe(12_345);
    }

    [Theory, EachEngine]
    public async Task Cancelling_a_paid_order_gives_everything_back(Engine engine)
    {
        var (till, order) = await PaidAsync(engine);
        await till.Customer.PostAsync($"/v1/orders/{order.Id}/cancel", new { });
        await Till.UntilAsync(async () => await till.StatusAsync(order) == "refunded", "the money did not go back");
        (await till.RefundsAsync(order)).ShouldHaveSingleItem().Amount.ShouldBe(order.Total);
    }

    [Theory]
    [InlineData("{\"amount\":0}")]
    [InlineData("{\"amount\":-100}")]
    [InlineData("{\"amount\":100.5}")]
    [InlineData("{\"amount\":\"100\"}")]
    [InlineData("{\"amount\":9223372036854775808}")]
    [InlineData("{\"amount\":1e30}")]
    [InlineData("{\"amount\":{\"amount\":100}}")]
    [InlineData("{\"amount\":{\"amount\":100,\"currency\":\"USD\"}}")]
    [InlineData("{\"amount\":{\"amount\":100.1,\"currency\":\"INR\"}}")]
    [InlineData("{\"amount\":[100]}")]
    [InlineData("{\"amount\":true}")]
    [InlineData("{\"amuont\":100}")]
    [InlineData("{\"Amount\":100}")]
    [InlineData("{\"amount\":100,\"currency\":\"INR\"}")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task An_amount_that_is_none_is_400(string body)
    {
        var (till, order) = await PaidAsync(Engine.Sqlite);
        (await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, $"/v1/payments/{order.PaymentId}/refunds", body)).Status.ShouldBe(400);
        (await till.RefundsAsync(order)).ShouldBeEmpty();
    }

    [Theory, EachEngine]
    public async Task Online_nothing_below_one_rupee_goes_back_and_nothing_that_has_not_come(Engine engine)
    {
        var (till, order) = await PaidAsync(engine);
        (await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, $"/v1/payments/{order.PaymentId}/refunds", "{\"amount\":99}")).Code.ShouldBe("amount_too_small");
        var open = await till.OrderAsync();
        (await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, $"/v1/payments/{open.PaymentId}/refunds", "{\"amount\":100}")).Code.ShouldBe("not_captured");
    }

    [Theory, EachEngine]
    public async Task Any_refunds_in_any_order_keep_the_balance(Engine engine)
    {
        // Each step: an amount to pay back in hundreds, and whether the provider manages it. The oracle adds up by hand.
        var steps = (from hundreds in Gen.Choose(1, 400) from good in Gen.Elements(true, true, false) select (Amount: hundreds * 100L, Good: good)).ArrayOf(8);
        var scripts = steps.Sample(6);
        var app = await apps.OnAsync(engine);
        foreach (var script in scripts)
        {
            var till = await Till.OpenAsync(app);
            var order = await till.OrderAsync();
            foreach (var told in (await till.PayAsync(order, how: new { refunds = "pending" })).Events) await till.WebhookAsync(told);
            var (left, returned) = (order.Total, 0L);
            foreach (var (amount, good) in script)
            {
                var answer = await till.Grocery.Owner.SendJsonAsync(HttpMethod.Post, $"/v1/payments/{order.PaymentId}/refunds", $"{{\"amount\":{amount}}}");
                answer.Status.ShouldBe(amount <= left ? 201 : 409);
                if (answer.Status != 201) continue;
                var id = answer.Body.GetProperty("id").GetGuid();
                await Till.UntilAsync(async () => (await till.RefundsAsync(order)).Single(r => r.Id == id).ProviderRefundId is not null, "the provider was not asked");
                var rfnd = (await till.RefundsAsync(order)).Single(r => r.Id == id).ProviderRefundId;
                (await app.Http.PostAsync($"/simulator/razorpay/refunds/{rfnd}/{(good ? "processed" : "failed")}", null)).IsSuccessStatusCode.ShouldBeTrue();
                await Till.UntilAsync(async () => (await till.RefundsAsync(order)).Single(r => r.Id == id).Ended, "its end was not found out");
                if (!good) continue;
                left -= amount;
                returned += amount;
            }

            var payment = await till.PaymentAsync(order);
            (payment.Refundable, payment.Returned).ShouldBe((left, returned));
            (await till.CapturesAsync(order)).Single().Refunded.ShouldBe(returned);
            (await till.AtProviderAsync($"payments/{payment.ProviderPaymentId}")).GetProperty("amount_refunded").GetInt64().ShouldBe(returned);
            (await till.StatusAsync(order)).ShouldBe(left == 0 ? "refunded" : "paid");
        }
    }

    private async Task<(Till Till, Placed Order)> PaidAsync(Engine engine, object? how = null)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        foreach (var told in (await till.PayAsync(order, how: how)).Events) (await till.WebhookAsync(told)).ShouldBe(200);
        (await till.StatusAsync(order)).ShouldBe("paid");
        return (till, order);
    }
}

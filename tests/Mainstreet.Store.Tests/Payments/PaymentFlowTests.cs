using System.Net;
using System.Net.Http.Headers;

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Payments;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

[Trait("kind", "db")]
public sealed class PaymentFlowTests(StoreApps apps)
{
    [Theory, EachEngine]
    public async Task Upi_gives_a_link_and_its_code_and_is_paid_by_it(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync("upi");
        var payment = order.Body.GetProperty("payment");
        payment.GetProperty("state").GetString().ShouldBe("pending");
        var upi = payment.GetProperty("upi");
        upi.GetProperty("intent").GetString()!.ShouldStartWith("upi://pay?pa=");
        upi.GetProperty("qr").GetString()!.ShouldStartWith("<svg xmlns=");
        // The app pays the very attempt that the link began.
        var attempt = (await till.AtProviderAsync($"orders/{order.ProviderOrderId}/payments")).GetProperty("items")[0].GetProperty("id").GetString();
        var paid = await till.PayAsync(order, how: new { paymentId = attempt });
        paid.PaymentId.ShouldBe(attempt);
        (await till.WebhookAsync(paid["order.paid"])).ShouldBe(200);
        (await till.StatusAsync(order)).ShouldBe("paid");
        (await till.ReadAsync(order)).GetProperty("payment").GetProperty("upi").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await till.StoryAsync(order)).ShouldBe(["payment.opened", "payment.pending", "payment.captured"]);
    }

    /// <summary>The customer's request waits eight seconds for the provider: neither a slow order nor a slow link may cost the customer the link.</summary>
    [Theory, InlineData(7, 2), InlineData(0, 6)]
    public async Task A_slow_provider_still_gives_a_link(int order, int link)
    {
        await using var line = await SlowLine.StartAsync(path =>
            TimeSpan.FromSeconds(path.EndsWith("/orders", StringComparison.Ordinal) ? order : path.EndsWith("/create/upi", StringComparison.Ordinal) ? link : 0));
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Store:Payments:Razorpay:Url"] = line.Url });
        line.To = new Uri(app.Address, "simulator/razorpay");
        var till = await Till.OpenAsync(app);
        var payment = (await till.OrderAsync("upi")).Body.GetProperty("payment");
        payment.GetProperty("state").GetString().ShouldBe("pending");
        payment.GetProperty("upi").GetProperty("intent").GetString()!.ShouldStartWith("upi://pay?pa=");
    }

    [Theory, EachEngine]
    public async Task The_simulators_own_webhooks_pay_the_order(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        await till.PayAsync(order, how: new { webhooks = true });
        await Till.UntilAsync(async () => await till.StatusAsync(order) == "paid", "no webhook came");
        await Till.UntilAsync(async () => await till.Grocery.InDbAsync(db => db.PaymentSignals.CountAsync(s => s.PaymentId == order.PaymentId)) == 3, "not all webhooks came");
        (await till.TimesPaidAsync(order)).ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task What_is_only_authorized_is_captured_by_us(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var byWebhook = await till.OrderAsync();
        var paid = await till.PayAsync(byWebhook, "authorized");
        (await till.WebhookAsync(paid["payment.authorized"])).ShouldBe(200);
        // The worker captures after two seconds, which may be over by now.
        (await till.PaymentAsync(byWebhook)).State.ShouldBeOneOf(PaymentState.Authorized, PaymentState.Captured);
        var byCallback = await till.OrderAsync();
        (await till.CallbackAsync(await till.PayAsync(byCallback, "authorized"))).ShouldBe((200, "captured"));
        (await till.StatusAsync(byCallback)).ShouldBe("paid");
        await Till.UntilAsync(async () => await till.StatusAsync(byWebhook) == "paid", "nobody captured it");
        (await till.AtProviderAsync($"payments/{paid.PaymentId}")).GetProperty("status").GetString().ShouldBe("captured");
    }

    [Theory, EachEngine]
    public async Task A_failed_attempt_may_be_followed_by_a_good_one(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var failed = await till.PayAsync(order, "failed");
        (await till.WebhookAsync(failed["payment.failed"])).ShouldBe(200);
        var seen = (await till.ReadAsync(order)).GetProperty("payment");
        (seen.GetProperty("state").GetString(), seen.GetProperty("error").GetString()).ShouldBe(("failed", "payment_cancelled"));
        var good = await till.PayAsync(order);
        foreach (var told in good.Events) (await till.WebhookAsync(told)).ShouldBe(200);
        (await till.WebhookAsync(failed["payment.failed"].Body, failed["payment.failed"].Signature, "evt_again")).ShouldBe(200);
        (await till.StatusAsync(order)).ShouldBe("paid");
        (await till.StoryAsync(order)).ShouldBe(["payment.opened", "payment.pending", "payment.failed", "payment.authorized", "payment.captured"]);
    }

    [Theory, EachEngine]
    public async Task Money_of_an_attempt_that_had_failed_is_late_and_welcome(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var failed = await till.PayAsync(order, "failed");
        await till.WebhookAsync(failed["payment.failed"]);
        var late = await till.PayAsync(order, "authorized", new { paymentId = failed.PaymentId });
        late.PaymentId.ShouldBe(failed.PaymentId);
        (await till.WebhookAsync(late["payment.authorized"])).ShouldBe(200);
        (await till.StoryAsync(order)).Take(4).ShouldBe(["payment.opened", "payment.pending", "payment.failed", "payment.lateAuthorized"]);
        await Till.UntilAsync(async () => await till.StatusAsync(order) == "paid", "the late money was not captured");
    }

    [Theory, EachEngine]
    public async Task After_the_reservation_ended_money_takes_the_goods_again_or_goes_back(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine), onHand: 5);
        var late = await till.OrderAsync(quantity: 5);
        await ExpireAsync(till, late);
        (await till.PaymentAsync(late)).State.ShouldBe(PaymentState.Cancelled);
        foreach (var told in (await till.PayAsync(late)).Events) (await till.WebhookAsync(told)).ShouldBe(200);
        (await till.StatusAsync(late)).ShouldBe("paid");

        var till2 = await Till.OpenAsync(till.App, onHand: 5);
        var tooLate = await till2.OrderAsync(quantity: 5);
        await ExpireAsync(till2, tooLate);
        var other = await till2.OrderAsync(quantity: 5);
        var paid = await till2.PayAsync(tooLate);
        foreach (var told in paid.Events) (await till2.WebhookAsync(told)).ShouldBe(200);
        await Till.UntilAsync(async () => await till2.StatusAsync(tooLate) == "refunded", "the money did not go back");
        var refund = (await till2.RefundsAsync(tooLate)).ShouldHaveSingleItem();
        (refund.Reason, refund.State, refund.Amount).ShouldBe((RefundReason.OutOfStock, RefundState.Processed, tooLate.Total));
        (await till2.AtProviderAsync($"payments/{paid.PaymentId}")).GetProperty("amount_refunded").GetInt64().ShouldBe(tooLate.Total);
        (await till2.StatusAsync(other)).ShouldBe("placed");
    }

    [Theory, EachEngine]
    public async Task Money_for_an_order_that_was_cancelled_goes_back(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        await till.Customer.PostAsync($"/v1/orders/{order.Id}/cancel", new { });
        var paid = await till.PayAsync(order, "authorized");
        (await till.WebhookAsync(paid["payment.authorized"])).ShouldBe(200);
        (await till.StoryAsync(order)).ShouldContain("payment.lateAuthorized");
        await Till.UntilAsync(async () => (await till.RefundsAsync(order)) is [{ State: RefundState.Processed, Reason: RefundReason.Cancelled }], "the money did not go back");
        (await till.StatusAsync(order)).ShouldBe("refunded");
        (await till.TimesPaidAsync(order)).ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task A_wrong_amount_goes_back_and_pays_nothing(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var paid = await till.PayAsync(order);
        var less = paid["payment.captured"].Body.Replace($"\"amount\":{order.Total}", $"\"amount\":{order.Total - 1}", StringComparison.Ordinal);
        (await till.WebhookAsync(Till.Sign(less))).ShouldBe(200);
        (await till.StatusAsync(order)).ShouldBe("placed");
        await Till.UntilAsync(async () => (await till.RefundsAsync(order)) is [{ State: RefundState.Processed, Reason: RefundReason.WrongAmount }], "the money did not go back");
        (await till.RefundsAsync(order)).Single().Amount.ShouldBe(order.Total - 1);
    }

    [Theory, EachEngine]
    public async Task Cash_is_due_until_it_is_collected(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync("cod");
        order.Body.GetProperty("payment").GetProperty("state").GetString().ShouldBe("due");
        order.ProviderOrderId.ShouldBeNull();
        var owner = till.Grocery.Owner;
        await owner.PostAsync($"/v1/orders/{order.Id}/pack", new { });
        await owner.PostAsync($"/v1/orders/{order.Id}/dispatch", new { });
        var delivered = await owner.PostAsync($"/v1/orders/{order.Id}/deliver", new { });
        delivered.GetProperty("payment").GetProperty("state").GetString().ShouldBe("captured");
        (await till.CapturesAsync(order)).ShouldHaveSingleItem().Amount.ShouldBe(order.Total);
        var refund = await owner.PostAsync($"/v1/payments/{order.PaymentId}/refunds", new { amount = 50 });
        refund.GetProperty("state").GetString().ShouldBe("processed");
    }

    [Theory, EachEngine]
    public async Task A_payment_is_seen_by_its_customer_and_the_shop_only(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var path = $"/v1/payments/{order.PaymentId}";
        (await till.Customer.GetAsync(path)).GetProperty("payment").GetProperty("amount").GetProperty("amount").GetInt64().ShouldBe(order.Total);
        (await till.Grocery.Owner.GetAsync(path)).GetProperty("refunds").GetArrayLength().ShouldBe(0);
        var stranger = await TestUser.RegisterAsync(till.App);
        var rival = await Grocery.OpenAsync(till.App);
        foreach (var other in new[] { stranger, rival.Owner })
        {
            (await other.SendAsync(HttpMethod.Get, path)).Status.ShouldBe(404);
            (await other.SendJsonAsync(HttpMethod.Post, $"{path}/refunds", "{\"amount\":100}")).Status.ShouldBe(404);
            (await other.SendAsync(HttpMethod.Get, $"/store/pay/{order.Id}")).Status.ShouldBe(404);
        }

        (await till.Customer.SendJsonAsync(HttpMethod.Post, $"{path}/refunds", "{\"amount\":100}")).Status.ShouldBe(403);
        (await till.App.Http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory, EachEngine]
    public async Task The_hosted_checkout_comes_back_by_a_form(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var page = await till.Customer.Http.GetAsync($"/store/pay/{order.Id}");
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await page.Content.ReadAsStringAsync()).ShouldContain($"name=\"order_id\" value=\"{order.ProviderOrderId}\"");
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("form-action 'self' http");
        var paid = await till.PayAsync(order);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["razorpay_payment_id"] = paid.PaymentId, ["razorpay_order_id"] = paid.OrderId, ["razorpay_signature"] = paid.Signature,
        });
        var back = await till.App.Http.PostAsync("/v1/payments/razorpay/callback", form);
        ((int)back.StatusCode, back.Headers.Location?.OriginalString).ShouldBe((303, $"/shop/orders/{order.Id}"));
        (await till.StatusAsync(order)).ShouldBe("paid");
        (await till.Customer.Http.GetAsync($"/store/pay/{order.Id}")).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Theory, EachEngine]
    public async Task A_callback_without_proof_is_refused(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var order = await till.OrderAsync();
        var paid = await till.PayAsync(order);
        (await till.CallbackAsync(paid with { Signature = new string('0', 64) })).Status.ShouldBe(401);
        (await till.CallbackAsync(paid with { Signature = "" })).Status.ShouldBe(401);
        (await till.CallbackAsync(paid with { PaymentId = "pay_other" })).Status.ShouldBe(401);
        (await till.CallbackAsync(paid with { OrderId = "order_unknown" })).Status.ShouldBe(401);
        (await till.CallbackAsync(paid with { OrderId = "order unknown'--" })).Status.ShouldBe(400);
        foreach (var body in new[] { "", "[]", "{\"razorpay_payment_id\":5}", "nonsense" })
        {
            using var content = new StringContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            ((int)(await till.App.Http.PostAsync("/v1/payments/razorpay/callback", content)).StatusCode).ShouldBe(400, body);
        }

        (await till.StatusAsync(order)).ShouldBe("placed");
    }

    [Theory, EachEngine]
    public async Task Cards_are_kept_by_consent_and_forgotten_on_demand(Engine engine)
    {
        var till = await Till.OpenAsync(await apps.OnAsync(engine));
        var buyer = till.Customer;
        (await buyer.SendJsonAsync(HttpMethod.Post, "/v1/payment-methods", "{\"consent\":false}")).Code.ShouldBe("consent_required");
        var first = await till.OrderAsync();
        foreach (var told in (await till.PayAsync(first)).Events) await till.WebhookAsync(told);
        (await buyer.SendJsonAsync(HttpMethod.Post, "/v1/payment-methods", $"{{\"consent\":true,\"paymentId\":\"{first.PaymentId}\"}}")).Code.ShouldBe("nothing_to_save");
        (await buyer.GetAsync("/v1/payment-methods")).GetProperty("items").GetArrayLength().ShouldBe(0);
        var customer = await till.Grocery.InDbAsync(db => db.ProviderCustomers.Where(c => c.CustomerId == buyer.Id).Select(c => c.ProviderCustomerId).SingleAsync());

        var second = await till.OrderAsync();
        foreach (var told in (await till.PayAsync(second, how: new { customerId = customer, save = true })).Events) await till.WebhookAsync(told);
        await Till.UntilAsync(async () => (await buyer.GetAsync("/v1/payment-methods")).GetProperty("items") is { } items && items.GetArrayLength() == 1
            && items[0].GetProperty("last4").GetString() == "1111", "the card was not taken in");
        var card = (await buyer.GetAsync("/v1/payment-methods")).GetProperty("items")[0].GetProperty("id").GetGuid();
        (await buyer.PostAsync("/v1/payment-methods", new { consent = true, paymentId = second.PaymentId })).GetProperty("items").GetArrayLength().ShouldBe(1);

        var stranger = await TestUser.RegisterAsync(till.App);
        (await stranger.SendAsync(HttpMethod.Delete, $"/v1/payment-methods/{card}")).Status.ShouldBe(404);
        (await stranger.SendJsonAsync(HttpMethod.Post, "/v1/payment-methods", $"{{\"consent\":true,\"paymentId\":\"{second.PaymentId}\"}}")).Status.ShouldBe(404);
        (await buyer.SendAsync(HttpMethod.Delete, $"/v1/payment-methods/{card}")).Status.ShouldBe(204);
        (await buyer.SendAsync(HttpMethod.Delete, $"/v1/payment-methods/{card}")).Status.ShouldBe(404);
        await Till.UntilAsync(async () => (await till.AtProviderAsync($"customers/{customer}/tokens")).GetProperty("count").GetInt32() == 0, "the token is still at the provider");
    }

    private static async Task ExpireAsync(Till till, Placed order)
    {
        await till.OverdueAsync(order);
        await Till.UntilAsync(async () => await till.StatusAsync(order) == "cancelled", "the order did not expire");
    }
}

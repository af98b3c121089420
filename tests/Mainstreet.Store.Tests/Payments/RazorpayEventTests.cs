using System.Text;

using Mainstreet.Store.Payments;
using Mainstreet.Store.Payments.Razorpay;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

/// <summary>Bodies as Razorpay's documentation shows them, and as they could come.</summary>
[Trait("kind", "unit")]
public sealed class RazorpayEventTests
{
    private const string Payment = """
        "payment":{"entity":{"id":"pay_29QQoUBi66xm2f","entity":"payment","amount":50000,"currency":"INR","status":"STATUS","order_id":"order_9A33XWu170gUtm","captured":CAPTURED,
        "method":"upi","amount_refunded":0,"refund_status":null,"vpa":"a@b","email":"a@b.com","contact":"+919999999999","notes":[],"fee":null,"tax":null,
        "error_code":"BAD_REQUEST_ERROR","error_reason":"payment_cancelled"}}
        """;

    [Theory]
    [InlineData("payment.authorized", "authorized", "false", "Authorized", false)]
    [InlineData("payment.authorized", "created", "false", "Authorized", false)]
    [InlineData("payment.authorized", "captured", "true", "Captured", true)]
    [InlineData("payment.captured", "captured", "true", "Captured", true)]
    [InlineData("payment.failed", "failed", "false", "Failed", false)]
    public void A_payment_event_is_read(string name, string status, string captured, string expected, bool money)
    {
        var told = Parse(name, Payment.Replace("STATUS", status, StringComparison.Ordinal).Replace("CAPTURED", captured, StringComparison.Ordinal))!;
        told.OrderId.ShouldBe("order_9A33XWu170gUtm");
        told.PaymentId.ShouldBe("pay_29QQoUBi66xm2f");
        var payment = told.Facts.Payment!;
        (payment.Amount, payment.Currency, payment.Status.ToString(), payment.Captured).ShouldBe((50_000, "INR", expected, money));
        payment.Error.ShouldBe("payment_cancelled");
    }

    [Fact]
    public void What_is_kept_names_nobody()
    {
        var told = Parse("payment.captured", Payment.Replace("STATUS", "captured", StringComparison.Ordinal).Replace("CAPTURED", "true", StringComparison.Ordinal))!;
        var kept = System.Text.Json.JsonSerializer.Serialize(told.Facts, Foundation.Web.Json.Stored);
        kept.ShouldNotContain("a@b");
        kept.ShouldNotContain("9999");
    }

    [Fact]
    public void A_refund_event_is_read()
    {
        var told = Parse("refund.processed", """
            "refund":{"entity":{"id":"rfnd_FP8QHiV938haTz","entity":"refund","amount":500100,"currency":"INR","payment_id":"pay_29QQoUBi66xm2f","notes":{},"receipt":null,"status":"processed"}}
            """)!;
        told.Facts.Refund.ShouldBe(new ProviderRefund("rfnd_FP8QHiV938haTz", "pay_29QQoUBi66xm2f", 500_100, "INR", "processed", null));
        told.PaymentId.ShouldBe("pay_29QQoUBi66xm2f");
    }

    [Theory]
    [InlineData("qr_code.credited")]
    [InlineData("payment.downtime.started")]
    [InlineData("something.new")]
    public void Other_events_say_nothing_of_money(string name) => Parse(name, "\"x\":{\"entity\":{\"id\":\"qr_1\"}}")!.Facts.ShouldBe(new SignalFacts());

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"event\"")]
    [InlineData("{\"event\":7}")]
    [InlineData("{\"event\":\"payment.captured\",\"payload\":{\"payment\":{\"entity\":{\"id\":\"pay_1\",\"status\":\"captured\",\"amount\":-5,\"currency\":\"INR\"}}}}")]
    [InlineData("{\"event\":\"payment.captured\",\"payload\":{\"payment\":{\"entity\":{\"id\":\"pay_1\",\"status\":\"captured\",\"amount\":5.5,\"currency\":\"INR\"}}}}")]
    [InlineData("{\"event\":\"payment.captured\",\"payload\":{\"payment\":{\"entity\":{\"id\":\"pay 1\",\"status\":\"captured\",\"amount\":5,\"currency\":\"INR\"}}}}")]
    [InlineData("{\"event\":\"payment.captured\",\"payload\":{\"payment\":{\"entity\":{\"id\":\"pay_1\",\"status\":\"melted\",\"amount\":5,\"currency\":\"INR\"}}}}")]
    [InlineData("{\"event\":\"\\ud800\"}")]
    public void What_is_no_event_is_none(string body) => RazorpayEvent.Parse(Encoding.UTF8.GetBytes(body)).ShouldBeNull();

    private static RazorpayEvent? Parse(string name, string payload) =>
        RazorpayEvent.Parse(Encoding.UTF8.GetBytes(
            "{\"entity\":\"event\",\"account_id\":\"acc_1\",\"event\":\"" + name + "\",\"contains\":[\"payment\"],\"payload\":{" + payload + "},\"created_at\":1}"));
}

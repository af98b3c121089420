using System.Text;
using System.Text.Json;

using Mainstreet.Store.Payments.Razorpay;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Payments;

[Trait("kind", "unit")]
public sealed class RazorpaySignatureTests
{
    // razorpay-node test/utils/razorpay-utils.spec.js and razorpay-python tests/test_client_utility.py: inputs and expected values.
    private const string Key = "EnLs21M47BllR3X8PSFtjtbd";

    [Theory]
    [InlineData("123456", "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}", "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc", true)]
    [InlineData("123456", "{\"a\":1,\"b\":2,\"c\":{\"d\":3}}", "sdfafds", false)]
    [InlineData("key_secret", "", "test_signature", false)]
    public void A_webhook_is_signed_over_its_bytes(string secret, string body, string signature, bool valid) =>
        RazorpaySignatures.Verify([secret], Encoding.UTF8.GetBytes(body), signature).ShouldBe(valid);

    [Theory]
    [InlineData("key_secret", "fake_order_id", "fake_payment_id", "b2335e3b0801106b84a7faff035df56ecffde06918c9ddd1f0fafbb37a51cc89", true)]
    [InlineData("key_secret", "fake_order_id", "fake_payment_id", "test_signature", false)]
    [InlineData(Key, "order_IEIaMR65cu6nz3", "pay_IH4NVgf4Dreq1l", "0d4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f", true)]
    [InlineData(Key, "pay_IH4NVgf4Dreq1l", "order_IEIaMR65cu6nz3", "0d4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f", false)]
    public void A_checkout_signs_order_then_payment(string secret, string order, string payment, string signature, bool valid) =>
        RazorpaySignatures.Verify([secret], RazorpaySignatures.Checkout(order, payment), signature).ShouldBe(valid);

    [Fact]
    public void A_subscription_signs_payment_then_subscription() =>
        RazorpaySignatures.Verify([Key], RazorpaySignatures.Subscription("pay_IDZNwZZFtnjyym", "sub_ID6MOhgkcoHj9I"), "601f383334975c714c91a7d97dd723eb56520318355863dcf3821c0d07a17693")
            .ShouldBeTrue();

    [Fact]
    public void A_payment_link_signs_four_fields() =>
        RazorpaySignatures.Verify([Key], RazorpaySignatures.PaymentLink("plink_IH3cNucfVEgV68", "TSsd1989", "paid", "pay_IH3d0ara9bSsjQ"),
            "07ae18789e35093e51d0a491eb9922646f3f82773547e5b0f67ee3f2d3bf7d5b").ShouldBeTrue();

    [Fact]
    public void Every_public_vector_comes_out_as_published()
    {
        var file = SharedData.Find("vectors/razorpay_signatures.json");
        Assert.SkipWhen(file is null, "The shared data are not beside the checkout.");
        var vectors = JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file!)).EnumerateArray().ToList();
        vectors.Count.ShouldBe(9);
        foreach (var vector in vectors)
        {
            string Text(string name) => vector.GetProperty(name).GetString()!;
            var message = Text("kind") switch
            {
                "webhook" => Encoding.UTF8.GetBytes(Text("body")),
                "payment" => RazorpaySignatures.Checkout(Text("order_id"), Text("payment_id")),
                "subscription" => RazorpaySignatures.Subscription(Text("payment_id"), Text("subscription_id")),
                _ => RazorpaySignatures.PaymentLink(Text("payment_link_id"), Text("payment_link_reference_id"), Text("payment_link_status"), Text("payment_id")),
            };
            RazorpaySignatures.Verify([Text("secret")], message, Text("signature")).ShouldBe(vector.GetProperty("valid").GetBoolean(), Text("source"));
        }
    }

    [Fact]
    public void Two_secrets_are_live_and_no_third()
    {
        var body = "{\"event\":\"x\"}"u8.ToArray();
        RazorpaySignatures.Verify(["new-secret", "old-secret"], body, RazorpaySignatures.Sign("old-secret", body)).ShouldBeTrue();
        RazorpaySignatures.Verify(["new-secret", "old-secret"], body, RazorpaySignatures.Sign("new-secret", body)).ShouldBeTrue();
        RazorpaySignatures.Verify(["new-secret", "old-secret"], body, RazorpaySignatures.Sign("older-secret", body)).ShouldBeFalse();
        RazorpaySignatures.Verify([], body, RazorpaySignatures.Sign("", body)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("é0e4e745a1838664ad6c9c9902212a32d627d68e917290b0ad5f08ff4561bc50f")]
    public void What_is_no_signature_is_refused(string? signature) => RazorpaySignatures.Verify([Key], "x"u8, signature).ShouldBeFalse();
}

using System.Text;

using Mainstreet.Foundation.Outbound;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Outbound;

[Trait("kind", "unit")]
public sealed class SmsProviderTests
{
    private static ProviderOptions Options(Partner partner) => new()
    {
        Kind = ProviderKind.Sms, Url = partner.Url.ToString(), User = "AC123", Password = "auth-token-1", From = "+15550001111",
        ReceiptUrl = "https://street.example/v1/providers/receipts/sms1", PreviousSecret = "auth-token-0 old",
    };

    [Fact]
    public async Task A_text_is_posted_as_a_form_with_basic_authentication()
    {
        await using var partner = await Partner.StartAsync(201, """{"sid":"SM42","status":"queued"}""");
        using var senders = new Senders(Options(partner));
        senders.First.Channel.ShouldBe("sms");
        senders.First.HonoursKeys.ShouldBeFalse();
        (await senders.SendAsync(Senders.Message(to: "+491701234567", text: "Grüße & mehr=1 \ud800 𝄞\n"))).ShouldBe(new SendResult(SendOutcome.Accepted, 201, "SM42"));
        partner.Requests.TryDequeue(out var asked).ShouldBeTrue();
        asked!.Path.ShouldBe("/2010-04-01/Accounts/AC123/Messages.json");
        asked.Headers.Authorization.ToString().ShouldBe("Basic " + Convert.ToBase64String("AC123:auth-token-1"u8));
        asked.Headers.ContentType.ToString().ShouldBe("application/x-www-form-urlencoded");
        asked.Headers.ContainsKey("Idempotency-Key").ShouldBeFalse();
        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(asked.Body));
        form.ToDictionary(f => f.Key, f => f.Value.ToString()).ShouldBe(new Dictionary<string, string>
        {
            ["To"] = "+491701234567", ["From"] = "+15550001111", ["StatusCallback"] = "https://street.example/v1/providers/receipts/sms1",
            ["Body"] = "Grüße & mehr=1 � 𝄞\n",
        }, ignoreOrder: true);
    }

    [Fact]
    public async Task A_refusal_names_the_providers_code()
    {
        await using var partner = await Partner.StartAsync(400, """{"code":21211,"message":"The 'To' number +49170 is not valid"}""");
        using var senders = new Senders(Options(partner));
        (await senders.SendAsync(Senders.Message(to: "+491701234567"))).ShouldBe(new SendResult(SendOutcome.Rejected, 400, Error: "answered 400 (code 21211)"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0170 1234567")]
    [InlineData("+0123456789")]
    [InlineData("+491701234567\n")]
    [InlineData("+4917012345678901")]
    public async Task A_number_that_is_none_is_refused_without_a_call(string? number)
    {
        await using var partner = await Partner.StartAsync(201);
        using var senders = new Senders(Options(partner));
        (await senders.SendAsync(Senders.Message(to: number))).Outcome.ShouldBe(SendOutcome.Rejected);
        partner.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Receipts_are_believed_with_either_live_token()
    {
        await using var partner = await Partner.StartAsync(201);
        using var senders = new Senders(Options(partner));
        var body = "MessageSid=SM42&MessageStatus=delivered&To=%2B491701234567&Empty="u8.ToArray();
        var form = new Dictionary<string, string> { ["MessageSid"] = "SM42", ["MessageStatus"] = "delivered", ["To"] = "+491701234567", ["Empty"] = "" };
        foreach (var (token, expected) in new[] { ("auth-token-1", ReceiptCheck.Valid), ("auth-token-0 old", ReceiptCheck.Valid), ("guess", ReceiptCheck.Invalid) })
        {
            var headers = new HeaderDictionary { ["X-Twilio-Signature"] = TwilioSignature.Sign(token, "https://street.example/v1/providers/receipts/sms1", form) };
            senders.First.CheckReceipt(headers, body).ShouldBe(expected);
        }

        senders.First.CheckReceipt(new HeaderDictionary(), body).ShouldBe(ReceiptCheck.Invalid);
        var blind = Options(partner);
        blind.ReceiptUrl = null;
        using var none = new Senders(blind);
        none.First.CheckReceipt(new HeaderDictionary(), body).ShouldBe(ReceiptCheck.NotConfigured);
    }
}

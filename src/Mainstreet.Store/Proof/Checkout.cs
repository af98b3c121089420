using System.Text.Json;

using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Payments.Razorpay;

namespace Mainstreet.Store.Proof;

/// <summary>The customer's side of paying at the simulated provider, and what is told of it.</summary>
internal sealed class Checkout(StoreStage stage)
{
    private const string Webhook = "/v1/payments/razorpay/webhook";
    private const string Callback = "/v1/payments/razorpay/callback";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Pays. Nobody has told the server of it then; with faults the provider does so too, since the answer may be lost and with it what to tell.</summary>
    internal async Task PayAsync(Purchase purchase, CancellationToken cancel)
    {
        var order = purchase.ProviderOrderId ?? throw new ProofException($"{purchase} was not given an order of the provider within {stage.Patience.TotalSeconds:F0} s.");
        var answer = await stage.SendAsync("pay", HttpMethod.Post, $"/simulator/razorpay/pay/{order}", null, new { outcome = "captured", webhooks = stage.Run.Faults }, cancel);
        if (stage.Run.Faults && (answer.Status is 0 or >= 500 || answer is { Status: 400, Retried: true })) return;
        var paid = answer.Require();
        purchase.Tellings =
        [
            .. paid.GetProperty("events").EnumerateArray().Select(Event),
            Back(paid.GetProperty("razorpay_order_id").GetString()!, paid.GetProperty("razorpay_payment_id").GetString()!, paid.GetProperty("razorpay_signature").GetString()!),
        ];
    }

    /// <summary>Pays and tells everything once, at once.</summary>
    internal async Task PayAndTellAsync(Purchase purchase, CancellationToken cancel)
    {
        await PayAsync(purchase, cancel);
        await Task.WhenAll(purchase.Tellings.Select(t => stage.TellAsync(t, cancel)));
        await SettledAsync(purchase, cancel);
    }

    /// <summary>The order as it stands once everything was told: at once, since a webhook that was answered is done; later, when the provider tells alone.</summary>
    internal async Task<JsonElement> SettledAsync(Purchase purchase, CancellationToken cancel)
    {
        var start = stage.Run.Clock.GetTimestamp();
        var order = await stage.ReadAsync(purchase, cancel);
        while (stage.Run.Faults && !IsPaid(order) && stage.Run.Clock.GetElapsedTime(start) < stage.Patience)
        {
            await Task.Delay(Look, stage.Run.Clock, cancel);
            order = await stage.ReadAsync(purchase, cancel);
        }

        return order;
    }

    internal static bool IsPaid(JsonElement order) => order.GetProperty("status").GetString() == "paid";

    /// <summary>Tellings that nobody signed: a webhook that was changed, a callback with another signature, one with the payment of another order.</summary>
    internal static IEnumerable<Telling> Forge(Purchase one, Purchase other)
    {
        if (one.Tellings is not [.., var back] || other.Tellings is not [.., var foreign]) yield break;
        var genuine = one.Tellings[^2];
        yield return genuine with { Name = "forged webhook", Body = genuine.Body + " " };
        yield return genuine with { Name = "forged webhook", Body = genuine.Body.Replace("\"captured\":true", "\"captured\":false", StringComparison.Ordinal) + "\n" };
        using var mine = JsonDocument.Parse(back.Body);
        using var theirs = JsonDocument.Parse(foreign.Body);
        var signature = Of(mine, "razorpay_signature");
        var changed = (signature[0] == '0' ? '1' : '0') + signature[1..];
        yield return Back(Of(mine, "razorpay_order_id"), Of(mine, "razorpay_payment_id"), changed) with { Name = "forged callback" };
        if (one == other) yield break;
        yield return Back(Of(mine, "razorpay_order_id"), Of(theirs, "razorpay_payment_id"), Of(theirs, "razorpay_signature")) with { Name = "forged callback" };
    }

    private static string Of(JsonDocument body, string name) => body.RootElement.GetProperty(name).GetString()!;

    private static Telling Event(JsonElement told)
    {
        var body = told.GetProperty("body").GetString()!;
        using var json = JsonDocument.Parse(body);
        return new Telling(json.RootElement.GetProperty("event").GetString()!, Webhook, body, new Dictionary<string, string>
        {
            [RazorpaySignatures.Header] = told.GetProperty("signature").GetString()!,
            [RazorpaySignatures.EventIdHeader] = told.GetProperty("id").GetString()!,
        });
    }

    private static Telling Back(string order, string payment, string signature) => new("callback", Callback, JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["razorpay_order_id"] = order, ["razorpay_payment_id"] = payment, ["razorpay_signature"] = signature,
    }, Json.Wire), new Dictionary<string, string>());
}

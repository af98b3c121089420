using System.Text.Json;

namespace Mainstreet.Store.Payments.Razorpay;

/// <summary>A webhook's body: what happened and to what (webhooks/payments.md, orders.md, refunds.md of razorpay/markdown-docs). A snapshot of its moment.</summary>
internal sealed record RazorpayEvent(string Name, string? OrderId, string? PaymentId, SignalFacts Facts)
{
    private static readonly string[] OfPayments = ["payment.authorized", "payment.captured", "payment.failed", "order.paid"];
    private static readonly string[] OfRefunds = ["refund.created", "refund.processed", "refund.failed", "refund.speed_changed"];

    /// <summary>Null when it is not an event of Razorpay. Events that change nothing here carry no facts.</summary>
    internal static RazorpayEvent? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("event", out var word) || word.ValueKind != JsonValueKind.String) return null;
            if (word.GetString() is not { Length: > 0 and <= 100 } name || name.Any(char.IsControl)) return null;
            var (payment, refund) = ((ProviderPayment?)null, (ProviderRefund?)null);
            if (OfPayments.Contains(name) || OfRefunds.Contains(name))
            {
                if (Entity(root, "payment") is { } paid) payment = RazorpayJson.Payment(paid);
                if (OfRefunds.Contains(name) && Entity(root, "refund") is { } back) refund = RazorpayJson.Refund(back);
            }

            // The name of the event is a fact too: the snapshot may have been taken a moment before it.
            if (payment is not null && name is "payment.captured" or "order.paid") payment = payment! with { Captured = true };
            if (payment is { Status: ProviderStatus.Created } && name == "payment.authorized") payment = payment with { Status = ProviderStatus.Authorized };
            if (refund is not null && name is "refund.processed" or "refund.failed") refund = refund! with { Status = name["refund.".Length..] };
            var order = payment?.OrderId ?? (Entity(root, "order") is { } entity ? RazorpayJson.Text(entity, "id") : null);
            return new RazorpayEvent(name, order, payment?.Id ?? refund?.PaymentId, new SignalFacts(payment, refund));
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair in a text.
            return null;
        }
    }

    private static JsonElement? Entity(JsonElement root, string kind) =>
        root.TryGetProperty("payload", out var payload) && payload.ValueKind == JsonValueKind.Object
        && payload.TryGetProperty(kind, out var part) && part.ValueKind == JsonValueKind.Object
        && part.TryGetProperty("entity", out var entity) && entity.ValueKind == JsonValueKind.Object ? entity : null;
}

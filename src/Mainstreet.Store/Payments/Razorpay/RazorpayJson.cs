using System.Globalization;
using System.Text.Json;

namespace Mainstreet.Store.Payments.Razorpay;

/// <summary>
/// Reads Razorpay's entities (api/orders/entity.md, api/payments/entity.md, api/refunds/entity.md of razorpay/markdown-docs). Members are taken as they come:
/// numbers may be texts, objects may be empty lists, and what is missing is null.
/// </summary>
internal static class RazorpayJson
{
    /// <exception cref="JsonException">A member that an order always has is missing.</exception>
    internal static ProviderOrder Order(JsonElement json) =>
        new(Id(json, "id"), Amount(json, "amount"), Currency(json), Text(json, "receipt"), Text(json, "status") ?? "created");

    /// <inheritdoc cref="Order"/>
    internal static ProviderPayment Payment(JsonElement json)
    {
        var status = Text(json, "status") switch
        {
            "created" => ProviderStatus.Created,
            "authorized" => ProviderStatus.Authorized,
            "captured" => ProviderStatus.Captured,
            "refunded" => ProviderStatus.Refunded,
            "failed" => ProviderStatus.Failed,
            var other => throw new JsonException($"unknown payment status '{other}'"),
        };
        var captured = json.TryGetProperty("captured", out var flag) && flag.ValueKind is JsonValueKind.True || status == ProviderStatus.Captured;
        return new ProviderPayment(
            Id(json, "id"), Text(json, "order_id"), Amount(json, "amount"), Currency(json), status, captured,
            Text(json, "error_reason") ?? Text(json, "error_code"), Text(json, "customer_id"), Text(json, "token_id"));
    }

    /// <inheritdoc cref="Order"/>
    internal static ProviderRefund Refund(JsonElement json) => new(
        Id(json, "id"), Id(json, "payment_id"), Amount(json, "amount"), Text(json, "currency") is { Length: 3 } currency ? currency : "INR",
        Text(json, "status") ?? "pending", Text(json, "receipt"));

    internal static ProviderToken Token(JsonElement json)
    {
        var card = json.TryGetProperty("card", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        return new ProviderToken(
            Id(json, "id"), Text(json, "method") ?? "card", Text(card, "network"), Text(card, "last4"), Text(card, "type"), Text(card, "issuer"),
            Number(card, "expiry_month"), Number(card, "expiry_year"));
    }

    /// <summary>The items of a collection.</summary>
    internal static IReadOnlyList<T> Items<T>(JsonElement json, Func<JsonElement, T> read) =>
        json.TryGetProperty("items", out var items) && items.ValueKind == JsonValueKind.Array ? [.. items.EnumerateArray().Select(read)] : [];

    /// <summary>The error envelope in one line: <c>BAD_REQUEST_ERROR: The amount must be ...</c>; null when there is none.</summary>
    internal static string? Error(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("error", out var error)) return null;
            var text = $"{Text(error, "code")}: {Text(error, "description")}";
            return text.Length > 300 ? text[..300] : text;
        }
        catch (JsonException)
        {
            // A proxy's page and not the provider's answer: it says nothing that an operator could use.
            return null;
        }
    }

    /// <summary>Text, or a number as text; null when it is neither.</summary>
    internal static string? Text(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String when value.GetString() is { Length: > 0 and <= 500 } text && !text.Contains('\0') => text,
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    private static string Id(JsonElement json, string name) =>
        Text(json, name) is { } id && RazorpaySignatures.IsId(id) ? id : throw new JsonException($"no usable '{name}'");

    private static long Amount(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var amount) && amount >= 0
            ? amount : throw new JsonException($"no usable '{name}'");

    private static string Currency(JsonElement json) => Text(json, "currency") is { Length: 3 } currency ? currency : throw new JsonException("no currency");

    private static int? Number(JsonElement json, string name) =>
        int.TryParse(Text(json, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Store.Payments.Razorpay;

/// <summary>
/// Razorpay's signatures: lower-case hex of HMAC-SHA256 (razorpay.com/docs/webhooks/validate-test, .../web-integration/standard/integration-steps). A
/// webhook signs its bytes as they are sent, with the webhook secret; a checkout signs <c>order|payment</c> with the key secret.
/// </summary>
internal static class RazorpaySignatures
{
    internal const string Header = "X-Razorpay-Signature";

    internal const string EventIdHeader = "x-razorpay-event-id";

    private const int HexLength = 2 * HMACSHA256.HashSizeInBytes;

    internal static string Sign(string secret, ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), message, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Whether one of the live secrets made the signature. Takes the same time whichever secret or byte is wrong.</summary>
    internal static bool Verify(IReadOnlyList<string> secrets, ReadOnlySpan<byte> message, string? signature)
    {
        if (signature is not { Length: HexLength }) return false;
        Span<byte> given = stackalloc byte[HexLength];
        if (Encoding.ASCII.GetBytes(signature, given) != HexLength) return false;
        Span<byte> expected = stackalloc byte[HexLength];
        var matches = 0;
        foreach (var secret in secrets)
        {
            Encoding.ASCII.GetBytes(Sign(secret, message), expected);
            matches |= CryptographicOperations.FixedTimeEquals(expected, given) ? 1 : 0;
        }

        return matches != 0;
    }

    /// <summary>What a checkout signs. The order's id is the one that we stored, never the one that the browser brings.</summary>
    internal static byte[] Checkout(string orderId, string paymentId) => Encoding.UTF8.GetBytes($"{orderId}|{paymentId}");

    /// <summary>What a subscription's payment signs: the other way round.</summary>
    internal static byte[] Subscription(string paymentId, string subscriptionId) => Encoding.UTF8.GetBytes($"{paymentId}|{subscriptionId}");

    /// <summary>What a payment link signs.</summary>
    internal static byte[] PaymentLink(string linkId, string referenceId, string status, string paymentId) =>
        Encoding.UTF8.GetBytes($"{linkId}|{referenceId}|{status}|{paymentId}");

    /// <summary>Ids of Razorpay in headers and bodies: what is longer or stranger is none.</summary>
    internal static bool IsId(string? text) => text is { Length: > 0 and <= 100 } && !text.AsSpan().ContainsAnyExcept(IdCharacters);

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
}

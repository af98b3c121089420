using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Foundation.Outbound;

/// <summary>What became of a signature.</summary>
public enum SignatureVerdict
{
    Valid,

    /// <summary>A header is missing or not well formed.</summary>
    Missing,

    /// <summary>Signed too long ago, or in the future: perhaps a recording.</summary>
    Stale,

    /// <summary>No live secret made it.</summary>
    Wrong,
}

/// <summary>
/// Standard Webhooks 1.0 (standardwebhooks.com): headers <c>webhook-id</c>, <c>webhook-timestamp</c> (Unix seconds) and
/// <c>webhook-signature</c>, a list of <c>v1,</c> and the Base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.
/// </summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";

    public const string TimestampHeader = "webhook-timestamp";

    public const string SignatureHeader = "webhook-signature";

    /// <summary>Difference of clocks and time on the way that is believed, both ways.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>More are not looked at: a header is not a work order.</summary>
    private const int MaxSignatures = 10;

    /// <summary>The key of a secret: what follows <c>whsec_</c>, in Base64; any other text stands for its UTF-8 bytes.</summary>
    public static bool TryKey(string secret, out byte[] key)
    {
        if (!secret.StartsWith("whsec_", StringComparison.Ordinal))
        {
            key = Encoding.UTF8.GetBytes(secret);
            return key.Length > 0;
        }

        key = new byte[secret.Length];
        var good = Convert.TryFromBase64String(secret["whsec_".Length..], key, out var length) && length > 0;
        key = key[..(good ? length : 0)];
        return good;
    }

    /// <summary>One signature, <c>v1,...</c>.</summary>
    /// <param name="key">From <see cref="TryKey"/>.</param>
    /// <param name="content"><c>id.timestamp.body</c>, in UTF-8.</param>
    public static string Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, content, hash);
        Span<byte> text = stackalloc byte[3 + 44];
        "v1,"u8.CopyTo(text);
        Base64.EncodeToUtf8(hash, text[3..], out _, out _);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>Judges a received message. Takes the same time whichever secret or byte is wrong.</summary>
    /// <param name="keys">Every live key; two while a secret is being changed.</param>
    /// <param name="id">Header <c>webhook-id</c>.</param>
    /// <param name="timestamp">Header <c>webhook-timestamp</c>.</param>
    /// <param name="signatures">Header <c>webhook-signature</c>.</param>
    /// <param name="body">Bytes as received.</param>
    /// <param name="now">For the age.</param>
    public static SignatureVerdict Verify(
        IReadOnlyList<byte[]> keys, string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || id.Length > 256 || string.IsNullOrEmpty(signatures)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799)
            return SignatureVerdict.Missing;
        var signed = Encoding.UTF8.GetBytes($"{id}.{timestamp}.");
        var length = signed.Length;
        Array.Resize(ref signed, length + body.Length);
        body.CopyTo(signed.AsSpan(length));
        var matches = 0;
        var given = signatures.Split(' ', MaxSignatures + 1, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (var key in keys)
        {
            var expected = Encoding.ASCII.GetBytes(Sign(key, signed));
            foreach (var one in given.Take(MaxSignatures))
                matches |= CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(one)) ? 1 : 0;
        }

        if (matches == 0) return SignatureVerdict.Wrong;
        return (now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance ? SignatureVerdict.Stale : SignatureVerdict.Valid;
    }
}

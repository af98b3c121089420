using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Access.SecondFactor;

/// <summary>Codes by counter (RFC 4226) and by time (RFC 6238).</summary>
internal static class OneTimeCodes
{
    /// <summary>Seconds that a code of an app lives.</summary>
    internal const int PeriodSeconds = 30;

    /// <summary>Digits of a code.</summary>
    internal const int Digits = 6;

    /// <summary>Steps before and after the present one that are taken: clocks of phones differ, and typing takes time (RFC 6238, 5.2).</summary>
    internal const int Window = 1;

    /// <summary>RFC 4226, 5.3.</summary>
    /// <param name="secret">The shared key, as bytes.</param>
    /// <param name="counter">The moving factor.</param>
    /// <param name="digits">6 to 8.</param>
    /// <param name="algorithm">SHA-1 (what apps speak), SHA-256 or SHA-512.</param>
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6238 and every authenticator app use HMAC-SHA-1, which no collision breaks.")]
    internal static string Hotp(byte[] secret, long counter, int digits = Digits, HashAlgorithmName? algorithm = null)
    {
        Span<byte> moving = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(moving, counter);
        var name = algorithm ?? HashAlgorithmName.SHA1;
        var hash = name == HashAlgorithmName.SHA1 ? HMACSHA1.HashData(secret, moving)
            : name == HashAlgorithmName.SHA256 ? HMACSHA256.HashData(secret, moving)
            : HMACSHA512.HashData(secret, moving);
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xF)) & 0x7FFFFFFF;
        var modulus = 1;
        for (var i = 0; i < digits; i++) modulus *= 10;
        return (number % modulus).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>The time step of an instant (RFC 6238, 4.2).</summary>
    internal static long StepAt(DateTimeOffset instant) => instant.ToUnixTimeSeconds() / PeriodSeconds;

    /// <summary>The first step of the window, after the last used one, whose code this is; null when there is none.</summary>
    internal static long? Match(byte[] secret, string code, DateTimeOffset now, long lastStep)
    {
        long? matched = null;
        var given = Encoding.UTF8.GetBytes(code);
        for (var step = StepAt(now) - Window; step <= StepAt(now) + Window; step++)
        {
            // No early way out: the time taken tells nothing.
            var same = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hotp(secret, step)), given);
            if (same && step > lastStep) matched ??= step;
        }

        return matched;
    }

    /// <summary>A new key: 160 bits, as RFC 4226, 4 asks for.</summary>
    internal static byte[] NewSecret() => RandomNumberGenerator.GetBytes(20);

    /// <summary>Random digits, for text messages.</summary>
    internal static string NewDigits() => RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>What authenticator apps read from a QR code (github.com/google/google-authenticator/wiki/Key-Uri-Format).</summary>
    internal static string Uri(string issuer, string account, byte[] secret) =>
        $"otpauth://totp/{System.Uri.EscapeDataString(issuer)}:{System.Uri.EscapeDataString(account)}?secret={Base32.Encode(secret)}"
        + $"&issuer={System.Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={Digits}&period={PeriodSeconds}";
}

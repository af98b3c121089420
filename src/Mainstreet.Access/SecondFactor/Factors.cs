using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Access.SecondFactor;

/// <summary>An authenticator app: one an account.</summary>
internal sealed class TotpFactor
{
    public required Guid AccountId { get; init; }

    /// <summary>The shared key, encrypted with Data Protection for this account; Base64.</summary>
    public required string Protected { get; set; }

    /// <summary>The time step of the last code that was taken: no code of it or before is taken again (RFC 6238, 5.2).</summary>
    public long LastStep { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    /// <summary>Null until a first code showed that the app has the key.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }
}

/// <summary>A phone for codes by text message: one an account.</summary>
internal sealed class SmsFactor
{
    public required Guid AccountId { get; init; }

    /// <summary>E.164.</summary>
    public required string Phone { get; set; }

    /// <summary>Null until a first code showed that the phone is theirs.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }
}

/// <summary>A code that was sent by text message.</summary>
internal sealed class SmsCode
{
    public required Guid Id { get; init; }

    public required Guid AccountId { get; init; }

    /// <summary>Where it went: a code for one number says nothing about another.</summary>
    public required string Phone { get; init; }

    /// <summary>SHA-256 of id and digits.</summary>
    public required byte[] Hash { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    internal static byte[] HashOf(Guid id, string digits) => SHA256.HashData(Encoding.UTF8.GetBytes($"{id:N}:{digits}"));
}

/// <summary>A code for the day on which phone and app are gone; each good once.</summary>
internal sealed class RecoveryCode
{
    /// <summary>Characters without the dash: 50 bits, so that a plain hash and no limit are enough.</summary>
    internal const int Length = 10;

    private const string Alphabet = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";

    public required Guid AccountId { get; init; }

    /// <summary>SHA-256 of account and code.</summary>
    public required byte[] Hash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UsedAt { get; set; }

    internal static (RecoveryCode Row, string Code) New(Guid accountId, DateTimeOffset now)
    {
        // 32 characters, none of I, L, O, U: nothing that looks like another.
        var code = RandomNumberGenerator.GetString(Alphabet, Length);
        return (new RecoveryCode { AccountId = accountId, Hash = HashOf(accountId, code), CreatedAt = now }, $"{code[..5]}-{code[5..]}");
    }

    internal static byte[] HashOf(Guid accountId, string code) => SHA256.HashData(Encoding.UTF8.GetBytes($"{accountId:N}:{code}"));
}

/// <summary>A sign-in whose password was right and whose second factor is awaited.</summary>
internal sealed class SignInChallenge
{
    /// <summary>Codes that one challenge takes, right or wrong.</summary>
    internal const int MaxAttempts = 5;

    /// <summary>SHA-256 of the token that the client holds.</summary>
    public required byte[] Hash { get; init; }

    public required Guid AccountId { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public int Attempts { get; set; }

    public DateTimeOffset? UsedAt { get; set; }
}

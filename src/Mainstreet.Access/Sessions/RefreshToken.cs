using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Mainstreet.Access.Sessions;

/// <summary>A refresh token as it is kept: its hash only.</summary>
internal sealed class RefreshToken
{
    private RefreshToken()
    {
    }

    /// <summary>SHA-256. The token has 256 random bits, so a plain hash is enough.</summary>
    public byte[] Hash { get; private init; } = [];

    public Guid SessionId { get; private init; }

    public DateTimeOffset IssuedAt { get; private init; }

    public DateTimeOffset ExpiresAt { get; private init; }

    public DateTimeOffset? UsedAt { get; private set; }

    /// <summary>The client that used it; see <see cref="Client.Fingerprint"/>.</summary>
    public string? UsedBy { get; private set; }

    /// <summary>How often it was exchanged; more than once only within the grace.</summary>
    public int Uses { get; private set; }

    internal static (RefreshToken Row, string Token) Issue(Guid sessionId, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        var token = Secret.New();
        return (new RefreshToken { Hash = Secret.Hash(token), SessionId = sessionId, IssuedAt = now, ExpiresAt = expiresAt }, token);
    }
}

/// <summary>Secrets that are handed out once and kept as a hash.</summary>
internal static class Secret
{
    /// <summary>256 random bits, base64url, 43 characters.</summary>
    internal static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    internal static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

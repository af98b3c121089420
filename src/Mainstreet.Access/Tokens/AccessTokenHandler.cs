using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mainstreet.Access.Tokens;

/// <summary>
/// Checks access tokens, and remembers by SHA-256 which ones were good: the signature of one token is computed once a
/// process, not once a request. What can change before a token expires (session, roles) is not remembered here; it is
/// read from the account's snapshot at each request.
/// </summary>
internal sealed class AccessTokenHandler(SigningKeys keys, TimeProvider clock) : TokenHandler
{
    private const int MaxTokenLength = 4096;
    private const int MaxRemembered = 20_000;

    private readonly JsonWebTokenHandler _inner = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = MaxTokenLength };
    private readonly ConcurrentDictionary<Digest, Known> _known = new();
    private int _count;

    /// <summary>What every token must satisfy; the key is added when its id is known.</summary>
    internal TokenValidationParameters Rules { get; } = new()
    {
        ValidIssuer = TokenNames.Issuer,
        ValidAudience = TokenNames.Audience,
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
        ValidTypes = [TokenNames.Type],
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        NameClaimType = TokenNames.Subject,
        RoleClaimType = TokenNames.Roles,
        AuthenticationType = AccessSchemes.Bearer,
        // Replicas' clocks may differ: a token from the near future is fine, one from the past is not.
        LifetimeValidator = (notBefore, expires, _, _) =>
            expires is { } end && end > clock.GetUtcNow().UtcDateTime
            && (notBefore is not { } start || start <= clock.GetUtcNow().UtcDateTime.AddSeconds(30)),
    };

    public override Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (token.Length > MaxTokenLength) return Task.FromResult(Refused("The token is too long."));
        var digest = Digest.Of(token);
        if (_known.TryGetValue(digest, out var known) && known.KeysVersion == keys.Version && known.ExpiresAt > clock.GetUtcNow().UtcDateTime)
            return known.Result;
        return CheckAsync(token, digest, validationParameters);
    }

    private async Task<TokenValidationResult> CheckAsync(string token, Digest digest, TokenValidationParameters rules)
    {
        if (!_inner.CanReadToken(token)) return Refused("The token is not a JWT.");
        JsonWebToken read;
        try
        {
            read = _inner.ReadJsonWebToken(token);
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException)
        {
            return Refused("The token cannot be read.");
        }

        var key = await keys.FindAsync(read.Kid, CancellationToken.None);
        if (key is null) return Refused("The token's key is unknown.");
        var version = keys.Version;
        rules = rules.Clone();
        rules.IssuerSigningKey = key;
        rules.TryAllIssuerSigningKeys = false;
        var result = await _inner.ValidateTokenAsync(token, rules);
        if (result.IsValid) Remember(digest, new Known(Task.FromResult(result), read.ValidTo, version));
        return result;
    }

    private void Remember(Digest digest, Known known)
    {
        // Forgetting everything now and then is cheaper than keeping an order.
        if (Interlocked.Increment(ref _count) > MaxRemembered)
        {
            _known.Clear();
            Interlocked.Exchange(ref _count, 1);
        }

        _known[digest] = known;
    }

    private static TokenValidationResult Refused(string why) =>
        new() { IsValid = false, Exception = new SecurityTokenValidationException(why) };

    private sealed record Known(Task<TokenValidationResult> Result, DateTime ExpiresAt, int KeysVersion);

    private readonly record struct Digest(ulong A, ulong B, ulong C, ulong D)
    {
        internal static Digest Of(string token)
        {
            Span<byte> hash = stackalloc byte[32];
            SHA256.HashData(MemoryMarshal.AsBytes(token.AsSpan()), hash);
            var words = MemoryMarshal.Cast<byte, ulong>(hash);
            return new Digest(words[0], words[1], words[2], words[3]);
        }
    }
}

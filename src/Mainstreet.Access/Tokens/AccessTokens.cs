using Mainstreet.Foundation.Time;

using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mainstreet.Access.Tokens;

/// <summary>Names in tokens and cookies.</summary>
internal static class TokenNames
{
    internal const string Issuer = "mainstreet";
    internal const string Audience = "mainstreet";

    /// <summary>RFC 9068: an access token cannot be taken for another kind of JWT.</summary>
    internal const string Type = "at+jwt";

    internal const string Subject = "sub";
    internal const string Session = "sid";

    /// <summary>A hint for clients: decisions read the live snapshot.</summary>
    internal const string Roles = "roles";
}

/// <summary>Writes access tokens.</summary>
internal sealed class AccessTokens(SigningKeys keys, TimeProvider clock, IOptions<AccessOptions> options)
{
    private readonly JsonWebTokenHandler _writer = new() { SetDefaultTimesOnTokenCreation = false };

    internal async ValueTask<(string Token, int ExpiresInSeconds)> IssueAsync(
        Guid accountId, Guid sessionId, IReadOnlyList<string> roles, CancellationToken cancel)
    {
        var now = clock.Now().UtcDateTime;
        var life = TimeSpan.FromMinutes(options.Value.AccessTokenMinutes);
        var token = _writer.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TokenNames.Issuer,
            Audience = TokenNames.Audience,
            TokenType = TokenNames.Type,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + life,
            SigningCredentials = await keys.CurrentAsync(cancel),
            Claims = new Dictionary<string, object>
            {
                [TokenNames.Subject] = accountId.ToString(),
                [TokenNames.Session] = sessionId.ToString(),
                [TokenNames.Roles] = roles,
                ["jti"] = clock.NewId().ToString("N"),
            },
        });
        return (token, (int)life.TotalSeconds);
    }
}

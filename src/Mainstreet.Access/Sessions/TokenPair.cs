using Mainstreet.Access.Accounts;
using Mainstreet.Access.Tokens;

namespace Mainstreet.Access.Sessions;

/// <summary>What sign-in and refresh answer.</summary>
/// <param name="AccessToken">A JWT for <c>Authorization: Bearer</c>.</param>
/// <param name="RefreshToken">Good for one exchange at <c>/v1/auth/refresh</c>.</param>
/// <param name="ExpiresIn">Life of the access token, in seconds.</param>
public sealed record TokenPair(string AccessToken, string RefreshToken, int ExpiresIn, AccountView Account);

internal static class TokenPairs
{
    internal static async ValueTask<TokenPair> IssueAsync(this AccessTokens tokens, StartedSession session, CancellationToken cancel)
    {
        var (token, expiresIn) = await tokens.IssueAsync(session.Account.Id, session.Id, session.Account.Roles, cancel);
        return new TokenPair(token, session.RefreshToken!, expiresIn, session.Account);
    }
}

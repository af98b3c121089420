using System.Globalization;
using System.Security.Cryptography;

using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.DataProtection;

namespace Mainstreet.Access.Accounts;

/// <summary>
/// Tokens that go out by e-mail and come back: sealed by the data-protection ring and kept nowhere. Each names its account, its end, and what it is about, which
/// whoever takes it back compares with what is so by then.
/// </summary>
/// <param name="protection">The ring.</param>
/// <param name="purpose">A token of one purpose is none of another.</param>
/// <param name="life">How long a token is good.</param>
/// <param name="clock">Tells when.</param>
internal sealed class AccountToken(IDataProtectionProvider protection, string purpose, TimeSpan life, TimeProvider clock)
{
    /// <summary>Longest token that is looked at, in characters; one is about 300.</summary>
    internal const int Longest = 2_000;

    private readonly IDataProtector _protector = protection.CreateProtector(purpose);

    /// <returns>The token, and its last instant.</returns>
    internal (string Token, DateTimeOffset Expires) Seal(Guid accountId, string about)
    {
        var expires = clock.Now() + life;
        return (_protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{accountId:N} {expires.ToMicroseconds()} {about}")), expires);
    }

    /// <returns>Null for a forged token, one of another purpose, and one that has ended.</returns>
    internal (Guid AccountId, string About)? Open(string token)
    {
        if (token.Length > Longest) return null;
        try
        {
            var parts = _protector.Unprotect(token).Split(' ', 3);
            return Instants.FromMicroseconds(long.Parse(parts[1], CultureInfo.InvariantCulture)) > clock.Now() ? (Guid.ParseExact(parts[0], "N"), parts[2]) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

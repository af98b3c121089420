using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Access;

/// <summary>Accounts, sessions and tokens. Section <c>Access</c>.</summary>
public sealed class AccessOptions
{
    /// <summary>Life of an access token, in minutes. Default 15. A revocation does not wait for it.</summary>
    [Range(1, 60)]
    public int AccessTokenMinutes { get; set; } = 15;

    /// <summary>Life of an unused refresh token, in days. Default 30.</summary>
    [Range(1, 365)]
    public int RefreshTokenDays { get; set; } = 30;

    /// <summary>Longest life of a session however often it is refreshed, in days. Default 90.</summary>
    [Range(1, 365)]
    public int SessionMaxDays { get; set; } = 90;

    /// <summary>
    /// For how long a refresh token that was just used may be used again by the same client (address and user agent),
    /// in seconds. Default 10: two tabs that refresh at once both go on. 0 turns it off.
    /// </summary>
    [Range(0, 60)]
    public int RefreshGraceSeconds { get; set; } = 10;

    /// <summary>Life of the cookie of the pages, in hours, renewed by use. Default 8.</summary>
    [Range(1, 720)]
    public int CookieHours { get; set; } = 8;

    /// <summary>Age at which a new signing key takes over, in days. Default 30.</summary>
    [Range(1, 365)]
    public int SigningKeyDays { get; set; } = 30;

    /// <summary>Rounds of PBKDF2-HMAC-SHA512 for passwords. Default 210000 (OWASP Password Storage Cheat Sheet).</summary>
    [Range(10_000, 10_000_000)]
    public int PasswordIterations { get; set; } = 210_000;

    /// <summary>Life of an invitation, in days. Default 7.</summary>
    [Range(1, 90)]
    public int InvitationDays { get; set; } = 7;

    /// <summary>
    /// Attempts to register from one client's address in an hour: each hashes a password. Default 200: an office has one address. Not counted in
    /// Development, where proofs and load make thousands.
    /// </summary>
    [Range(1, 10_000_000)]
    public int RegistrationsPerAddressPerHour { get; set; } = 200;

    /// <summary>Where people reach this program; messages link there. Default none: messages say what to paste where.</summary>
    [Url]
    public string? PublicUrl { get; set; }

    /// <summary>Messages that confirm an e-mail, of one account in an hour. Default 3.</summary>
    [Range(1, 100)]
    public int EmailConfirmationsPerHour { get; set; } = 3;

    /// <summary>Messages that confirm an e-mail, asked for from one client's address in an hour. Default 30: an office has one address.</summary>
    [Range(1, 1_000_000)]
    public int EmailConfirmationsPerAddressPerHour { get; set; } = 30;

    /// <summary>Messages to one address that let its owner set another password, in an hour. Default 3.</summary>
    [Range(1, 100)]
    public int PasswordResetsPerHour { get; set; } = 3;

    /// <summary>Messages that let somebody set another password, asked for from one client's address in an hour. Default 30: an office has one address.</summary>
    [Range(1, 1_000_000)]
    public int PasswordResetsPerClientPerHour { get; set; } = 30;
}

/// <summary>Bounds on failed sign-ins. Section <c>Access:SignIn</c>.</summary>
public sealed class SignInOptions
{
    /// <summary>Failures for one e-mail from one address in a window before it must wait. Default 5. A success clears them.</summary>
    [Reloads]
    [Range(1, 1_000_000)]
    public int FailuresPerAccountAndAddress { get; set; } = 5;

    /// <summary>Failures from one address, whatever the e-mail, in a window. Default 200: an office shares an address.</summary>
    [Reloads]
    [Range(1, 1_000_000)]
    public int FailuresPerAddress { get; set; } = 200;

    /// <summary>The window of the two bounds above, in minutes. Default 15.</summary>
    [Reloads]
    [Range(1, 1440)]
    public int WindowMinutes { get; set; } = 15;

    /// <summary>
    /// Failures for one e-mail from all addresses in an hour before the account is locked for strange addresses. Default 50:
    /// far more than a forgetful owner makes, and it leaves somebody with a thousand addresses 1200 guesses a day.
    /// </summary>
    [Reloads]
    [Range(1, 1_000_000)]
    public int FailuresPerAccount { get; set; } = 50;

    /// <summary>
    /// An address from which the account signed in within these days is not strange: a stranger's failures elsewhere do
    /// not lock its owner out. Default 30.
    /// </summary>
    [Reloads]
    [Range(1, 365)]
    public int KnownAddressDays { get; set; } = 30;
}

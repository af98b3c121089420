using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Authorization;

/// <summary>What the command line does to accounts; implemented by Access. No HTTP route does this.</summary>
public interface IAdministrators
{
    /// <summary>Creates an account with the role admin and a confirmed e-mail.</summary>
    /// <returns>The account's id, or <c>email_taken</c> (409), or <c>invalid_request</c> (400) with the field's messages.</returns>
    Task<Outcome<Guid>> CreateAsync(string email, string displayName, string password, CancellationToken cancel);

    /// <summary>Takes authenticator, phone and recovery codes from an account whose owner lost them all, and ends its sessions: the password alone does again.</summary>
    /// <returns>The account's id, or <c>not_found</c> (404).</returns>
    Task<Outcome<Guid>> ResetSecondFactorAsync(string email, CancellationToken cancel);

    /// <summary>Closes an account: its sessions end, nobody signs in to it, and every replica believes it within a second. Again is no error.</summary>
    /// <returns>The account's id, or <c>not_found</c> (404).</returns>
    Task<Outcome<Guid>> DisableAsync(string email, CancellationToken cancel);

    /// <summary>Opens a closed account again. Its password and second factor are what they were.</summary>
    /// <returns>The account's id, or <c>not_found</c> (404).</returns>
    Task<Outcome<Guid>> EnableAsync(string email, CancellationToken cancel);

    /// <summary>Gives an account another password and ends its sessions; a second factor stays.</summary>
    /// <returns>The account's id, or <c>not_found</c> (404), or <c>invalid_request</c> (400) with the reasons, or <c>concurrent_change</c> (409).</returns>
    Task<Outcome<Guid>> ResetPasswordAsync(string email, string password, CancellationToken cancel);

    /// <summary>Takes the operator's word that an e-mail is its account's.</summary>
    /// <returns>The account's id, or <c>not_found</c> (404).</returns>
    Task<Outcome<Guid>> ConfirmEmailAsync(string email, CancellationToken cancel);
}

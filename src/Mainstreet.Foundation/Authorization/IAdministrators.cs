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
}

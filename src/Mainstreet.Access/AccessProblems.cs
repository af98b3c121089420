using Mainstreet.Foundation.Web;

namespace Mainstreet.Access;

/// <summary>The expected failures of Access.</summary>
internal static class AccessProblems
{
    internal static Problem Unauthenticated { get; } = new(401, "unauthenticated", "Sign in first.");

    /// <summary>One answer for an unknown e-mail and a wrong password.</summary>
    internal static Problem InvalidCredentials { get; } = new(401, "invalid_credentials", "The e-mail or the password is wrong.");

    internal static Problem AccountDisabled { get; } = new(403, "account_disabled", "This account is disabled.");

    internal static Problem DemoAccount { get; } = new(403, "demo_account", "Demo accounts do not sign in to a production system.");

    internal static Problem EmailTaken { get; } = new(409, "email_taken", "There is an account with this e-mail already.");

    internal static Problem TooManyRegistrations(TimeSpan wait) => new(429, "too_many_registrations", "Too many accounts were asked for from this address; wait.")
    {
        RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
    };

    internal static Problem EmailConfirmed { get; } = new(409, "email_confirmed", "The e-mail is confirmed already.");

    internal static Problem EmailUnavailable { get; } = new(503, "email_unavailable", "No e-mail is sent: this deployment has no provider for it, or the account is synthetic.");

    internal static Problem EmailRejected { get; } = new(422, "email_rejected", "The e-mail was refused for this address.");

    internal static Problem EmailFailed { get; } = new(503, "email_failed", "The e-mail could not be sent.") { RetryAfterSeconds = 60 };

    internal static Problem InvalidToken { get; } = new(400, "invalid_token", "The token is wrong, too old, or for another account or address.");

    internal static Problem TooManyEmails(TimeSpan wait) => new(429, "too_many_messages", "Too many e-mails; wait.")
    {
        RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
    };

    internal static Problem InvalidRefreshToken { get; } = new(401, "invalid_refresh_token", "The refresh token is unknown, expired or its session has ended.");

    internal static Problem RefreshReused { get; } = new(401, "refresh_reused", "The refresh token was used before; its session has been ended.");

    internal static Problem AntiforgeryFailed { get; } = new(400, "antiforgery_failed", "The antiforgery token is missing or does not fit.");

    internal static Problem InvitationNotFound { get; } = new(404, "invitation_not_found", "There is no such invitation for this account.");

    internal static Problem InvitationUsed { get; } = new(409, "invitation_used", "The invitation was accepted before.");

    internal static Problem InvitationExpired { get; } = new(410, "invitation_expired", "The invitation has expired.");

    internal static Problem AlreadyMember { get; } = new(409, "already_member", "The account has this role in the business already.");

    internal static Problem LastOwner { get; } = new(409, "last_owner", "A business keeps at least one owner.");

    internal static Problem InvalidGrant { get; } = new(422, "invalid_grant", "This cannot be given.");

    internal static Problem UnknownRelation { get; } = new(422, "unknown_relation", "The relationship model does not know this.");

    internal static Problem UnknownRole { get; } = new(422, "unknown_role", "There is no such role.");

    internal static Problem UnknownAccount { get; } = new(422, "unknown_account", "There is no open account of this id.");

    internal static Problem RoleCycle { get; } = new(422, "role_cycle", "The role would inherit from itself.");

    internal static Problem RoleProtected { get; } = new(422, "role_protected", "A role of the house does not inherit from admin, nor hold what administrators alone hold.");

    internal static Problem TooManyRoles { get; } = new(422, "too_many_roles", "There are too many roles.");

    internal static Problem InvalidModel { get; } = new(422, "invalid_model", "The relationship model is not valid.");

    internal static Problem TooComplex { get; } = new(422, "too_complex", "The relations are too deep or too many to follow.");

    internal static Problem ConsistencyUnknown { get; } =
        new(409, "consistency_unknown", "This database has not got as far as the token says: it is another one, or was restored since.");

    internal static Problem TooManyAttempts(TimeSpan wait) => new(429, "too_many_attempts", "Too many failed sign-ins; wait.")
    {
        RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
    };
}

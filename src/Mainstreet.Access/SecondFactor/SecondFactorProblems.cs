using Mainstreet.Foundation.Web;

namespace Mainstreet.Access.SecondFactor;

/// <summary>The expected failures of the second factor.</summary>
internal static class SecondFactorProblems
{
    internal static Problem InvalidCode { get; } = new(401, "invalid_code", "The code is wrong, too old or was used before.");

    internal static Problem InvalidChallenge { get; } = new(401, "invalid_challenge", "The sign-in took too long or had too many attempts; begin with the password.");

    internal static Problem TotpEnabled { get; } = new(409, "totp_enabled", "An authenticator is set up already; disable it first.");

    internal static Problem TotpNotEnrolled { get; } = new(409, "totp_not_enrolled", "No authenticator is being set up.");

    internal static Problem NoSecondFactor { get; } = new(409, "second_factor_not_enabled", "There is no second factor.");

    internal static Problem SmsNotConfigured { get; } = new(409, "sms_not_configured", "This deployment sends no text messages.");

    internal static Problem SmsEnabled { get; } = new(409, "sms_enabled", "A phone is set up already; disable it first.");

    internal static Problem SmsNotEnrolled { get; } = new(409, "sms_not_enrolled", "No phone is set up for codes.");

    internal static Problem SmsFailed { get; } = new(503, "sms_failed", "The text message could not be sent; try again.") { RetryAfterSeconds = 30 };

    internal static Problem SmsRejected { get; } = new(422, "sms_rejected", "This number takes no text messages.");

    internal static Problem SessionNotFound { get; } = new(404, "session_not_found", "There is no such session.");

    /// <summary>The password was right. Goes on at <c>POST /v1/auth/login/2fa</c> with the challenge and a code.</summary>
    internal static Problem Required(string challenge, IReadOnlyList<string> methods, DateTimeOffset expiresAt) =>
        new(401, "second_factor_required", "The password is right; now the second factor.")
        {
            Facts = new Dictionary<string, object?> { ["challenge"] = challenge, ["methods"] = methods, ["expiresAt"] = expiresAt },
        };

    /// <summary>Prove that it is you at <c>POST /v1/auth/step-up</c>, then ask again.</summary>
    internal static Problem StepUpRequired(IReadOnlyList<string> methods) =>
        new(403, "step_up_required", "This needs a fresh proof that it is you.")
        {
            Facts = new Dictionary<string, object?> { ["methods"] = methods },
        };

    internal static Problem TooManyCodes(TimeSpan wait) => new(429, "too_many_attempts", "Too many wrong codes; wait, or use a recovery code.")
    {
        RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
    };

    internal static Problem TooManyRecoveryCodes(TimeSpan wait) => new(429, "too_many_attempts", "New recovery codes were asked for too often; wait.")
    {
        RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
    };

    internal static Problem TooManyMessages(TimeSpan wait) => new(429, "too_many_messages", "Too many text messages; wait.")
    {
        RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)),
    };
}

using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Sandbox;

/// <summary>What can stand in the way of a run.</summary>
internal static class SandboxProblems
{
    /// <summary>The machine cannot give the limits, or there is no runner.</summary>
    internal static readonly Problem Unavailable = new(503, "sandbox_unavailable", "Code cannot be run safely here at present.") { RetryAfterSeconds = 30 };

    internal static readonly Problem Busy = new(503, "sandbox_busy", "Too many runs wait already.") { RetryAfterSeconds = 10 };

    internal static readonly Problem TooManyRuns = new(429, "too_many_runs", "As many of your runs wait as are allowed.") { RetryAfterSeconds = 10 };

    /// <summary>The cage broke; the log says how.</summary>
    internal static readonly Problem Failed = new(503, "sandbox_failed", "The sandbox could not run this; it has been recorded.") { RetryAfterSeconds = 10 };

    internal static readonly Problem LanguageMissing = new(503, "language_missing", "This language is not installed where code is run.") { RetryAfterSeconds = 3_600 };

    internal static readonly Problem NoEntry = new(422, "no_entry", "It is not clear which file to start with; name it in entry.");

    internal static readonly Problem NoLanguage = new(422, "no_language", "No file tells the language; name it in language.");

    internal static IEnumerable<Problem> All => [Unavailable, Busy, TooManyRuns, Failed, LanguageMissing, NoEntry, NoLanguage];
}

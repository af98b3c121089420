using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Assistant.Edits;

namespace Mainstreet.Studio.Assistant;

/// <summary>What can stand in the way of an answer.</summary>
internal static class AssistantProblems
{
    internal static readonly Problem NeedsModel = new(422, "needs_model", "This needs a model, and the built-in assistant is none.");

    internal static readonly Problem ModelUnavailable = new(503, "model_unavailable", "No model answered.") { RetryAfterSeconds = 30 };

    internal static readonly Problem BudgetExhausted = new(429, "ai_budget_exhausted", "The month's tokens are used up.");

    internal static readonly Problem NotVerified = new(422, "answer_not_verified", "The answer would make the code worse, so it is not shown.");

    internal static readonly Problem NotUnderstood = new(422, "request_not_understood", "The built-in assistant knows no such refactoring.");

    internal static readonly Problem NothingToFix = new(422, "nothing_to_fix", "The compiler finds no error in it.");

    internal static readonly Problem CannotFix = new(422, "cannot_fix", "None of the known repairs makes the errors fewer.");

    internal static readonly Problem CodeRefused = new(422, "code_refused", "The code is not given to the compiler.");

    internal static readonly Problem TooSlow = new(503, "assistant_too_slow", "The built-in assistant did not get ready in time.") { RetryAfterSeconds = 10 };

    private static readonly Problem DoesNotApply = new(422, "edit_does_not_apply", "The answer changes lines that are not there, so none of it is applied.");

    internal static Problem EditsDoNotApply(IReadOnlyList<EditFault> faults) => DoesNotApply with
    {
        Facts = new Dictionary<string, object?> { ["edits"] = faults },
    };

    internal static Problem Because(this Problem problem, IReadOnlyList<string> reasons) => problem with
    {
        Facts = new Dictionary<string, object?> { ["reasons"] = reasons },
    };
}

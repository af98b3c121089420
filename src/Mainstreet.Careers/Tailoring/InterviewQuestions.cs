using Mainstreet.Careers.Compatibility;

namespace Mainstreet.Careers.Tailoring;

/// <summary>A question to prepare for.</summary>
/// <param name="Question">As it may be asked.</param>
/// <param name="Hint">How to prepare: situation, task, action, result.</param>
/// <param name="FactIds">Facts to build the answer on; empty for what is missing.</param>
/// <param name="Own">Words of those facts.</param>
internal sealed record InterviewQuestion(string Question, string Hint, IReadOnlyList<string> FactIds, IReadOnlyList<string> Own)
{
    private const int Most = 12;

    /// <summary>One for each requirement, the most wanted first, with the person's own evidence; then those that every interview has.</summary>
    internal static List<InterviewQuestion> For(Analysis analysis)
    {
        var questions = new List<InterviewQuestion>();
        foreach (var answer in analysis.Requirements.OrderByDescending(answer => answer.Asked.Importance).ThenBy(answer => answer.State).Take(Most))
        {
            if (answer.Asked.Kind is not (RequirementKind.Skill or RequirementKind.Language or RequirementKind.Certificate or RequirementKind.Experience)) continue;
            questions.Add(new InterviewQuestion(AskOn(answer), HintFor(answer), [.. answer.Evidence.Select(one => one.FactId)], [.. answer.Evidence.Select(one => one.Quote)]));
        }
        questions.Add(new("Why do you want to work here?", "Name one thing of the posting that you care about, and one that you bring.", [], []));
        questions.Add(new("What would you do in your first month?", "Ask first, then say what you would look at and with whom.", [], []));
        return questions;
    }

    private static string AskOn(RequirementAnswer answer) => (answer.Asked.Kind, answer.State, answer.Asked.AnyOf.Count > 0 ? answer.Asked.AnyOf[0].Group : "") switch
    {
        (_, RequirementState.Missing, _) => $"The posting asks for {answer.Label}. How would you get there?",
        (RequirementKind.Experience, _, _) => "Walk us through the jobs that prepared you for this one.",
        (RequirementKind.Language, _, _) => $"When did you last use {answer.Label} at work?",
        (RequirementKind.Certificate, _, _) => $"What did you learn for {answer.Label} that you use?",
        (_, _, "tech") => $"Tell us of a problem that you solved with {answer.Label}. What went wrong on the way?",
        (_, _, "trades") => $"Describe a job in which {answer.Label} mattered. How did you make sure that it was safe and right?",
        (_, _, "care") => $"Tell us of a time when {answer.Label} made a difference to somebody.",
        (_, _, "retail") => $"Tell us of a busy day on which you needed {answer.Label}.",
        _ => $"Give an example of {answer.Label} from your work.",
    };

    private static string HintFor(RequirementAnswer answer) => answer.State switch
    {
        RequirementState.Missing => "Say openly that it is new to you, what comes nearest, and the first step that you would take.",
        RequirementState.Partly => "Situation, task, action, result, from the evidence below; say where it stops short before you are asked.",
        _ => "Situation, task, action, result: one minute, from the evidence below.",
    };
}

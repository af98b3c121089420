using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.Assistant.Edits;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.Projects.Diffs;

namespace Mainstreet.Studio.Assistant;

/// <summary>A file as it shall be.</summary>
/// <param name="BaseSha256">Of the text that the edit was made for; null for a new file.</param>
/// <param name="Content">The whole text after the edit.</param>
/// <param name="Diff">The same as a unified diff, for people.</param>
public sealed record EditView(string Path, string? BaseSha256, string Content, string Diff)
{
    internal static EditView Of(CheckedEdit edit) => new(
        edit.Path, edit.Before is null ? null : FileContent.Of(edit.Before).Sha256, edit.After, UnifiedDiff.Of(edit.Path, edit.Before, edit.After));
}

/// <summary>What may come next at the cursor.</summary>
public sealed record ChoiceView(string Label, string Insert, string Kind)
{
    internal static ChoiceView Of(CompletionChoice choice) => new(choice.Label, choice.Insert, choice.Kind);
}

/// <summary>An answer of the assistant.</summary>
/// <param name="Code">The text of the file that was meant, as it shall be; null when nothing of it changes.</param>
/// <param name="Explanation">For people; plain text.</param>
/// <param name="Edits">Every file that changes; meant to be committed together.</param>
/// <param name="TokensUsed">Input and output of all questions that it took.</param>
/// <param name="Estimated">Whether <paramref name="TokensUsed"/> was counted from bytes, since no provider told.</param>
/// <param name="Provider">Who answered; <c>builtin</c> for the assistant without a model.</param>
/// <param name="Verified">Whether what changes was compiled or parsed and found no worse than before; for words, whether they come from the compiler alone.</param>
/// <param name="Base">The project's commit that the edits were made from, for <c>POST /v1/projects/{id}/commits</c>; null for a snippet.</param>
/// <param name="From">Where the word begins that a choice takes the place of, in UTF-16 units; for completions.</param>
public sealed record AssistantAnswer(
    string? Code, string? Explanation, IReadOnlyList<EditView> Edits, long TokensUsed, bool Estimated, string Provider, string Model, bool Verified,
    IReadOnlyList<ChoiceView>? Choices = null, int? From = null, long? Base = null);

/// <summary>What happens while an answer is made.</summary>
internal abstract record AssistantEvent
{
    /// <summary>A piece of the explanation, as it comes.</summary>
    internal sealed record Delta(string Text) : AssistantEvent;

    /// <summary>Somebody is at work on something that is shown only once it is checked.</summary>
    /// <param name="Tokens">Of the answer so far, estimated.</param>
    internal sealed record Progress(string Provider, string Step, long Tokens) : AssistantEvent;

    /// <summary>The end: an answer.</summary>
    internal sealed record Done(AssistantAnswer Answer) : AssistantEvent;

    /// <summary>The end: why there is none.</summary>
    internal sealed record Refused(Problem Problem) : AssistantEvent;
}

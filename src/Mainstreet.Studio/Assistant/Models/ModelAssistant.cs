using System.Runtime.CompilerServices;
using System.Text;

using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Assistant.Checks;
using Mainstreet.Studio.Assistant.Edits;

using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Assistant.Models;

/// <summary>
/// Asks the configured models in their order until one gives an answer that holds. Words are passed on as they come; code only once its edits
/// apply and it is no worse than before, and a model whose code does not hold is told why and asked once more before the next one is.
/// </summary>
internal sealed class ModelAssistant(ModelRegister register, ModelStream stream, IOptions<AssistantOptions> options)
{
    private const int Tries = 2;

    internal bool Any => register.All.Count > 0;

    internal bool Knows(string provider) => register.All.Any(model => model.Name == provider);

    /// <returns>Events; the last is an answer, or a refusal for the caller to pass on or to do better than.</returns>
    internal async IAsyncEnumerable<AssistantEvent> AnswerAsync(AssistantTask task, [EnumeratorCancellation] CancellationToken cancel)
    {
        var words = task.Feature is AiFeature.Explain or AiFeature.Chat;
        Problem problem = AssistantProblems.ModelUnavailable;
        var spent = new Spent();
        foreach (var model in register.All.Where(model => task.Provider is null || model.Name == task.Provider))
        {
            IReadOnlyList<string> complaints = [];
            for (var attempt = 1; attempt <= Tries; attempt++)
            {
                var said = new StringBuilder();
                ModelPiece? last = null;
                var question = ModelPrompts.Of(task, options.Value.MaxContextBytes, options.Value.MaxOutputTokens, complaints);
                await foreach (var piece in stream.AskAsync(model, task.Purpose, question, cancel))
                {
                    said.Append(piece.Text);
                    last = piece;
                    if (piece.End is not null) continue;
                    yield return words ? new AssistantEvent.Delta(piece.Text) : new AssistantEvent.Progress(model.Name, attempt == 1 ? "writing" : "mending", TokenEstimate.Of(said.ToString()));
                }
                spent.Add(last!);
                if (last!.End == AnswerEnd.NoBudget)
                {
                    // Another model would be paid from the same budget.
                    yield return new AssistantEvent.Refused(last.Problem!);
                    yield break;
                }
                if (last.End is AnswerEnd.LeftAlone) break;
                if (last.End == AnswerEnd.Failed)
                {
                    // What was shown cannot be taken back, so nobody else goes on with it.
                    if (!words || said.Length == 0) break;
                    yield return new AssistantEvent.Refused(AssistantProblems.ModelUnavailable.With("The answer broke off."));
                    yield break;
                }
                if (words || task.Feature == AiFeature.Complete)
                {
                    yield return new AssistantEvent.Done(words ? Words(said.ToString(), model, spent) : Completion(task, said.ToString(), model, spent));
                    yield break;
                }
                if (last.End == AnswerEnd.Capped)
                {
                    yield return new AssistantEvent.Refused(AssistantProblems.BudgetExhausted with { Status = 422, Title = "The answer was longer than there are tokens for, so it is not shown.", Detail = null });
                    yield break;
                }
                yield return new AssistantEvent.Progress(model.Name, "checking", TokenEstimate.Of(said.ToString()));
                var (answer, refusal, reasons) = await JudgeAsync(task, said.ToString(), model, spent, cancel);
                if (answer is not null)
                {
                    yield return new AssistantEvent.Done(answer);
                    yield break;
                }
                (problem, complaints) = (refusal!, reasons);
            }
        }
        yield return new AssistantEvent.Refused(problem);
    }

    private static async Task<(AssistantAnswer? Answer, Problem? Refusal, IReadOnlyList<string> Reasons)> JudgeAsync(AssistantTask task, string said, RegisteredModel model, Spent spent, CancellationToken cancel)
    {
        var (blocks, talk, cutOff) = EditReader.Read(said);
        if (cutOff || blocks.Count == 0)
        {
            var reason = cutOff ? "The last change was cut off." : "There was no change in the form that was asked for.";
            return (null, AssistantProblems.NotVerified.Because([reason]), [reason]);
        }
        var (edits, faults) = EditChecker.Check(task.Files, blocks);
        if (faults.Count > 0)
            return (null, AssistantProblems.EditsDoNotApply(faults), [.. faults.Select(fault => $"{fault.Path}: {fault.Detail}{(fault.Nearest is null ? "" : $" Nearest lines, from line {fault.Line}:\n{SecretMask.Of(fault.Nearest)}")}")]);
        if (edits.Count == 0) return (null, AssistantProblems.NotVerified.Because(["The changes change nothing."]), ["The changes change nothing."]);
        var secret = edits.FirstOrDefault(edit => edit.Before is not null && SecretMask.IsSecretFile(edit.Path));
        if (secret is not null) return (null, AssistantProblems.EditsDoNotApply([new EditFault(secret.Path, "edit_path_refused", "The assistant does not touch files of secrets.")]), ["Do not touch files of secrets."]);
        var check = await CodeCheck.CompareAsync(task.Files, edits.ToDictionary(edit => edit.Path, edit => edit.After, StringComparer.Ordinal), cancel);
        if (check.Verdict == Verdict.Bad) return (null, AssistantProblems.NotVerified.Because(check.Reasons), check.Reasons);
        var meant = edits.FirstOrDefault(edit => edit.Path == task.Path) ?? (edits.Count == 1 ? edits[0] : null);
        return (new AssistantAnswer(meant?.After, talk, [.. edits.Select(EditView.Of)], spent.Tokens, spent.Estimated, model.Name, model.Model, check.Verdict == Verdict.Good), null, []);
    }

    private static AssistantAnswer Words(string said, RegisteredModel model, Spent spent) =>
        new(null, said, [], spent.Tokens, spent.Estimated, model.Name, model.Model, false);

    private static AssistantAnswer Completion(AssistantTask task, string said, RegisteredModel model, Spent spent)
    {
        var at = Math.Clamp(task.Offset ?? task.Code.Length, 0, task.Code.Length);
        var text = said.ReplaceLineEndings("\n");
        return new AssistantAnswer(task.Code.Insert(at, text), null, [], spent.Tokens, spent.Estimated, model.Name, model.Model, false, [new ChoiceView(text.Split('\n')[0], text, "text")], at);
    }

    /// <summary>Tokens of all questions that an answer took.</summary>
    private sealed class Spent
    {
        internal long Tokens { get; private set; }

        internal bool Estimated { get; private set; }

        internal void Add(ModelPiece last)
        {
            if (last.Tokens is not { } tokens) return;
            Tokens += tokens.Input + tokens.Output;
            Estimated |= tokens.Estimated;
        }
    }
}

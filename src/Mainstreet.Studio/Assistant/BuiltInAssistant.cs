using System.Globalization;
using System.Text;

using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Assistant.Checks;
using Mainstreet.Studio.Assistant.Compiler;
using Mainstreet.Studio.Assistant.Edits;
using Mainstreet.Studio.Assistant.Models;
using Mainstreet.Studio.Assistant.Search;
using Mainstreet.Studio.Assistant.Templates;
using Mainstreet.Studio.Projects.Templates;

namespace Mainstreet.Studio.Assistant;

/// <summary>
/// The assistant without a model: the compiler for C#, templates for generating, a search of the project for questions. What it cannot do it
/// says: it never pretends to be a model. Errors: needs_model, nothing_to_fix, cannot_fix, request_not_understood.
/// </summary>
internal static class BuiltInAssistant
{
    private const string Compiler = "compiler";
    private const int Places = 5, LongestGap = 100;

    internal static Task<Outcome<AssistantAnswer>> AnswerAsync(AssistantTask task, string api, CancellationToken cancel) => task.Feature switch
    {
        not (AiFeature.Generate or AiFeature.Chat) when task.Language == "csharp" && !CompilerHost.CanCompile =>
            Task.FromResult<Outcome<AssistantAnswer>>(AssistantProblems.NeedsModel.With("This server has no assemblies of the framework on disk to compile against.")),
        AiFeature.Generate => GenerateAsync(task, api, cancel),
        AiFeature.Explain => ExplainAsync(task, cancel),
        AiFeature.Fix => FixAsync(task, cancel),
        AiFeature.Refactor => RefactorAsync(task, cancel),
        AiFeature.Complete => CompleteAsync(task, cancel),
        _ => ChatAsync(task, cancel),
    };

    private static async Task<Outcome<AssistantAnswer>> GenerateAsync(AssistantTask task, string api, CancellationToken cancel)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        string said;
        if (TemplateShelf.All.FirstOrDefault(template => Names(task.Prompt, template)) is { } shelf)
        {
            var filled = TemplateShelf.Fill(shelf.Name, new TemplateValues(shelf.Title, api.TrimEnd('/'), null));
            if (!filled.Ok) return filled.Problem;
            foreach (var file in filled.Value) files[file.Path] = Encoding.UTF8.GetString(file.Content!.Bytes!);
            said = $"The template \"{shelf.Title}\": {shelf.Description}";
        }
        else if (CodeTemplates.Write(task.Prompt, task.ProjectId is null ? task.Code : "") is { } made)
        {
            files[task.ProjectId is null ? made.Path : Beside(task, made.Path)] = made.Code;
            said = made.Said;
        }
        else return AssistantProblems.NeedsModel.With($"Without a model it writes {CodeTemplates.Known}.");

        var taken = files.Keys.Where(task.Files.ContainsKey).Where(path => task.ProjectId is not null).ToList();
        if (taken.Count > 0) return AssistantProblems.EditsDoNotApply([.. taken.Select(path => new EditFault(path, "edit_ambiguous", "The project has such a file already."))]);
        // A template stands on its own: beside other sources its program would be a second one.
        var check = await CodeCheck.CompareAsync(new Dictionary<string, string>(), files, cancel);
        if (check.Verdict == Verdict.Bad) return AssistantProblems.NotVerified.Because(check.Reasons);
        var edits = files.Select(file => EditView.Of(new CheckedEdit(file.Key, null, file.Value))).ToList();
        return Answer(task, files.Count == 1 ? files.Values.Single() : null, said, edits, check.Verdict == Verdict.Good, "templates");
    }

    private static async Task<Outcome<AssistantAnswer>> ExplainAsync(AssistantTask task, CancellationToken cancel)
    {
        if (!task.HasCode) return Problem.Invalid("code", "give code, or a file of a project");
        if (task.Language == "csharp")
            return Answer(task, null, await CSharpExplainer.ExplainAsync(CodeOf(task), $"{task.Prompt} {task.Error}", cancel), [], true, Compiler);
        // Of other languages it knows what their parsers know.
        if (CodeCheck.Faults(task.Language, task.Code) is { } faults)
        {
            var said = faults.Count == 0 ? "It parses without an error. What it does only a model can say." : "It does not parse:\n" + string.Join('\n', faults.Select(fault => $"- {task.Path}, {fault}"));
            return Answer(task, null, said, [], true, "parser");
        }
        return AssistantProblems.NeedsModel.With($"Without a model only C# is explained; {task.Language} is not.");
    }

    private static async Task<Outcome<AssistantAnswer>> FixAsync(AssistantTask task, CancellationToken cancel)
    {
        if (!task.HasCode) return Problem.Invalid("code", "give code, or a file of a project");
        if (task.Language != "csharp") return AssistantProblems.NeedsModel.With($"Without a model only C# is mended; {task.Language} is not.");
        var result = await CSharpFixer.FixAsync(CodeOf(task), cancel);
        if (result.Before.Count == 0) return AssistantProblems.NothingToFix;
        if (result.Changed.Count == 0) return AssistantProblems.CannotFix.Because([.. result.Before.Take(10).Select(error => error.ToString())]);
        var said = new StringBuilder();
        foreach (var step in result.Steps) said.AppendLine(CultureInfo.InvariantCulture, $"- {step.Title} ({step.Error.Path}:{step.Error.Line}, {step.Error.Id})");
        said.Append(result.After.Count == 0 ? "It compiles now." : $"{result.After.Count} of {result.Before.Count} errors are left:");
        foreach (var error in result.After.Take(10)) said.AppendLine().Append("- ").Append(error);
        return Changed(task, result.Changed, said.ToString());
    }

    private static async Task<Outcome<AssistantAnswer>> RefactorAsync(AssistantTask task, CancellationToken cancel)
    {
        if (!task.HasCode) return Problem.Invalid("code", "give code, or a file of a project");
        if (task.Language != "csharp") return AssistantProblems.NeedsModel.With($"Without a model only C# is changed; {task.Language} is not.");
        var result = await CSharpRefactorer.RefactorAsync(CodeOf(task), task.Prompt, cancel);
        return result.Title is null
            ? AssistantProblems.NotUnderstood with { Facts = new Dictionary<string, object?> { ["available"] = result.Available } }
            : Changed(task, result.Changed, result.Title + ".");
    }

    private static async Task<Outcome<AssistantAnswer>> CompleteAsync(AssistantTask task, CancellationToken cancel)
    {
        var offset = Math.Clamp(task.Offset ?? task.Code.Length, 0, task.Code.Length);
        var (result, model) = task.Language == "csharp"
            ? (await CSharpCompleter.CompleteAsync(CodeOf(task), offset, cancel), Compiler)
            : (WordCompleter.Complete(task.Files, task.Path, offset), "words");
        var best = result.Choices.Count > 0 ? task.Code[..result.From] + result.Choices[0].Insert + task.Code[result.To..] : null;
        return Answer(task, best, null, [], task.Language == "csharp", model) with { Choices = [.. result.Choices.Select(ChoiceView.Of)], From = result.From };
    }

    private static async Task<Outcome<AssistantAnswer>> ChatAsync(AssistantTask task, CancellationToken cancel)
    {
        var said = new StringBuilder();
        // A name of the code in the question: what the compiler knows of it.
        var words = task.Prompt.Split([' ', '?', '.', ',', '(', ')', '"', '\'', '`', ':'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Take(100).ToList();
        var about = task.Files.Where(file => ProjectCode.IsSource(file.Key)).OrderBy(file => file.Key, StringComparer.Ordinal)
            .FirstOrDefault(file => words.Exists(word => word.Length > 2 && char.IsUpper(word[0]) && DeclaredIn(file.Value, word))).Key;
        if (about is not null && CompilerHost.CanCompile) said.AppendLine(await CSharpExplainer.ExplainAsync(ProjectCode.OfProject(task.Files, about), task.Prompt, cancel)).AppendLine();
        var files = task.Files.Where(file => !SecretMask.IsSecretFile(file.Key)).ToDictionary(file => file.Key, file => file.Value, StringComparer.Ordinal);
        var places = ProjectSearch.Find(files, task.Prompt, Places);
        if (places.Count > 0) said.AppendLine("These lines have most to do with the question:");
        foreach (var place in places) said.AppendLine(CultureInfo.InvariantCulture, $"{place.Path}:{place.FromLine}-{place.ToLine}").AppendLine(Indented(SecretMask.Of(place.Text)));
        if (said.Length == 0) return AssistantProblems.NeedsModel.With("Without a model it finds places in the project's files, and nothing there has to do with the question.");
        said.Append("This is a search, not a model: it finds, it does not reason.");
        return Answer(task, null, said.ToString(), [], false, "search");
    }

    private static AssistantAnswer Changed(AssistantTask task, IReadOnlyDictionary<string, string> changed, string said)
    {
        var edits = changed.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => EditView.Of(new CheckedEdit(file.Key, task.Files.GetValueOrDefault(file.Key), file.Value))).ToList();
        return Answer(task, changed.GetValueOrDefault(task.Path), said, edits, true, Compiler);
    }

    private static AssistantAnswer Answer(AssistantTask task, string? code, string? said, IReadOnlyList<EditView> edits, bool verified, string model)
    {
        var tokens = TokenEstimate.Of(task.Prompt) + TokenEstimate.Of(task.Code) + TokenEstimate.Of(code ?? "") + TokenEstimate.Of(said ?? "");
        return new AssistantAnswer(code, said, edits, tokens, true, BuiltIn.Name, model, verified);
    }

    private static ProjectCode CodeOf(AssistantTask task) =>
        task.ProjectId is null && task.Files.Count == 1 ? ProjectCode.OfSnippet(task.Code, task.Path) : ProjectCode.OfProject(task.Files, task.Path);

    private static bool DeclaredIn(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
        {
            var before = text.AsSpan(Math.Max(0, at - LongestGap), Math.Min(at, LongestGap)).TrimEnd();
            if (before.EndsWith("class") || before.EndsWith("record") || before.EndsWith("interface") || before.EndsWith("enum") || before.EndsWith("struct")) return true;
            var end = at + word.Length;
            if (end < text.Length && text[end] == '(' && at > 0 && text[at - 1] == ' ') return true;
        }
        return false;
    }

    private static bool Names(string prompt, ProjectTemplate template)
    {
        var words = ProjectSearch.Words(prompt).ToHashSet(StringComparer.Ordinal);
        var asks = words.Contains("template") || words.Contains("site") || words.Contains("page") || words.Contains("project") || words.Contains("storefront") || words.Contains("website");
        return asks && (words.Contains(template.Name) || ProjectSearch.Words(template.Title).All(words.Contains));
    }

    // In the folder of the file that is open.
    private static string Beside(AssistantTask task, string name) => task.Path.LastIndexOf('/') is var at and > 0 ? task.Path[..(at + 1)] + name : name;

    private static string Indented(string text) => string.Join('\n', text.Split('\n').Select(line => "    " + line.TrimEnd('\r')));
}

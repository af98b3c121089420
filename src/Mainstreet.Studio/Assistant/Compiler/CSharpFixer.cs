using System.Collections.Immutable;

using Mainstreet.Studio.Assistant.Compiler.Repairs;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Mainstreet.Studio.Assistant.Compiler;

/// <summary>One accepted change: what was done, and about which error.</summary>
internal sealed record FixStep(string Title, CodeError Error);

/// <param name="Changed">New texts of the files that changed, by path.</param>
/// <param name="Before">Errors as they were.</param>
/// <param name="After">Errors that are left; never of an id that was not there before.</param>
internal sealed record FixResult(IReadOnlyDictionary<string, string> Changed, IReadOnlyList<FixStep> Steps, IReadOnlyList<CodeError> Before, IReadOnlyList<CodeError> After);

/// <summary>
/// Mends compiler errors: takes one error after the other, tries the repairs of <see cref="RepairBook"/> and Roslyn's own code fixes, compiles
/// after each, and keeps a change only when errors become fewer and none of a new kind appears.
/// </summary>
internal static class CSharpFixer
{
    private const int MostSteps = 30, MostTrials = 600, TrialsPerError = 40, ErrorsPerStep = 12;

    internal static async Task<FixResult> FixAsync(ProjectCode code, CancellationToken cancel)
    {
        var solution = code.Project.Solution;
        var errors = await CodeErrors.OfAsync(code.Project, cancel);
        var before = errors;
        var allowed = errors.Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
        var steps = new List<FixStep>();
        var trials = 0;
        while (errors.Length > 0 && steps.Count < MostSteps && trials < MostTrials)
        {
            var best = default(Trial);
            foreach (var error in Ordered(errors).Take(ErrorsPerStep))
            {
                await foreach (var candidate in CandidatesAsync(solution, error, cancel).Take(TrialsPerError).WithCancellation(cancel))
                {
                    trials++;
                    var left = await CodeErrors.OfAsync(candidate.Solution.GetProject(code.Project.Id)!, cancel);
                    if (left.Length >= errors.Length || left.Any(e => !allowed.Contains(e.Id))) continue;
                    if (best is null || (candidate.Stopgap, left.Length).CompareTo((best.Candidate.Stopgap, best.Left.Length)) < 0) best = new Trial(candidate, error, left);
                    if (best is { Left.Length: 0, Candidate.Stopgap: false }) break;
                }
                if (best is { Candidate.Stopgap: false }) break;
            }
            if (best is null) break;
            steps.Add(new FixStep(best.Candidate.Title, CodeError.Of(best.Error)));
            solution = best.Candidate.Solution;
            errors = best.Left;
        }

        return new FixResult(
            await ChangedAsync(code.Project, solution.GetProject(code.Project.Id)!, cancel), steps,
            [.. before.Select(CodeError.Of)], [.. errors.Select(CodeError.Of)]);
    }

    /// <summary>Texts that differ, by path.</summary>
    internal static async Task<IReadOnlyDictionary<string, string>> ChangedAsync(Project before, Project after, CancellationToken cancel)
    {
        var changed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var document in after.Documents)
        {
            var text = (await document.GetTextAsync(cancel)).ToString();
            var old = before.GetDocument(document.Id) is { } was ? (await was.GetTextAsync(cancel)).ToString() : null;
            if (text != old) changed[document.FilePath ?? document.Name] = text;
        }
        return changed;
    }

    // What the parser says comes first: the rest often follows from it.
    private static IEnumerable<Diagnostic> Ordered(ImmutableArray<Diagnostic> errors) =>
        errors.Where(e => e.Location.IsInSource).DistinctBy(e => (e.Id, e.Location.SourceSpan, e.Location.SourceTree!.FilePath))
            .OrderBy(e => e.Location.SourceTree!.GetDiagnostics().Any(d => d.Id == e.Id && d.Location.SourceSpan == e.Location.SourceSpan) ? 0 : 1);

    private static async IAsyncEnumerable<Candidate> CandidatesAsync(Solution solution, Diagnostic error, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (solution.GetDocument(error.Location.SourceTree) is not { } document || document.FilePath == CompilerHost.ImplicitFile) yield break;
        var root = (await document.GetSyntaxRootAsync(cancel))!;
        var text = await document.GetTextAsync(cancel);
        var model = (await document.GetSemanticModelAsync(cancel))!;

        var own = RepairBook.For(new RepairSite(document, root, model, text, error)).ToList();
        var theirs = await RoslynAsync(document, error, cancel);
        // Usings come first: a name that exists elsewhere was meant rather than one that looks like it.
        foreach (var action in theirs.Where(IsImport)) if (await ApplyAsync(action, cancel) is { } changed) yield return new Candidate(action.Title, changed, false);
        foreach (var repair in own)
        {
            var target = solution.GetDocument(repair.Document)!;
            var changed = (await target.GetTextAsync(cancel)).WithChanges(repair.Changes.OrderBy(c => c.Span.Start));
            yield return new Candidate(repair.Title, solution.WithDocumentText(repair.Document, changed), repair.Stopgap);
        }
        foreach (var action in theirs.Where(a => !IsImport(a))) if (await ApplyAsync(action, cancel) is { } changed) yield return new Candidate(action.Title, changed, IsStopgap(action));
    }

    private static bool IsImport(CodeAction action) => action.Title.StartsWith("using ", StringComparison.Ordinal);

    // What generates members without a body makes the compiler content, not the program right.
    private static bool IsStopgap(CodeAction action) =>
        action.Title.StartsWith("Generate", StringComparison.Ordinal) || action.Title.StartsWith("Implement", StringComparison.Ordinal) || action.Title.StartsWith("Remove", StringComparison.Ordinal);

    private static async Task<List<CodeAction>> RoslynAsync(Document document, Diagnostic error, CancellationToken cancel)
    {
        var actions = new List<CodeAction>();
        foreach (var provider in CompilerHost.Own.Fixes)
        {
            if (!provider.FixableDiagnosticIds.Contains(error.Id)) continue;
            try
            {
                await provider.RegisterCodeFixesAsync(new CodeFixContext(document, error, (action, _) => { lock (actions) actions.AddRange(Flat(action)); }, cancel));
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Some providers need parts of an editor and throw without them; the others still stand.
                continue;
            }
        }
        return actions;
    }

    private static IEnumerable<CodeAction> Flat(CodeAction action) => action.NestedActions.IsDefaultOrEmpty ? [action] : action.NestedActions.SelectMany(Flat);

    internal static async Task<Solution?> ApplyAsync(CodeAction action, CancellationToken cancel)
    {
        try
        {
            var operations = await action.GetOperationsAsync(cancel);
            return operations.OfType<ApplyChangesOperation>().Select(operation => operation.ChangedSolution).FirstOrDefault();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // As above: an action that needs an editor is not to be had here.
            return null;
        }
    }

    private sealed record Candidate(string Title, Solution Solution, bool Stopgap);

    private sealed record Trial(Candidate Candidate, Diagnostic Error, ImmutableArray<Diagnostic> Left);
}

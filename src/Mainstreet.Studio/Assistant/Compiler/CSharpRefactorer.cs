using System.Text.RegularExpressions;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Rename;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Assistant.Compiler;

/// <param name="Title">What was done; null when nothing fitted.</param>
/// <param name="Changed">New texts of the files that changed, by path.</param>
/// <param name="Available">When nothing fitted: what could be done here, as words that a request can repeat.</param>
internal sealed record RefactorResult(string? Title, IReadOnlyDictionary<string, string> Changed, IReadOnlyList<string> Available);

/// <summary>
/// Does one refactoring that the request names in words, where it names a place (<c>line 12</c>, <c>lines 12-20</c>, a name in quotes) there,
/// else at the first place where it applies. A result with an error that was not there before is no result.
/// </summary>
internal static partial class CSharpRefactorer
{
    private const int MostTrials = 40, MostSpans = 400;

    // Words that say nothing about which refactoring is meant.
    private static readonly HashSet<string> Empty = new(["a", "an", "the", "to", "in", "into", "of", "use", "with", "this", "that", "on", "at", "line", "lines", "please", "code", "all", "and", "convert", "make", "change", "method", "it", "is", "by"], StringComparer.OrdinalIgnoreCase);

    // Roslyn offers it among the refactorings, but the loop then runs the other way round.
    private static readonly string[] ChangesWhatIsDone = ["reverse for statement"];

    internal static async Task<RefactorResult> RefactorAsync(ProjectCode code, string request, CancellationToken cancel)
    {
        if (RenameWords().Match(request) is { Success: true } rename)
            return await RenameAsync(code, rename.Groups[1].Value, rename.Groups[2].Value, request, cancel);

        var before = (await CodeErrors.OfAsync(code.Project, cancel)).Select(e => e.Id).ToHashSet(StringComparer.Ordinal);
        var root = (await code.Document.GetSyntaxRootAsync(cancel))!;
        var text = await code.Document.GetTextAsync(cancel);
        var spans = Spans(root, text, request);
        var wanted = Words(PlaceWords().Replace(request, " "));
        var trials = 0;
        foreach (var provider in Matching(wanted))
        {
            foreach (var span in spans)
            {
                foreach (var action in (await OffersAsync(provider, code.Document, span, cancel)).OrderByDescending(a => Overlap(wanted, Words(a.Title))))
                {
                    if (trials++ >= MostTrials) return new RefactorResult(null, new Dictionary<string, string>(), []);
                    if (await CSharpFixer.ApplyAsync(action, cancel) is not { } solution) continue;
                    var after = solution.GetProject(code.Project.Id)!;
                    var changed = await CSharpFixer.ChangedAsync(code.Project, after, cancel);
                    if (changed.Count == 0 || await IsDoubtfulAsync(code.Project, after, cancel) || (await CodeErrors.OfAsync(after, cancel)).Any(e => !before.Contains(e.Id))) continue;
                    return new RefactorResult(action.Title, changed, []);
                }
            }
        }
        return new RefactorResult(null, new Dictionary<string, string>(), Available);
    }

    /// <summary>The refactorings by words that a request can use.</summary>
    internal static IReadOnlyList<string> Available => ["rename X to Y", .. Known.Select(NameOf).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<CodeRefactoringProvider> Known => CompilerHost.Own.Refactorings.Where(provider => !ChangesWhatIsDone.Contains(NameOf(provider)));

    internal static string NameOf(CodeRefactoringProvider provider)
    {
        var name = provider.GetType().Name;
        foreach (var affix in new[] { "CodeRefactoringProvider", "RefactoringProvider" }) name = name.Replace(affix, "", StringComparison.Ordinal);
        name = name.StartsWith("CSharp", StringComparison.Ordinal) ? name["CSharp".Length..] : name;
        return string.Join(' ', Words(name)).ToLowerInvariant();
    }

    private static IEnumerable<CodeRefactoringProvider> Matching(IReadOnlyCollection<string> wanted) =>
        Known.Select(provider => (Provider: provider, Score: Overlap(wanted, Words(NameOf(provider)))))
            .Where(one => one.Score > 0.34).OrderByDescending(one => one.Score).Take(8).Select(one => one.Provider);

    // How much of the shorter of the two the other says: an order of words in both ("for to foreach") breaks ties.
    private static double Overlap(IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> offered)
    {
        var mine = wanted.Where(word => !Empty.Contains(word)).ToList();
        var theirs = offered.Where(word => !Empty.Contains(word)).ToList();
        if (mine.Count == 0 || theirs.Count == 0) return 0;
        var shared = theirs.Count(word => mine.Exists(other => Same(word, other)));
        var order = theirs.Zip(mine).Count(pair => Same(pair.First, pair.Second));
        return (double)shared / Math.Max(theirs.Count, Math.Min(mine.Count, theirs.Count)) * shared / Math.Max(shared, Math.Min(mine.Count, 4)) + order * 0.05;
    }

    private static bool Same(string a, string b) =>
        a.Equals(b, StringComparison.OrdinalIgnoreCase)
        || (Math.Min(a.Length, b.Length) >= 5 && (a.StartsWith(b, StringComparison.OrdinalIgnoreCase) || b.StartsWith(a, StringComparison.OrdinalIgnoreCase)));

    private static List<string> Words(string text) => [.. Word().Matches(text.Replace("ForEach", "Foreach", StringComparison.Ordinal)).Select(match => match.Value.ToLowerInvariant())];

    private static async Task<IReadOnlyList<CodeAction>> OffersAsync(CodeRefactoringProvider provider, Document document, TextSpan span, CancellationToken cancel)
    {
        var offers = new List<CodeAction>();
        try
        {
            await provider.ComputeRefactoringsAsync(new CodeRefactoringContext(document, span, action => { lock (offers) offers.AddRange(Flat(action)); }, cancel));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Some providers need parts of an editor and throw without them.
            return [];
        }
        return offers;
    }

    private static IEnumerable<CodeAction> Flat(CodeAction action) => action.NestedActions.IsDefaultOrEmpty ? [action] : action.NestedActions.SelectMany(Flat);

    // A range of lines is one selection; a line or a name narrows the places; else every node's beginning is one.
    private static List<TextSpan> Spans(SyntaxNode root, SourceText text, string request)
    {
        var (from, to) = (0, text.Lines.Count - 1);
        if (PlaceWords().Match(request) is { Success: true } place)
        {
            from = Math.Clamp(int.Parse(place.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) - 1, 0, to);
            if (place.Groups[2].Success)
            {
                to = Math.Clamp(int.Parse(place.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture) - 1, from, to);
                return [Trimmed(text, TextSpan.FromBounds(text.Lines[from].Start, text.Lines[to].End))];
            }
            to = from;
        }
        var area = TextSpan.FromBounds(text.Lines[from].Start, text.Lines[to].End);
        var names = Quoted().Matches(request).Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var tokens = root.DescendantTokens().Where(token => area.Contains(token.Span) && (names.Count == 0 || names.Contains(token.ValueText))).ToList();
        var spans = tokens.Select(token => new TextSpan(token.SpanStart, 0));
        // Whole expressions and statements are what some refactorings want to see selected.
        var nodes = root.DescendantNodes().Where(node => area.Contains(node.Span) && node is ExpressionSyntax or StatementSyntax && (names.Count == 0 || names.Contains(node.ToString()) || node.DescendantTokens().Any(t => names.Contains(t.ValueText)))).Select(node => node.Span);
        return [.. spans.Concat(nodes).Distinct().Take(MostSpans)];
    }

    private static TextSpan Trimmed(SourceText text, TextSpan span)
    {
        var (start, end) = (span.Start, span.End);
        while (start < end && char.IsWhiteSpace(text[start])) start++;
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        return TextSpan.FromBounds(start, end);
    }

    // Roslyn marks places where the result may mean something else; an editor shows them, here nobody would. What it does not mark: a variable whose value is worked out
    // later, or more often, than before.
    private static async Task<bool> IsDoubtfulAsync(Project before, Project after, CancellationToken cancel)
    {
        foreach (var id in after.GetChanges(before).GetChangedDocuments())
        {
            var root = (await after.GetDocument(id)!.GetSyntaxRootAsync(cancel))!;
            if (root.GetAnnotatedNodesAndTokens(ConflictAnnotation.Kind).Any() || root.GetAnnotatedNodesAndTokens(WarningAnnotation.Kind).Any()) return true;
            var kept = Variables(root).Select(variable => variable.Identifier.ValueText).ToHashSet(StringComparer.Ordinal);
            var old = (await before.GetDocument(id)!.GetSyntaxRootAsync(cancel))!;
            if (Variables(old).Any(variable => !kept.Contains(variable.Identifier.ValueText) && variable.Initializer is { Value: var value } && !IsConstant(value)) || IsMoved(old, root)) return true;
        }
        return false;
    }

    // The same statements, but a value that is worked out comes earlier or later than others.
    private static bool IsMoved(SyntaxNode old, SyntaxNode now)
    {
        var (before, after) = (Places(old), Places(now));
        return old.DescendantNodes().OfType<StatementSyntax>().Count() == now.DescendantNodes().OfType<StatementSyntax>().Count() && !before.SequenceEqual(after) && before.Count == after.Count;
    }

    private static List<string> Places(SyntaxNode root) =>
        [.. Variables(root).Where(variable => variable.Initializer is { Value: var value } && !IsConstant(value)).Select(variable => $"{variable.Identifier.ValueText} {Place(variable)}")];

    private static int Place(VariableDeclaratorSyntax variable) =>
        variable.Parent!.Parent!.Parent is BlockSyntax block ? block.Statements.IndexOf((StatementSyntax)variable.Parent.Parent) : 0;

    private static IEnumerable<VariableDeclaratorSyntax> Variables(SyntaxNode root) =>
        root.DescendantNodes().OfType<VariableDeclaratorSyntax>().Where(variable => variable.Parent?.Parent is LocalDeclarationStatementSyntax);

    private static bool IsConstant(ExpressionSyntax value) => value.DescendantNodesAndSelf().All(node => node is LiteralExpressionSyntax or PrefixUnaryExpressionSyntax or BinaryExpressionSyntax or ParenthesizedExpressionSyntax or CastExpressionSyntax or PredefinedTypeSyntax);

    private static async Task<RefactorResult> RenameAsync(ProjectCode code, string from, string to, string request, CancellationToken cancel)
    {
        var none = new RefactorResult(null, new Dictionary<string, string>(), []);
        if (!SyntaxFacts.IsValidIdentifier(to)) return none;
        var root = (await code.Document.GetSyntaxRootAsync(cancel))!;
        var text = await code.Document.GetTextAsync(cancel);
        var model = (await code.Document.GetSemanticModelAsync(cancel))!;
        var line = PlaceWords().Match(request) is { Success: true } place ? int.Parse(place.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) - 1 : -1;
        var symbol = root.DescendantTokens().Where(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == from && (line < 0 || text.Lines.GetLinePosition(t.SpanStart).Line == line))
            .Select(t => model.GetDeclaredSymbol(t.Parent!, cancel) ?? model.GetSymbolInfo(t.Parent!, cancel).Symbol)
            .FirstOrDefault(s => s is not null && s.Locations.Any(l => l.IsInSource));
        if (symbol is null) return none;
        var before = (await CodeErrors.OfAsync(code.Project, cancel)).Length;
        var solution = await Renamer.RenameSymbolAsync(code.Project.Solution, symbol, new SymbolRenameOptions(), to, cancel);
        var after = solution.GetProject(code.Project.Id)!;
        if ((await CodeErrors.OfAsync(after, cancel)).Length > before) return none;
        return new RefactorResult($"Rename '{from}' to '{to}'", await CSharpFixer.ChangedAsync(code.Project, after, cancel), []);
    }

    [GeneratedRegex(@"\brename\s+['`""]?(\w+)['`""]?\s+(?:to|as|into)\s+['`""]?(\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex RenameWords();

    [GeneratedRegex(@"\blines?\s+(\d{1,6})(?:\s*(?:-|–|to)\s*(\d{1,6}))?", RegexOptions.IgnoreCase)]
    private static partial Regex PlaceWords();

    [GeneratedRegex(@"['`""](\w+)['`""]")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")]
    private static partial Regex Word();
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Assistant.Compiler.Repairs;

/// <summary>What is missing or too much in the text itself.</summary>
internal static class SyntaxRepairs
{
    private static readonly string[] Keywords =
        [.. SyntaxFacts.GetKeywordKinds().Concat(SyntaxFacts.GetContextualKeywordKinds()).Select(SyntaxFacts.GetText).Where(text => text.Length >= 3 && text[0] != '_').Distinct()];

    /// <summary>Writes the token that the parser missed.</summary>
    internal static IEnumerable<Repair> MissingToken(RepairSite site)
    {
        var tree = site.Root;
        var missing = tree.DescendantTokens().Where(t => t.IsMissing && SyntaxFacts.GetText(t.Kind()).Length > 0)
            .OrderBy(t => Math.Abs(t.SpanStart - site.Span.Start)).Take(2).ToList();
        foreach (var token in missing)
        {
            var text = SyntaxFacts.GetText(token.Kind());
            var before = token.GetPreviousToken();
            yield return site.Insert($"Write the missing '{text}'", before.Span.End, text);
            if (site.Span.Start != before.Span.End) yield return site.Insert($"Write the missing '{text}'", site.Span.Start, text);
        }
        // The parser says what it expected also where it went on without a token.
        var quoted = site.Message.Split('\'');
        var expected = quoted.Length >= 3 ? quoted[1] : site.Message.Split(' ')[0];
        if (expected.Length is 1 or 2 && !char.IsLetterOrDigit(expected[0]))
        {
            yield return site.Insert($"Write the missing '{expected}'", site.Span.Start, expected);
            yield return site.Insert($"Write the missing '{expected}'", site.Token.GetPreviousToken().Span.End, expected);
        }
    }

    /// <summary>Takes the token out that the parser stumbled over.</summary>
    internal static IEnumerable<Repair> StrayToken(RepairSite site)
    {
        foreach (var token in new[] { site.Token, site.Token.GetPreviousToken() })
        {
            if (token.Span.Length > 0 && !token.IsKind(SyntaxKind.EndOfFileToken)) yield return site.Remove($"Take out '{token.Text}'", token.Span);
        }
    }

    /// <summary>Closes or takes out braces where the indentation says so.</summary>
    internal static IEnumerable<Repair> Braces(RepairSite site)
    {
        var (missing, extra) = BracesByIndent(site.Text, site.Root);
        foreach (var (at, indent) in missing) yield return site.Insert("Close the block with '}'", at, indent + "}" + Environment.NewLine);
        foreach (var span in extra) yield return site.Remove("Take out a '}' that closes nothing", span);
        if (site.Diagnostic.Id == "CS1513") yield return site.Insert("Close the block with '}'", site.Text.Length, Environment.NewLine + "}" + Environment.NewLine);
    }

    /// <summary>When indentation does not say which, every lone brace is tried.</summary>
    internal static IEnumerable<Repair> AnyLoneBrace(RepairSite site) =>
        site.Root.DescendantTokens().Concat(site.Root.DescendantTrivia(descendIntoTrivia: true).Where(t => t.IsKind(SyntaxKind.SkippedTokensTrivia)).SelectMany(t => t.GetStructure()!.ChildTokens()))
            .Where(t => t.IsKind(SyntaxKind.CloseBraceToken) && !t.IsMissing).TakeLast(30)
            .Select(token => site.Remove("Take out a '}' that closes nothing", token.Span));

    /// <summary>Ends a string that runs to the end of its line: after its first word where punctuation follows, else before the last of it.</summary>
    internal static IEnumerable<Repair> UnendedString(RepairSite site)
    {
        var line = site.Text.Lines.GetLineFromPosition(site.Span.Start);
        var start = site.Text.ToString(line.Span).IndexOf('"', Math.Clamp(site.Token.SpanStart - line.Start, 0, line.Span.Length)) + line.Start;
        if (start < line.Start) start = site.Span.Start;
        var word = start + 1;
        while (word < line.End && (char.IsLetterOrDigit(site.Text[word]) || site.Text[word] is '_' or '-' or '.' or ':' or '/' or '=')) word++;
        if (word > start + 1 && word < line.End && site.Text[word] is ',' or ')' or ';' or '}') yield return site.Insert("End the string", word, "\"");
        for (var at = line.End; at > start; at--)
        {
            if (at == line.End || ";)},]:+ ".Contains(site.Text[at])) yield return site.Insert("End the string", at, "\"");
        }
    }

    /// <summary>'abc' → "abc".</summary>
    internal static IEnumerable<Repair> StringInSingleQuotes(RepairSite site)
    {
        var line = site.Text.Lines.GetLineFromPosition(site.Span.Start);
        var text = site.Text.ToString(line.Span);
        var from = site.Span.Start - line.Start;
        if (from >= text.Length || text[from] != '\'') from = text.LastIndexOf('\'', Math.Min(from, text.Length - 1));
        if (from < 0) yield break;
        var to = text.IndexOf('\'', from + 1);
        if (to < 0) yield break;
        yield return site.Replace("Put the text in double quotes", new TextSpan(line.Start + from, to - from + 1), "\"" + text[(from + 1)..to].Replace("\"", "\\\"", StringComparison.Ordinal) + "\"");
    }

    /// <summary>A keyword with a slip of the pen in it, on the line of the error or the one before.</summary>
    internal static IEnumerable<Repair> MisspelledKeyword(RepairSite site)
    {
        var line = site.Text.Lines.GetLineFromPosition(site.Span.Start);
        var from = site.Text.Lines[Math.Max(0, line.LineNumber - 1)].Start;
        foreach (var token in site.Root.DescendantTokens(TextSpan.FromBounds(from, line.End), descendIntoTrivia: true))
        {
            if (!token.IsKind(SyntaxKind.IdentifierToken) || token.Span.Length < 3) continue;
            foreach (var keyword in NameDistance.Near(token.ValueText, Keywords).Take(3))
                yield return site.Replace($"Change '{token.ValueText}' to '{keyword}'", token.Span, keyword);
        }
    }

    /// <summary>`foreach (x in xs)` → `foreach (var x in xs)`.</summary>
    internal static IEnumerable<Repair> ForEachType(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<CommonForEachStatementSyntax>() is { } loop)
            yield return site.Insert("Declare the loop's variable with 'var'", loop.OpenParenToken.Span.End, "var ");
    }

    /// <summary>A `;` between a method's head and its body.</summary>
    internal static IEnumerable<Repair> SemicolonBeforeBody(RepairSite site)
    {
        foreach (var method in site.Root.DescendantNodes().OfType<BaseMethodDeclarationSyntax>().Where(m => m.Body is null && m.SemicolonToken.Span.Length > 0))
        {
            if (method.SemicolonToken.GetNextToken(includeSkipped: true).IsKind(SyntaxKind.OpenBraceToken))
                yield return site.Remove("Take out the ';' before the body", method.SemicolonToken.Span);
        }
    }

    /// <summary>A modifier that may not stand there.</summary>
    internal static IEnumerable<Repair> Modifier(RepairSite site)
    {
        foreach (var token in site.Root.DescendantTokens().Where(t => SyntaxFacts.IsKeywordKind(t.Kind()) && site.Message.Contains($"'{t.Text}'", StringComparison.Ordinal) && t.Parent?.FullSpan.IntersectsWith(site.Span) == true))
            yield return site.Remove($"Take out '{token.Text}'", TextSpan.FromBounds(token.SpanStart, token.GetNextToken().SpanStart));
    }

    // Follows what the indentation says of the blocks: a line that stands no deeper than an open block's head is after that block.
    private static (List<(int At, string Indent)> Missing, List<TextSpan> Extra) BracesByIndent(SourceText text, SyntaxNode root)
    {
        var missing = new List<(int, string)>();
        var extra = new List<TextSpan>();
        var open = new Stack<int>();
        foreach (var line in text.Lines)
        {
            var content = text.ToString(line.Span);
            var trimmed = content.TrimStart();
            if (trimmed.Length == 0 || trimmed[0] is '#' || trimmed.StartsWith("//", StringComparison.Ordinal)) continue;
            var indent = content.Length - trimmed.Length;
            var closes = trimmed[0] == '}';
            while (open.Count > 0 && (closes ? indent < open.Peek() : indent <= open.Peek() && trimmed[0] != '{'))
            {
                missing.Add((line.Start, new string(' ', open.Pop())));
            }
            if (closes && (open.Count == 0 || indent > open.Peek())) extra.Add(new TextSpan(line.Start + indent, 1));
            foreach (var token in root.DescendantTokens(line.Span).Where(t => line.Span.Contains(t.SpanStart) && !t.IsMissing && t.Parent is not InterpolationSyntax))
            {
                if (token.IsKind(SyntaxKind.OpenBraceToken)) open.Push(indent);
                else if (token.IsKind(SyntaxKind.CloseBraceToken) && open.Count > 0) open.Pop();
            }
        }
        return (missing, extra);
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Tests.Assistant.Corpus;

/// <summary>Ways in which people break a program while they write it. Each gives the places of a program where it can happen.</summary>
internal static class Breakages
{
    internal delegate IEnumerable<TextChange> Places(SyntaxNode root);

    internal static readonly (string Kind, Places Places)[] All =
    [
        ("using left out", root => root.DescendantNodes().OfType<UsingDirectiveSyntax>().Select(u => new TextChange(u.FullSpan, ""))),
        ("semicolon left out", root => Tokens(root, SyntaxKind.SemicolonToken).Where(t => t.Parent is StatementSyntax and not ForStatementSyntax).Select(t => new TextChange(t.Span, ""))),
        ("closing brace left out", root => LoneBraces(root).Select(t => new TextChange(t.Span, ""))),
        ("closing brace too much", root => LoneBraces(root).Select(t => new TextChange(new TextSpan(t.FullSpan.End, 0), t.LeadingTrivia + "}\n"))),
        ("parenthesis left out", root => Tokens(root, SyntaxKind.CloseParenToken).Where(t => t.Parent is ArgumentListSyntax or IfStatementSyntax or WhileStatementSyntax).Select(t => new TextChange(t.Span, ""))),
        ("member misspelt", root => root.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Select(m => m.Name.Identifier).Where(t => t.ValueText.Length > 3).Select(Misspelt)),
        ("variable misspelt", root => root.DescendantNodes().OfType<IdentifierNameSyntax>().Where(n => n.Parent is not (MemberAccessExpressionSyntax or UsingDirectiveSyntax or QualifiedNameSyntax) && n.Identifier.ValueText.Length > 3 && char.IsLower(n.Identifier.ValueText[0]) && !n.IsVar).Select(n => Misspelt(n.Identifier))),
        ("keyword misspelt", root => root.DescendantTokens().Where(t => t.Kind() is SyntaxKind.ReturnKeyword or SyntaxKind.WhileKeyword or SyntaxKind.PublicKeyword or SyntaxKind.ForEachKeyword or SyntaxKind.StringKeyword or SyntaxKind.StaticKeyword).Select(Misspelt)),
        ("conversion to text left out", root => Calls(root, "ToString").Select(c => new TextChange(TextSpan.FromBounds(((MemberAccessExpressionSyntax)c.Expression).Expression.Span.End, c.Span.End), ""))),
        ("number in quotes", root => root.DescendantNodes().OfType<LiteralExpressionSyntax>().Where(l => l.IsKind(SyntaxKind.NumericLiteralExpression) && l.Token.Text.All(char.IsDigit)).Select(l => new TextChange(l.Span, $"\"{l.Token.Text}\""))),
        ("cast left out", root => root.DescendantNodes().OfType<CastExpressionSyntax>().Select(c => new TextChange(TextSpan.FromBounds(c.SpanStart, c.Expression.SpanStart), ""))),
        ("static left out", root => root.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(m => m is not TypeDeclarationSyntax).SelectMany(m => m.Modifiers).Where(t => t.IsKind(SyntaxKind.StaticKeyword)).Select(t => new TextChange(t.FullSpan, t.LeadingTrivia.ToString()))),
        ("member hidden", root => root.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(m => m is not TypeDeclarationSyntax).SelectMany(m => m.Modifiers).Where(t => t.Kind() is SyntaxKind.PublicKeyword or SyntaxKind.InternalKeyword).Select(t => new TextChange(t.Span, "private"))),
        ("field made read-only", root => root.DescendantNodes().OfType<FieldDeclarationSyntax>().Where(f => !f.Modifiers.Any(SyntaxKind.ReadOnlyKeyword)).Select(f => new TextChange(new TextSpan(f.Declaration.Type.SpanStart, 0), "readonly "))),
        ("return left out", root => Tokens(root, SyntaxKind.ReturnKeyword).Select(t => new TextChange(TextSpan.FromBounds(t.SpanStart, t.GetNextToken().SpanStart), ""))),
        ("first value left out", root => root.DescendantNodes().OfType<LocalDeclarationStatementSyntax>().Where(d => !d.Declaration.Type.IsVar && d.Declaration.Variables is [{ Initializer: not null }]).Select(d => new TextChange(d.Declaration.Variables[0].Initializer!.FullSpan, ""))),
        ("assignment for comparison", root => Tokens(root, SyntaxKind.EqualsEqualsToken).Select(t => new TextChange(t.Span, "="))),
        ("text in single quotes", root => root.DescendantNodes().OfType<LiteralExpressionSyntax>().Where(l => l.IsKind(SyntaxKind.StringLiteralExpression) && l.Token.ValueText.Length > 1).Select(l => new TextChange(l.Span, "'" + l.Token.ValueText + "'"))),
        ("text without end", root => root.DescendantNodes().OfType<LiteralExpressionSyntax>().Where(l => l.IsKind(SyntaxKind.StringLiteralExpression) && l.Token.ValueText.Length > 1).Select(l => new TextChange(new TextSpan(l.Span.End - 1, 1), ""))),
        ("void for a type", root => root.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(m => m.ReturnType.ToString() is "string" or "int" or "double" or "bool" or "decimal").Select(m => new TextChange(m.ReturnType.Span, "void"))),
        ("out or ref left out", root => root.DescendantNodes().OfType<ArgumentSyntax>().Where(a => a.RefKindKeyword.Span.Length > 0).Select(a => new TextChange(a.Span, a.Expression.ToString()))),
        ("call without parentheses", root => root.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(c => c.ArgumentList.Arguments.Count == 0).Select(c => new TextChange(c.ArgumentList.Span, ""))),
        ("property called", root => root.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Where(m => m.Name.Identifier.ValueText is "Count" or "Length" or "Size" or "Points" && m.Parent is not InvocationExpressionSyntax).Select(m => new TextChange(new TextSpan(m.Span.End, 0), "()"))),
        ("break left out", root => root.DescendantNodes().OfType<BreakStatementSyntax>().Where(b => b.Parent is SwitchSectionSyntax).Select(b => new TextChange(b.FullSpan, ""))),
        ("declared twice", root => root.DescendantNodes().OfType<ExpressionStatementSyntax>().Where(s => s.Expression is AssignmentExpressionSyntax { Left: IdentifierNameSyntax, RawKind: (int)SyntaxKind.SimpleAssignmentExpression }).Select(s => new TextChange(new TextSpan(s.SpanStart, 0), "var "))),
        ("override misspelt", root => root.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(m => m.Modifiers.Any(SyntaxKind.OverrideKeyword)).Select(m => Misspelt(m.Identifier))),
        ("arguments swapped", root => root.DescendantNodes().OfType<ArgumentListSyntax>().Where(l => l.Arguments.Count == 2).Select(l => new TextChange(l.Span, $"({l.Arguments[1]}, {l.Arguments[0]})"))),
        ("argument left out", root => root.DescendantNodes().OfType<ArgumentListSyntax>().Where(l => l.Arguments.Count == 2).Select(l => new TextChange(l.Span, $"({l.Arguments[0]})"))),
        ("method left out", root => root.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(m => m.Identifier.ValueText != "Run").Select(m => new TextChange(m.FullSpan, ""))),
        ("declaration left out", root => root.DescendantNodes().OfType<LocalDeclarationStatementSyntax>().Select(d => new TextChange(d.FullSpan, ""))),
    ];

    private static IEnumerable<SyntaxToken> Tokens(SyntaxNode root, SyntaxKind kind) => root.DescendantTokens().Where(t => t.IsKind(kind));

    private static IEnumerable<SyntaxToken> LoneBraces(SyntaxNode root) =>
        Tokens(root, SyntaxKind.CloseBraceToken).Where(t => t.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia) && t.GetPreviousToken().TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia));

    private static IEnumerable<InvocationExpressionSyntax> Calls(SyntaxNode root, string name) =>
        root.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(c => c.Expression is MemberAccessExpressionSyntax m && m.Name.Identifier.ValueText == name);

    // Two letters in the middle change places; equal ones lose one of them.
    private static TextChange Misspelt(SyntaxToken token)
    {
        var text = token.Text;
        var at = text.Length / 2;
        return new TextChange(token.Span, text[at] == text[at - 1] ? text.Remove(at, 1) : text[..(at - 1)] + text[at] + text[at - 1] + text[(at + 1)..]);
    }
}

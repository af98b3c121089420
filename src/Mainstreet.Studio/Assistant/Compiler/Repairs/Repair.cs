using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Assistant.Compiler.Repairs;

/// <summary>A change that may mend an error. It counts only once the compiler agrees.</summary>
/// <param name="Title">What it does, for people.</param>
/// <param name="Document">The file that it changes.</param>
/// <param name="Changes">In that file as it is now.</param>
internal sealed record Repair(string Title, DocumentId Document, params TextChange[] Changes)
{
    /// <summary>True for what only makes the compiler content; anything else is preferred to it.</summary>
    internal bool Stopgap { get; init; }
}

/// <summary>An error and what is around it.</summary>
internal sealed record RepairSite(Document Document, SyntaxNode Root, SemanticModel Model, SourceText Text, Diagnostic Diagnostic)
{
    internal TextSpan Span => Diagnostic.Location.SourceSpan;

    internal string Message { get; } = Diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture);

    internal SyntaxNode Node { get; } = Root.FindNode(Diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);

    internal SyntaxToken Token { get; } = Root.FindToken(Math.Min(Diagnostic.Location.SourceSpan.Start, Math.Max(0, Root.FullSpan.End - 1)));

    /// <summary>The expression that the error is about, without the argument around it.</summary>
    internal ExpressionSyntax? Expression => Node switch
    {
        ArgumentSyntax argument => argument.Expression,
        EqualsValueClauseSyntax value => value.Value,
        ExpressionSyntax expression => expression,
        _ => Node.FirstAncestorOrSelf<ExpressionSyntax>(),
    };

    internal Repair Replace(string title, TextSpan span, string by) => new(title, Document.Id, new TextChange(span, by));

    internal Repair Insert(string title, int at, string text) => Replace(title, new TextSpan(at, 0), text);

    internal Repair Remove(string title, TextSpan span) => Replace(title, span, "");

    /// <summary>A repair in whichever file of the project the node is; null when it is in none.</summary>
    internal Repair? Elsewhere(string title, SyntaxNode node, TextSpan span, string by) =>
        Document.Project.GetDocument(node.SyntaxTree) is { } document ? new Repair(title, document.Id, new TextChange(span, by)) : null;

    /// <summary>Where a symbol is declared in the project's own files.</summary>
    internal static IEnumerable<SyntaxNode> Declarations(ISymbol? symbol) =>
        symbol?.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax()) ?? [];

    /// <summary>What a name means, also where the compiler refuses it.</summary>
    internal ISymbol? Symbol(SyntaxNode node)
    {
        var info = Model.GetSymbolInfo(node);
        return info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
    }

    /// <summary>The expression as it can stand before a dot.</summary>
    internal static string Operand(ExpressionSyntax expression) => expression is
        BinaryExpressionSyntax or ConditionalExpressionSyntax or CastExpressionSyntax or AwaitExpressionSyntax or AssignmentExpressionSyntax or LambdaExpressionSyntax or PrefixUnaryExpressionSyntax or RangeExpressionSyntax
        ? $"({expression})" : expression.ToString();
}

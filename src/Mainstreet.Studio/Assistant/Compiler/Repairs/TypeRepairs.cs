using System.Text.RegularExpressions;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Assistant.Compiler.Repairs;

/// <summary>Values of one type where another is wanted.</summary>
internal static partial class TypeRepairs
{
    private static readonly HashSet<string> Parsed = ["int", "long", "short", "byte", "double", "float", "decimal", "bool", "System.DateTime", "System.DateTimeOffset", "System.Guid", "System.TimeSpan"];
    private static readonly HashSet<string> Numbers = ["int", "long", "short", "byte", "uint", "ulong", "ushort", "sbyte", "double", "float", "decimal", "char"];

    /// <summary>`if (a = b)` → `if (a == b)`.</summary>
    internal static IEnumerable<Repair> AssignmentAsCondition(RepairSite site)
    {
        var assignment = site.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() ?? site.Node.DescendantNodes().OfType<AssignmentExpressionSyntax>().FirstOrDefault();
        if (assignment is not null && assignment.OperatorToken.IsKind(SyntaxKind.EqualsToken)) yield return site.Replace("Compare with '=='", assignment.OperatorToken.Span, "==");
    }

    /// <summary>Writes the conversion that the message asks for.</summary>
    internal static IEnumerable<Repair> Convert(RepairSite site)
    {
        if (site.Expression is not { } value) yield break;
        var match = FromTo().Match(site.Message);
        if (!match.Success) yield break;
        foreach (var repair in Convert(site, value, match.Groups[1].Value, match.Groups[2].Value)) yield return repair;
    }

    /// <summary>An operator between two types that do not go together: one side is converted to the other's type.</summary>
    internal static IEnumerable<Repair> Operands(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<BinaryExpressionSyntax>() is not { } binary) yield break;
        var (left, right) = (site.Model.GetTypeInfo(binary.Left).Type, site.Model.GetTypeInfo(binary.Right).Type);
        if (left is null && site.Symbol(binary.Left) is IMethodSymbol) yield return site.Insert("Call the method", binary.Left.Span.End, "()");
        if (right is null && site.Symbol(binary.Right) is IMethodSymbol) yield return site.Insert("Call the method", binary.Right.Span.End, "()");
        if (left is null || right is null) yield break;
        foreach (var repair in Convert(site, binary.Right, right.ToDisplayString(), left.ToDisplayString())) yield return repair;
        foreach (var repair in Convert(site, binary.Left, left.ToDisplayString(), right.ToDisplayString())) yield return repair;
    }

    /// <summary>Neighbouring arguments that changed places.</summary>
    internal static IEnumerable<Repair> SwappedArguments(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<ArgumentListSyntax>() is not { Arguments: { Count: > 1 and < 7 } arguments }) yield break;
        for (var i = 1; i < arguments.Count; i++)
        {
            if (arguments[i - 1].NameColon is not null || arguments[i].NameColon is not null) continue;
            yield return new Repair("Swap two arguments", site.Document.Id, new TextChange(arguments[i - 1].Span, arguments[i].ToString()), new TextChange(arguments[i].Span, arguments[i - 1].ToString()));
        }
    }

    /// <summary>`list.Count()` on a property, or `text.Trim` without its parentheses.</summary>
    internal static IEnumerable<Repair> Parentheses(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { ArgumentList: { Arguments.Count: 0 } list } && site.Diagnostic.Id == "CS1955") yield return site.Remove("Read the property, do not call it", list.Span);
        // `List<int>()` is a type, and wants to be made.
        if (site.Diagnostic.Id == "CS1955" && site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } made) yield return site.Insert("Make it with 'new'", made.SpanStart, "new ");
        if (site.Diagnostic.Id != "CS1955" && site.Expression is { } group) yield return site.Insert("Call the method", group.Span.End, "()");
    }

    /// <summary>`out` and `ref` where the method declares them.</summary>
    internal static IEnumerable<Repair> PassedBy(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<ArgumentSyntax>() is not { } argument) yield break;
        if (site.Diagnostic.Id == "CS1615") yield return site.Remove($"Pass it without '{argument.RefKindKeyword.Text}'", TextSpan.FromBounds(argument.SpanStart, argument.Expression.SpanStart));
        else if (Keyword().Match(site.Message) is { Success: true } match) yield return site.Insert($"Pass it with '{match.Groups[1].Value}'", argument.Expression.SpanStart, match.Groups[1].Value + " ");
    }

    /// <summary>`decimal price = 1.5` → `1.5m`.</summary>
    internal static IEnumerable<Repair> Suffix(RepairSite site)
    {
        if (site.Token.IsKind(SyntaxKind.NumericLiteralToken) && SuffixWord().Match(site.Message) is { Success: true } match)
            yield return site.Insert($"Write the number with '{match.Groups[1].Value}'", site.Token.Span.End, match.Groups[1].Value.ToLowerInvariant());
    }

    /// <summary>A type without its arguments: the value says what it is.</summary>
    internal static IEnumerable<Repair> LeaveTypeToCompiler(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<VariableDeclarationSyntax>() is { } declaration && declaration.Type.Span.Contains(site.Span) && declaration.Variables.All(v => v.Initializer is not null))
            yield return site.Replace("Let the value say the type", declaration.Type.Span, "var");
    }

    /// <summary>`items[0]` of a sequence that has no places.</summary>
    internal static IEnumerable<Repair> ElementAt(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<ElementAccessExpressionSyntax>() is { ArgumentList.Arguments: [var index] } access)
            yield return site.Replace("Take the element with 'ElementAt'", access.ArgumentList.Span, $".ElementAt({index.Expression})");
    }

    private static IEnumerable<Repair> Convert(RepairSite site, ExpressionSyntax value, string from, string to)
    {
        var operand = RepairSite.Operand(value);
        Repair As(string title, string text) => site.Replace(title, value.Span, text);
        from = from.TrimEnd('?');
        var target = to.TrimEnd('?');
        if (from == "method group")
        {
            yield return site.Insert("Call the method", value.Span.End, "()");
            yield break;
        }
        if (from == "string" && value is LiteralExpressionSyntax literal && Numbers.Contains(target) && double.TryParse(literal.Token.ValueText, System.Globalization.CultureInfo.InvariantCulture, out _))
            yield return As("Write the number without quotes", literal.Token.ValueText);
        if (from == "string" && target == "char" && value is LiteralExpressionSyntax { Token.ValueText.Length: 1 } single) yield return As("Write the character in single quotes", $"'{single.Token.ValueText.Replace("'", "\\'", StringComparison.Ordinal)}'");
        if (from == "string" && Parsed.Contains(target)) yield return As($"Read the text as {target}", $"{target}.Parse({value})");
        if (target == "string" && from is not "void" and not "<null>") yield return As("Write it as text", $"{operand}.ToString()");
        if (Numbers.Contains(from) && Numbers.Contains(target)) yield return As($"Convert to {target}", $"({target}){operand}");
        if (target == "bool" && Numbers.Contains(from)) yield return As("Compare with zero", $"{operand} != 0");
        if (target.EndsWith("[]", StringComparison.Ordinal)) yield return As("Make an array of it", $"{operand}.ToArray()");
        if (target.Contains("List<", StringComparison.Ordinal) || target.Contains("Collection<", StringComparison.Ordinal)) yield return As("Make a list of it", $"{operand}.ToList()");
        if (target.Contains("HashSet<", StringComparison.Ordinal)) yield return As("Make a set of it", $"{operand}.ToHashSet()");
        if (from == "T" || site.Model.GetTypeInfo(value).Type is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }) yield return As("Take the value or its default", $"{operand}.GetValueOrDefault()");
    }

    [GeneratedRegex("'([^']+)' to (?:type )?'([^']+)'")]
    private static partial Regex FromTo();

    [GeneratedRegex("with the '(ref|out|in)' keyword")]
    private static partial Regex Keyword();

    [GeneratedRegex("'([MmFfLlUu])' suffix")]
    private static partial Regex SuffixWord();
}

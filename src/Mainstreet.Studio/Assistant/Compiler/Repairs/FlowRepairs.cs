using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Assistant.Compiler.Repairs;

/// <summary>Statements: values that are not returned, not assigned or declared twice.</summary>
internal static class FlowRepairs
{
    /// <summary>`a + b;` at the end of a method → `return a + b;`.</summary>
    internal static IEnumerable<Repair> Return(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is { } statement) yield return site.Insert("Return the value", statement.SpanStart, "return ");
    }

    /// <summary>A method that may end without a value.</summary>
    internal static IEnumerable<Repair> ReturnAtEnd(RepairSite site)
    {
        var method = site.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>();
        var body = method?.Body ?? site.Node.FirstAncestorOrSelf<LocalFunctionStatementSyntax>()?.Body;
        if (body is null) yield break;
        if (body.Statements.LastOrDefault() is ExpressionStatementSyntax last) yield return site.Insert("Return the value", last.SpanStart, "return ");
        var type = method is null ? null : site.Model.GetTypeInfo(method.ReturnType).Type;
        var locals = body.Statements.OfType<LocalDeclarationStatementSyntax>().SelectMany(s => s.Declaration.Variables)
            .Where(v => SymbolEqualityComparer.Default.Equals((site.Model.GetDeclaredSymbol(v) as ILocalSymbol)?.Type, type)).Select(v => v.Identifier.ValueText).ToList();
        foreach (var name in locals) yield return site.Insert($"Return '{name}'", body.CloseBraceToken.SpanStart, $"return {name};{Environment.NewLine}");
        yield return site.Insert("Say that the end is never reached", body.CloseBraceToken.SpanStart, "throw new System.InvalidOperationException(\"No value was returned.\");" + Environment.NewLine) with { Stopgap = true };
    }

    /// <summary>`return x;` where the method says that it returns nothing.</summary>
    internal static IEnumerable<Repair> ReturnType(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<ReturnStatementSyntax>() is { Expression: { } value } && site.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is { } method
            && site.Model.GetTypeInfo(value).Type is { TypeKind: not TypeKind.Error } type)
            yield return site.Replace("Declare the type that is returned", method.ReturnType.Span, type.ToMinimalDisplayString(site.Model, method.ReturnType.SpanStart));
    }

    /// <summary>A variable that is read before it has a value.</summary>
    internal static IEnumerable<Repair> Initialise(RepairSite site)
    {
        if (site.Symbol(site.Node) is not ILocalSymbol local) yield break;
        foreach (var declarator in RepairSite.Declarations(local).OfType<VariableDeclaratorSyntax>().Where(d => d.Initializer is null))
        {
            var value = local.Type.SpecialType switch
            {
                SpecialType.System_String => "\"\"",
                SpecialType.System_Boolean => "false",
                SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Double or SpecialType.System_Decimal or SpecialType.System_Single or SpecialType.System_Byte or SpecialType.System_Int16 => "0",
                _ => local.Type.IsValueType ? "default" : "default!",
            };
            if (site.Elsewhere("Give the variable a first value", declarator, new TextSpan(declarator.Identifier.Span.End, 0), $" = {value}") is { } repair) yield return repair;
        }
    }

    /// <summary>A second declaration of a variable: it is the first that is meant.</summary>
    internal static IEnumerable<Repair> AssignInstead(RepairSite site)
    {
        var used = site.Diagnostic.Id == "CS0841" && site.Symbol(site.Node) is { } local ? RepairSite.Declarations(local).FirstOrDefault() : null;
        if ((used ?? site.Node).FirstAncestorOrSelf<VariableDeclarationSyntax>() is { Parent: LocalDeclarationStatementSyntax statement, Variables: [var one] })
        {
            if (one.Initializer is null) yield return site.Remove("Take out the second declaration", statement.FullSpan);
            else yield return site.Remove("Assign to what is declared already", TextSpan.FromBounds(statement.SpanStart, one.SpanStart));
        }
    }

    /// <summary>A case that falls into the next.</summary>
    internal static IEnumerable<Repair> Break(RepairSite site)
    {
        var section = site.Node.FirstAncestorOrSelf<SwitchSectionSyntax>();
        if (section?.Statements.LastOrDefault() is { } last) yield return site.Insert("End the case with 'break'", last.Span.End, Environment.NewLine + new string(' ', 16) + "break;");
    }
}

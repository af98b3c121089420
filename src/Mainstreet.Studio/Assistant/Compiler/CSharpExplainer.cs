using System.Globalization;
using System.Text;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FindSymbols;

namespace Mainstreet.Studio.Assistant.Compiler;

/// <summary>
/// Says what C# code is and does, out of the compiler's model and nothing else: declarations, what each member takes, gives, reads, calls
/// and throws, how it branches, who calls it, and what the compiler objects to. It does not guess what the code is for.
/// </summary>
internal static class CSharpExplainer
{
    private const int MostMembers = 40, MostErrors = 20;

    private static readonly SymbolDisplayFormat Signature = SymbolDisplayFormat.CSharpShortErrorMessageFormat
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeModifiers | SymbolDisplayMemberOptions.IncludeAccessibility)
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <param name="code">The code.</param>
    /// <param name="question">A name in it narrows the answer to that member or type; may be null.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>Plain text with lines that name <c>path:line</c>.</returns>
    internal static async Task<string> ExplainAsync(ProjectCode code, string? question, CancellationToken cancel)
    {
        var root = (await code.Document.GetSyntaxRootAsync(cancel))!;
        var model = (await code.Document.GetSemanticModelAsync(cancel))!;
        var asked = (question ?? "").Split([' ', '`', '\'', '"', '?', '.', ',', '(', ')', ':', ';'], StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var said = new StringBuilder();

        var types = root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().ToList();
        var members = root.DescendantNodes().Where(IsMember).ToList();
        var narrowed = members.Where(member => NamesOf(member).Any(asked.Contains)).ToList();
        var narrowedTypes = types.Where(type => asked.Contains(type.Identifier.ValueText)).ToList();
        if (narrowed.Count == 0 && narrowedTypes.Count == 0) Overview(said, root, types);
        foreach (var type in narrowed.Count > 0 ? [] : narrowedTypes.Count > 0 ? narrowedTypes : types) Type(said, model, type, cancel);
        var shown = narrowed.Count > 0 ? narrowed : narrowedTypes.Count > 0 ? members.Where(member => narrowedTypes.Contains(member.Ancestors().OfType<BaseTypeDeclarationSyntax>().FirstOrDefault()!)).ToList() : members;
        foreach (var member in shown.Take(MostMembers)) await MemberAsync(said, code, model, member, cancel);
        if (shown.Count > MostMembers) said.AppendLine(CultureInfo.InvariantCulture, $"… and {shown.Count - MostMembers} more members; name one to hear about it.");
        if (root is CompilationUnitSyntax unit && unit.Members.OfType<GlobalStatementSyntax>().ToList() is { Count: > 0 } statements && narrowed.Count == 0)
        {
            said.AppendLine(CultureInfo.InvariantCulture, $"The program itself is {statements.Count} top-level statement{(statements.Count == 1 ? "" : "s")}, from line {Line(statements[0])}.");
            Body(said, model, unit, statements, cancel);
        }

        var errors = await CodeErrors.OfAsync(code.Project, cancel);
        if (errors.Length > 0) said.AppendLine().AppendLine(errors.Length == 1 ? "The compiler finds 1 error:" : $"The compiler finds {errors.Length} errors:");
        foreach (var error in errors.Take(MostErrors)) said.AppendLine(CultureInfo.InvariantCulture, $"- {CodeError.Of(error)} (https://learn.microsoft.com/dotnet/csharp/misc/{error.Id.ToLowerInvariant()})");
        return said.ToString().Trim();
    }

    private static void Overview(StringBuilder said, SyntaxNode root, List<BaseTypeDeclarationSyntax> types)
    {
        var lines = root.GetText().Lines.Count;
        var usings = root.DescendantNodes().OfType<UsingDirectiveSyntax>().Select(u => u.Name?.ToString()).Where(n => n is not null).ToList();
        said.AppendLine(CultureInfo.InvariantCulture, $"{lines} lines declaring {types.Count} type{(types.Count == 1 ? "" : "s")}{(usings.Count > 0 ? $"; it uses {string.Join(", ", usings)}" : "")}.");
    }

    private static void Type(StringBuilder said, SemanticModel model, BaseTypeDeclarationSyntax type, CancellationToken cancel)
    {
        if (model.GetDeclaredSymbol(type, cancel) is not INamedTypeSymbol symbol) return;
        var bases = new List<string>();
        if (symbol.BaseType is { SpecialType: SpecialType.None } parent) bases.Add($"extends {parent.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}");
        if (symbol.Interfaces.Length > 0) bases.Add($"implements {string.Join(", ", symbol.Interfaces.Select(i => i.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)))}");
        var kind = symbol.IsRecord ? "record" : symbol.TypeKind.ToString().ToLowerInvariant();
        said.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{kind} {symbol.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)} ({Place(type)}), {Words(symbol.DeclaredAccessibility)}{(symbol.IsStatic ? ", static" : symbol.IsAbstract && symbol.TypeKind == TypeKind.Class ? ", abstract" : "")}{(bases.Count > 0 ? "; " + string.Join("; ", bases) : "")}.");
        if (type is EnumDeclarationSyntax values) said.AppendLine("  Values: " + string.Join(", ", values.Members.Select(m => m.Identifier.ValueText)) + ".");
    }

    private static async Task MemberAsync(StringBuilder said, ProjectCode code, SemanticModel model, SyntaxNode member, CancellationToken cancel)
    {
        var symbol = model.GetDeclaredSymbol(member is BaseFieldDeclarationSyntax field ? field.Declaration.Variables[0] : member, cancel);
        if (symbol is null) return;
        said.AppendLine(CultureInfo.InvariantCulture, $"- {symbol.ToDisplayString(Signature)} ({Place(member)})");
        if (symbol is IMethodSymbol method)
        {
            var maybe = method.Parameters.Where(p => p.NullableAnnotation == NullableAnnotation.Annotated).Select(p => p.Name).ToList();
            if (maybe.Count > 0) said.AppendLine(CultureInfo.InvariantCulture, $"    May be given null: {string.Join(", ", maybe)}.");
            if (method.ReturnNullableAnnotation == NullableAnnotation.Annotated) said.AppendLine("    May give null.");
            if (method.IsAsync) said.AppendLine("    Runs asynchronously; await it.");
        }
        Body(said, model, member, member.ChildNodes(), cancel);
        if (symbol is IMethodSymbol or IPropertySymbol)
        {
            var callers = (await SymbolFinder.FindCallersAsync(symbol, code.Project.Solution, cancel)).Where(c => c.IsDirect)
                .SelectMany(c => c.Locations.Select(l => $"{c.CallingSymbol.Name} at {l.GetLineSpan().Path}:{l.GetLineSpan().StartLinePosition.Line + 1}")).Distinct().Take(8).ToList();
            if (callers.Count > 0) said.AppendLine(CultureInfo.InvariantCulture, $"    Used by {string.Join(", ", callers)}.");
        }
    }

    private static void Body(StringBuilder said, SemanticModel model, SyntaxNode member, IEnumerable<SyntaxNode> parts, CancellationToken cancel)
    {
        var nodes = parts.SelectMany(part => part.DescendantNodesAndSelf(n => n == part || n is not LocalFunctionStatementSyntax)).ToList();
        var steps = new List<string>();
        Count(steps, nodes.OfType<IfStatementSyntax>().Count(), "condition");
        Count(steps, nodes.Count(n => n is SwitchStatementSyntax or SwitchExpressionSyntax), "switch", "switches");
        Count(steps, nodes.Count(n => n is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax), "loop");
        Count(steps, nodes.OfType<ReturnStatementSyntax>().Count(), "return");
        Count(steps, nodes.OfType<AwaitExpressionSyntax>().Count(), "await");
        if (steps.Count > 0) said.AppendLine(CultureInfo.InvariantCulture, $"    Flow: {string.Join(", ", steps)}.");
        var calls = nodes.OfType<InvocationExpressionSyntax>().Select(call => model.GetSymbolInfo(call, cancel).Symbol).OfType<IMethodSymbol>()
            .Select(m => m.ContainingType is null || m.MethodKind == MethodKind.LocalFunction ? m.Name : $"{m.ContainingType.Name}.{m.Name}").Distinct().Take(12).ToList();
        if (calls.Count > 0) said.AppendLine(CultureInfo.InvariantCulture, $"    Calls {string.Join(", ", calls)}.");
        var thrown = nodes.Select(n => n is ThrowStatementSyntax s ? s.Expression : n is ThrowExpressionSyntax e ? e.Expression : null).OfType<ExpressionSyntax>()
            .Select(e => model.GetTypeInfo(e, cancel).Type?.Name).OfType<string>().Distinct().ToList();
        if (thrown.Count > 0) said.AppendLine(CultureInfo.InvariantCulture, $"    Throws {string.Join(", ", thrown)}.");
        var written = nodes.OfType<AssignmentExpressionSyntax>().Select(a => model.GetSymbolInfo(a.Left, cancel).Symbol).Where(s => s is IFieldSymbol or IPropertySymbol)
            .Select(s => s!.Name).Distinct().Take(12).ToList();
        if (written.Count > 0 && member is not CompilationUnitSyntax) said.AppendLine(CultureInfo.InvariantCulture, $"    Changes {string.Join(", ", written)}.");
    }

    private static void Count(List<string> steps, int count, string one, string? many = null)
    {
        if (count > 0) steps.Add(count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}");
    }

    private static bool IsMember(SyntaxNode node) => node is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseFieldDeclarationSyntax or LocalFunctionStatementSyntax;

    private static IEnumerable<string> NamesOf(SyntaxNode member) => member switch
    {
        MethodDeclarationSyntax method => [method.Identifier.ValueText],
        ConstructorDeclarationSyntax constructor => [constructor.Identifier.ValueText + " constructor"],
        PropertyDeclarationSyntax property => [property.Identifier.ValueText],
        LocalFunctionStatementSyntax function => [function.Identifier.ValueText],
        BaseFieldDeclarationSyntax field => field.Declaration.Variables.Select(v => v.Identifier.ValueText),
        _ => [],
    };

    private static string Words(Accessibility accessibility) => accessibility switch
    {
        Accessibility.ProtectedOrInternal => "protected internal",
        Accessibility.ProtectedAndInternal => "private protected",
        _ => accessibility.ToString().ToLowerInvariant(),
    };

    private static string Place(SyntaxNode node) => $"{node.SyntaxTree.FilePath}:{Line(node)}";

    private static int Line(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}

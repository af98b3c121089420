using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Assistant.Compiler.Repairs;

/// <summary>Names, and how members are declared.</summary>
internal static class MemberRepairs
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["integer"] = "int", ["int"] = "int", ["boolean"] = "bool", ["bool"] = "bool", ["str"] = "string", ["string"] = "string", ["number"] = "double", ["float"] = "float",
        ["double"] = "double", ["decimal"] = "decimal", ["long"] = "long", ["char"] = "char", ["character"] = "char", ["void"] = "void", ["object"] = "object", ["any"] = "object",
        ["true"] = "true", ["false"] = "false", ["null"] = "null", ["nil"] = "null", ["none"] = "null", ["undefined"] = "null", ["self"] = "this", ["let"] = "var", ["func"] = "void",
    };

    private static readonly Dictionary<string, string[]> Synonyms = new(StringComparer.Ordinal)
    {
        ["Length"] = ["Count", "Count()"], ["length"] = ["Length", "Count"], ["Count"] = ["Length", "Count()"], ["Size"] = ["Count", "Length"], ["size"] = ["Count", "Length"],
        ["push"] = ["Add"], ["Push"] = ["Add"], ["append"] = ["Add", "Append"], ["Append"] = ["Add"], ["Add"] = ["Append", "Push", "Enqueue"],
        ["map"] = ["Select"], ["filter"] = ["Where"], ["reduce"] = ["Aggregate"], ["includes"] = ["Contains"], ["has"] = ["ContainsKey", "Contains"], ["Has"] = ["ContainsKey", "Contains"],
        ["Contains"] = ["ContainsKey"], ["toString"] = ["ToString"], ["upper"] = ["ToUpperInvariant"], ["lower"] = ["ToLowerInvariant"], ["strip"] = ["Trim"], ["join"] = ["Join"],
    };

    /// <summary>Words of other languages, and keywords in the wrong case.</summary>
    internal static IEnumerable<Repair> WordOfAnotherLanguage(RepairSite site)
    {
        if (site.Token.IsKind(SyntaxKind.IdentifierToken) && Words.TryGetValue(site.Token.ValueText, out var word) && word != site.Token.Text)
            yield return site.Replace($"Write '{word}'", site.Token.Span, word);
    }

    /// <summary>The member by its name elsewhere, or by its name with a slip of the pen mended.</summary>
    internal static IEnumerable<Repair> NearestMember(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<MemberAccessExpressionSyntax>() is not { } access || !access.Name.Span.IntersectsWith(site.Span)) yield break;
        var name = access.Name.Identifier.ValueText;
        foreach (var other in Synonyms.GetValueOrDefault(name, [])) yield return site.Replace($"Change '{name}' to '{other}'", access.Name.Identifier.Span, other);
        var type = site.Model.GetTypeInfo(access.Expression).Type ?? site.Model.GetSymbolInfo(access.Expression).Symbol as INamespaceOrTypeSymbol;
        if (type is null) yield break;
        var names = site.Model.LookupSymbols(access.SpanStart, type, includeReducedExtensionMethods: true).Select(symbol => symbol.Name).Distinct();
        foreach (var other in NameDistance.Near(name, names).Take(4)) yield return site.Replace($"Change '{name}' to '{other}'", access.Name.Identifier.Span, other);
    }

    /// <summary>The name in scope that was probably meant.</summary>
    internal static IEnumerable<Repair> NearestName(RepairSite site)
    {
        if (!site.Token.IsKind(SyntaxKind.IdentifierToken)) yield break;
        var type = site.Node.FirstAncestorOrSelf<TypeSyntax>() is not null && site.Diagnostic.Id == "CS0246";
        var names = (type ? site.Model.LookupNamespacesAndTypes(site.Span.Start) : site.Model.LookupSymbols(site.Span.Start)).Select(symbol => symbol.Name).Distinct();
        foreach (var other in NameDistance.Near(site.Token.ValueText, names).Take(4)) yield return site.Replace($"Change '{site.Token.ValueText}' to '{other}'", site.Token.Span, other);
    }

    /// <summary>An instance member that a static one uses.</summary>
    internal static IEnumerable<Repair> MakeStatic(RepairSite site)
    {
        foreach (var declaration in RepairSite.Declarations(site.Symbol(site.Node)).Select(Member).OfType<MemberDeclarationSyntax>())
        {
            var at = declaration switch
            {
                MethodDeclarationSyntax method => method.ReturnType.SpanStart,
                PropertyDeclarationSyntax property => property.Type.SpanStart,
                FieldDeclarationSyntax field => field.Declaration.Type.SpanStart,
                _ => -1,
            };
            if (at >= 0 && site.Elsewhere("Make the member static", declaration, new TextSpan(at, 0), "static ") is { } repair) yield return repair;
        }
    }

    /// <summary>A static member that was reached through a value.</summary>
    internal static IEnumerable<Repair> ThroughType(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<MemberAccessExpressionSyntax>() is { } access && site.Symbol(access)?.ContainingType is { } type)
            yield return site.Replace("Reach the static member through its type", access.Expression.Span, type.ToMinimalDisplayString(site.Model, access.SpanStart));
    }

    /// <summary>A member that is hidden from where it is used.</summary>
    internal static IEnumerable<Repair> MakeVisible(RepairSite site)
    {
        var symbol = site.Symbol(site.Node) ?? (site.Node.Parent is { } parent ? site.Symbol(parent) : null);
        if (site.Diagnostic.Id is "CS0271" or "CS0272")
        {
            foreach (var accessor in RepairSite.Declarations(symbol).SelectMany(node => node.DescendantNodes()).OfType<AccessorDeclarationSyntax>().Where(a => a.Modifiers.Count > 0))
            {
                if (site.Elsewhere("Open the accessor", accessor, TextSpan.FromBounds(accessor.Modifiers[0].SpanStart, accessor.Keyword.SpanStart), "") is { } repair) yield return repair;
            }
            yield break;
        }
        foreach (var declaration in RepairSite.Declarations(symbol).Select(Member).OfType<MemberDeclarationSyntax>())
        {
            var hidden = declaration.Modifiers.Where(m => m.Kind() is SyntaxKind.PrivateKeyword or SyntaxKind.ProtectedKeyword).ToList();
            var span = hidden.Count > 0 ? TextSpan.FromBounds(hidden[0].SpanStart, hidden[^1].Span.End) : new TextSpan(declaration.GetFirstToken().SpanStart, 0);
            if (site.Elsewhere("Make the member internal", declaration, span, hidden.Count > 0 ? "internal" : "internal ") is { } repair) yield return repair;
        }
    }

    /// <summary>A field, property or constant that is written although it may only be read.</summary>
    internal static IEnumerable<Repair> MakeWritable(RepairSite site)
    {
        var symbol = site.Symbol(site.Node) ?? (site.Expression is { } value ? site.Symbol(value) : null);
        foreach (var declaration in RepairSite.Declarations(symbol))
        {
            var whole = Member(declaration) ?? declaration.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() ?? declaration;
            foreach (var word in whole.ChildTokens().Where(t => t.Kind() is SyntaxKind.ReadOnlyKeyword or SyntaxKind.ConstKeyword))
            {
                var by = word.IsKind(SyntaxKind.ConstKeyword) && symbol is IFieldSymbol ? "static " : "";
                if (site.Elsewhere($"Take out '{word.Text}'", whole, TextSpan.FromBounds(word.SpanStart, word.GetNextToken().SpanStart), by) is { } repair) yield return repair;
            }
            if (whole is not PropertyDeclarationSyntax { AccessorList: { } accessors }) continue;
            if (accessors.Accessors.FirstOrDefault(a => a.IsKind(SyntaxKind.InitAccessorDeclaration)) is { } init)
            {
                if (site.Elsewhere("Let the property be set", whole, init.Keyword.Span, "set") is { } repair) yield return repair;
            }
            else if (accessors.Accessors.All(a => !a.IsKind(SyntaxKind.SetAccessorDeclaration)))
            {
                foreach (var setter in new[] { "private set; ", "set; " })
                {
                    if (site.Elsewhere("Let the property be set", whole, new TextSpan(accessors.CloseBraceToken.SpanStart, 0), setter) is { } repair) yield return repair;
                }
            }
        }
    }

    /// <summary>An override that overrides nothing: the base's member with nearly that name, or a base member that is not virtual.</summary>
    internal static IEnumerable<Repair> Override(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member || site.Model.GetDeclaredSymbol(member) is not { } symbol) yield break;
        var bases = new List<INamedTypeSymbol>();
        for (var type = symbol.ContainingType.BaseType; type is not null; type = type.BaseType) bases.Add(type);
        var known = bases.SelectMany(type => type.GetMembers()).Where(m => m.IsVirtual || m.IsAbstract || m.IsOverride).Select(m => m.Name);
        foreach (var name in NameDistance.Near(symbol.Name, known.Distinct()).Take(3)) yield return site.Replace($"Change '{symbol.Name}' to '{name}'", site.Token.Span, name);
        foreach (var declaration in bases.SelectMany(type => type.GetMembers(symbol.Name)).SelectMany(RepairSite.Declarations).OfType<MethodDeclarationSyntax>())
        {
            if (site.Elsewhere("Let the base's member be overridden", declaration, new TextSpan(declaration.ReturnType.SpanStart, 0), "virtual ") is { } repair) yield return repair;
        }
        if (member.Modifiers.FirstOrDefault(m => m.IsKind(SyntaxKind.OverrideKeyword)) is { RawKind: not 0 } word)
            yield return site.Remove("Take out 'override'", TextSpan.FromBounds(word.SpanStart, word.GetNextToken().SpanStart)) with { Stopgap = true };
    }

    /// <summary>A promised member that is there under nearly that name.</summary>
    internal static IEnumerable<Repair> NearlyImplemented(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type) yield break;
        var promised = site.Message.Split('\'').Where((_, i) => i % 2 == 1).Select(text => text.Split('(')[0].Split('.')[^1]).Last();
        foreach (var member in type.Members)
        {
            var token = member switch { MethodDeclarationSyntax method => method.Identifier, PropertyDeclarationSyntax property => property.Identifier, _ => default };
            if (token.RawKind == 0) continue;
            if (token.ValueText == promised && !member.Modifiers.Any(SyntaxKind.PublicKeyword))
            {
                var hidden = member.Modifiers.FirstOrDefault(m => m.Kind() is SyntaxKind.PrivateKeyword or SyntaxKind.ProtectedKeyword or SyntaxKind.InternalKeyword);
                yield return hidden.RawKind == 0 ? site.Insert("Make the member public", member.GetFirstToken().SpanStart, "public ") : site.Replace("Make the member public", hidden.Span, "public");
            }
            else if (NameDistance.Near(token.ValueText, [promised]).Any()) yield return site.Replace($"Change '{token.ValueText}' to '{promised}'", token.Span, promised);
        }
    }

    /// <summary>The same member twice.</summary>
    internal static IEnumerable<Repair> SameMemberTwice(RepairSite site)
    {
        if (site.Node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { Parent: TypeDeclarationSyntax type } member && type.Members.Any(other => other != member && other.IsEquivalentTo(member)))
            yield return site.Remove("Take out the second of two equal members", member.FullSpan);
    }

    private static MemberDeclarationSyntax? Member(SyntaxNode node) => node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member
        && (member is FieldDeclarationSyntax or MethodDeclarationSyntax or PropertyDeclarationSyntax) && node.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is null ? member : null;
}

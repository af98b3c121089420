using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Mainstreet.Foundation.Configuration;

/// <summary>Documentation comments, from the XML files that the compiler writes beside the assemblies.</summary>
internal static partial class XmlDocumentation
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>?> Files = new();

    /// <summary>A property's summary as one line of Markdown; null without one.</summary>
    /// <exception cref="FileNotFoundException">The assembly's documentation file is not there: published programs may leave it out.</exception>
    internal static string? Summary(PropertyInfo property)
    {
        var members = Files.GetOrAdd(property.DeclaringType!.Assembly, Read)
            ?? throw new FileNotFoundException($"{Path.GetFileName(PathOf(property.DeclaringType!.Assembly))} is not beside the program: this needs a build of the source, as published programs and images leave it out.");
        return Summary(members, $"P:{property.DeclaringType!.FullName!.Replace('+', '.')}.{property.Name}");
    }

    private static string? Summary(IReadOnlyDictionary<string, XElement> members, string name)
    {
        if (!members.TryGetValue(name, out var member)) return null;
        if (member.Element("summary") is { } summary)
        {
            var text = Spaces().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim();
            return text.Length > 0 ? text : null;
        }

        return member.Element("inheritdoc")?.Attribute("cref")?.Value is { } other && other != name ? Summary(members, other) : null;
    }

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element when element.Attribute("cref")?.Value is { } reference => $"`{reference[(reference.LastIndexOf('.') + 1)..]}`",
        XElement element when element.Attribute("langword")?.Value is { } word => $"`{word}`",
        XElement element => string.Concat(element.Nodes().Select(Text)),
        _ => "",
    };

    private static Dictionary<string, XElement>? Read(Assembly assembly)
    {
        var path = PathOf(assembly);
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member").Where(m => m.Attribute("name") is not null).ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal)
            : null;
    }

    private static string PathOf(Assembly assembly) => Path.ChangeExtension(assembly.Location, ".xml");

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

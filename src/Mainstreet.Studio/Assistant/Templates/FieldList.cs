using System.Text.RegularExpressions;

namespace Mainstreet.Studio.Assistant.Templates;

/// <summary>A field of something that shall be generated.</summary>
/// <param name="Name">In PascalCase.</param>
/// <param name="Type">A type of C#.</param>
internal sealed record Field(string Name, string Type);

/// <summary>Reads <c>CRUD API for products with name, price:decimal, stock</c>: the noun, and the fields with their types, said or guessed.</summary>
internal static partial class FieldList
{
    private const int MostFields = 40;

    private static readonly HashSet<string> Types = new(["string", "int", "long", "decimal", "double", "bool", "guid", "date", "datetime", "dateonly"], StringComparer.OrdinalIgnoreCase);

    internal static IReadOnlyList<Field> Fields(string request)
    {
        if (List().Match(request) is not { Success: true } list) return [];
        return [.. Item().Matches(list.Groups[1].Value).Select(Field).OfType<Field>().DistinctBy(field => field.Name).Take(MostFields)];
    }

    /// <summary>What it is about, singular and in PascalCase; null when the request does not say.</summary>
    internal static string? Noun(string request) => About().Match(request) is { Success: true } match ? Pascal(Singular(match.Groups[1].Value)) : null;

    internal static string Pascal(string word) => string.Concat(word.Split(['_', '-', ' '], StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    internal static string Camel(string word) => char.ToLowerInvariant(word[0]) + word[1..];

    internal static string Plural(string word) =>
        word.EndsWith('y') && word.Length > 1 && !"aeiou".Contains(word[^2]) ? word[..^1] + "ies" : word.EndsWith('s') || word.EndsWith('x') || word.EndsWith("ch", StringComparison.Ordinal) ? word + "es" : word + "s";

    internal static string Singular(string word) =>
        word.EndsWith("ies", StringComparison.OrdinalIgnoreCase) ? word[..^3] + "y"
        : word.EndsWith("ses", StringComparison.OrdinalIgnoreCase) || word.EndsWith("xes", StringComparison.OrdinalIgnoreCase) || word.EndsWith("ches", StringComparison.OrdinalIgnoreCase) ? word[..^2]
        : word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1] : word;

    private static Field? Field(Match match)
    {
        var (name, type) = (match.Groups[1].Value, match.Groups[2].Value);
        if (Types.Contains(name) && type.Length == 0) return null;
        return new Field(Pascal(name), type.Length > 0 ? Known(type) : Guess(name));
    }

    private static string Known(string type) => type.ToLowerInvariant() switch
    {
        "guid" => "Guid",
        "date" or "dateonly" => "DateOnly",
        "datetime" => "DateTimeOffset",
        var other => other,
    };

    private static string Guess(string name)
    {
        var word = name.ToLowerInvariant();
        if (word.EndsWith("id", StringComparison.Ordinal)) return "Guid";
        if (word.StartsWith("is", StringComparison.Ordinal) || word.StartsWith("has", StringComparison.Ordinal) || word is "active" or "paid" or "done" or "open") return "bool";
        if (word.Contains("price") || word.Contains("amount") || word.Contains("total") || word.Contains("cost")) return "decimal";
        if (word.Contains("count") || word.Contains("quantity") || word.Contains("stock") || word.Contains("age") || word.Contains("number") || word.Contains("points") || word.Contains("year")) return "int";
        if (word.EndsWith("date", StringComparison.Ordinal) || word.Contains("birthday") || word == "day") return "DateOnly";
        return word.EndsWith("at", StringComparison.Ordinal) && word.Length > 3 && char.IsUpper(name[^2]) ? "DateTimeOffset" : "string";
    }

    [GeneratedRegex(@"\b(?:with|having|fields?|columns?)\b:?\s+(.+)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex List();

    [GeneratedRegex(@"(?:^|,|\band\b)\s*(?:an?\s+|the\s+)?([A-Za-z][A-Za-z0-9_]{0,39})(?:\s*[:(]\s*([A-Za-z]+)\)?)?\s*(?=,|\.?$|\band\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Item();

    [GeneratedRegex(@"\b(?:for|of|named|called|about)\s+(?:an?\s+|the\s+|my\s+|our\s+)?([A-Za-z][A-Za-z0-9_]{1,39})", RegexOptions.IgnoreCase)]
    private static partial Regex About();
}

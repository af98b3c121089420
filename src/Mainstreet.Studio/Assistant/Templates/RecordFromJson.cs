using System.Text;
using System.Text.Json;

using Microsoft.CodeAnalysis.CSharp;

namespace Mainstreet.Studio.Assistant.Templates;

/// <summary>C# records that hold what a JSON example holds.</summary>
internal static class RecordFromJson
{
    private const int MostRecords = 50, MostMembers = 500;

    /// <param name="json">An object, or a list of objects.</param>
    /// <param name="name">Of the outermost record.</param>
    /// <returns>The code; null when the text is no such JSON.</returns>
    internal static string? Write(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 32, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0) root = root[0];
            if (root.ValueKind != JsonValueKind.Object) return null;
            var records = new List<(string Name, string Code)>();
            Record(root, name, records);
            return "using System;\nusing System.Collections.Generic;\nusing System.Text.Json.Serialization;\n\n" + string.Join("\n", records.Select(record => record.Code));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Record(JsonElement value, string name, List<(string Name, string Code)> records)
    {
        while (records.Exists(record => record.Name == name)) name += "Item";
        if (records.Count >= MostRecords) return "object";
        var at = records.Count;
        records.Add((name, ""));
        var members = new StringBuilder();
        var used = new HashSet<string>(StringComparer.Ordinal) { name };
        foreach (var property in value.EnumerateObject())
        {
            var member = Identifier(property.Name);
            // Names that differ in signs alone become one; there are never so many that looking for a free one takes long.
            if (used.Count > MostMembers) throw new JsonException("It has too many members.");
            var plain = member;
            for (var n = 2; !used.Add(member); n++) member = plain + n.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (members.Length > 0) members.Append(",\n");
            members.Append("    [property: JsonPropertyName(").Append(SymbolDisplay.FormatLiteral(property.Name, quote: true)).Append(")] ").Append(Type(property.Value, member, records)).Append(' ').Append(member);
        }
        records[at] = (name, $"public sealed record {name}(\n{members});\n");
        return name;
    }

    private static string Type(JsonElement value, string name, List<(string Name, string Code)> records) => value.ValueKind switch
    {
        JsonValueKind.String => value.TryGetGuid(out _) ? "Guid" : value.TryGetDateTimeOffset(out _) ? "DateTimeOffset" : "string",
        JsonValueKind.Number => value.TryGetInt32(out _) ? "int" : value.TryGetInt64(out _) ? "long" : "decimal",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Object => Record(value, name + "Details", records),
        JsonValueKind.Array => $"IReadOnlyList<{(value.GetArrayLength() > 0 ? Type(value[0], FieldList.Singular(name), records) : "object")}>",
        _ => "string?",
    };

    private static string Identifier(string name)
    {
        var word = string.Concat(name.Split(name.Where(c => !char.IsLetterOrDigit(c)).Distinct().ToArray(), StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        return word.Length == 0 ? "Value" : char.IsDigit(word[0]) ? "Number" + word : word;
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mainstreet.Studio.Tests.Deployments.Contracts;

/// <summary>Checks JSON against the schemas of OpenAPI 3.0 and Swagger 2.0, as far as the providers' documents use them.</summary>
internal sealed class SchemaCheck(JsonNode document)
{
    /// <param name="strict">Members that a schema does not name are wrong where it names any: for what we send.</param>
    internal IReadOnlyList<string> Check(JsonNode? value, JsonNode schema, string at, bool strict)
    {
        if (schema["$ref"] is { } reference) return Check(value, Follow((string)reference!), at, strict);
        if (value is null) return (bool?)schema["nullable"] == true || (bool?)schema["x-nullable"] == true || Enum(schema).Any(e => e is null) || !HasType(schema) ? [] : [$"{at} is null"];
        var wrong = new List<string>();
        foreach (var part in Parts(schema, "allOf")) wrong.AddRange(Check(value, part, at, strict: false));
        foreach (var choice in new[] { "oneOf", "anyOf" })
        {
            var parts = Parts(schema, choice);
            if (parts.Count == 0) continue;
            var tried = parts.Select(p => Check(value, p, at, strict && choice == "oneOf")).ToList();
            // Documents have alternatives that overlap: one that fits is enough.
            if (tried.All(t => t.Count > 0)) wrong.Add($"{at} fits none of {parts.Count} alternatives ({tried.MinBy(t => t.Count)![0]})");
        }

        if (Enum(schema) is { Count: > 0 } allowed && !allowed.Any(a => JsonNode.DeepEquals(a, value))) wrong.Add($"{at} is {value.ToJsonString()}, not one of the documented values");
        wrong.AddRange(CheckType(value, schema, at));
        if (value is JsonObject members) wrong.AddRange(CheckMembers(members, schema, at, strict));
        if (value is JsonArray items)
        {
            if ((int?)schema["maxItems"] < items.Count) wrong.Add($"{at} has too many items");
            if (schema["items"] is { } each) wrong.AddRange(items.SelectMany((item, i) => Check(item, each, $"{at}[{i}]", strict)));
        }

        return wrong;
    }

    /// <summary>A parameter's text as the type that it is to have.</summary>
    internal IReadOnlyList<string> CheckText(string text, JsonNode schema, string at)
    {
        var type = (string?)schema["type"];
        JsonNode? value = type switch
        {
            "integer" => long.TryParse(text, out var whole) ? whole : null,
            "number" => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null,
            "boolean" => bool.TryParse(text, out var truth) ? truth : null,
            "array" => new JsonArray(JsonValue.Create(text)),
            _ => text,
        };
        if (value is null) return [$"{at} is '{text}', no {type}"];
        // Enums without a type may be of numbers.
        if (type is null or "number" && Enum(schema) is { Count: > 0 } allowed) return allowed.Any(a => a?.ToString() == text) ? [] : [$"{at} is '{text}', not one of the documented values"];
        return Check(value, schema, at, strict: false);
    }

    /// <summary>The least that fits.</summary>
    internal JsonNode? Sample(JsonNode schema)
    {
        if (schema["$ref"] is { } reference) return Sample(Follow((string)reference!));
        if (Enum(schema) is { Count: > 0 } allowed) return allowed[0]?.DeepClone();
        if (Parts(schema, "oneOf") is { Count: > 0 } one) return Sample(one[0]);
        if (Parts(schema, "anyOf") is { Count: > 0 } any && schema["properties"] is null) return Sample(any[0]);
        switch ((string?)schema["type"] ?? (schema["properties"] is null ? null : "object"))
        {
            case "object":
                var members = new JsonObject();
                var required = schema["required"]?.AsArray().Select(r => (string)r!).ToHashSet() ?? [];
                foreach (var (name, member) in schema["properties"]?.AsObject() ?? [])
                {
                    if (required.Contains(name)) members[name] = Sample(member!);
                }

                return members;
            case "array": return new JsonArray();
            case "string": return "x";
            case "number" or "integer": return 1;
            case "boolean": return false;
            default: return new JsonObject();
        }
    }

    internal JsonNode Follow(string reference)
    {
        var node = document;
        foreach (var step in reference[2..].Split('/')) node = node[step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)] ?? throw new InvalidOperationException($"{reference} leads nowhere.");
        return node;
    }

    private IEnumerable<string> CheckMembers(JsonObject value, JsonNode schema, string at, bool strict)
    {
        foreach (var name in schema["required"] is JsonArray required ? required.Select(r => (string)r!) : [])
        {
            if (!value.ContainsKey(name)) yield return $"{at} lacks '{name}'";
        }

        if (schema["maxProperties"] is { } most && value.Count > (int)most) yield return $"{at} has too many members";
        var known = Names(schema);
        var further = schema["additionalProperties"];
        foreach (var (name, member) in value)
        {
            if (schema["properties"]?[name] is { } described)
            {
                foreach (var wrong in Check(member, described, $"{at}.{name}", strict)) yield return wrong;
            }
            else if (further is JsonObject each && each.Count > 0)
            {
                foreach (var wrong in Check(member, each, $"{at}.{name}", strict)) yield return wrong;
            }
            else if (!known.Contains(name) && ((further is JsonValue no && !(bool)no) || (strict && known.Count > 0)))
            {
                yield return $"{at} has '{name}', which is not documented";
            }
        }
    }

    private HashSet<string> Names(JsonNode schema)
    {
        if (schema["$ref"] is { } reference) return Names(Follow((string)reference!));
        var names = schema["properties"]?.AsObject().Select(p => p.Key).ToHashSet() ?? [];
        foreach (var part in new[] { "allOf", "oneOf", "anyOf" }.SelectMany(k => Parts(schema, k))) names.UnionWith(Names(part));
        return names;
    }

    private static IEnumerable<string> CheckType(JsonNode value, JsonNode schema, string at)
    {
        var kind = value.GetValueKind();
        var fits = (string?)schema["type"] switch
        {
            null => true,
            "object" => kind == JsonValueKind.Object,
            "array" => kind == JsonValueKind.Array,
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "number" => kind == JsonValueKind.Number,
            "integer" => kind == JsonValueKind.Number && value.AsValue().TryGetValue<long>(out _),
            _ => false,
        };
        if (!fits) yield return $"{at} is {kind}, not {schema["type"]}";
        if (kind != JsonValueKind.String) yield break;
        var text = (string)value!;
        if ((int?)schema["maxLength"] < text.Length) yield return $"{at} is too long";
        if ((int?)schema["minLength"] > text.Length) yield return $"{at} is too short";
        if (schema["pattern"] is { } pattern && !Regex.IsMatch(text, (string)pattern!)) yield return $"{at} does not match {pattern}";
    }

    private static bool HasType(JsonNode schema) => schema["type"] is not null || Enum(schema).Count > 0;

    private static IReadOnlyList<JsonNode?> Enum(JsonNode schema) => schema["enum"] is JsonArray values ? [.. values] : [];

    private static IReadOnlyList<JsonNode> Parts(JsonNode schema, string name) => schema[name] is JsonArray parts ? [.. parts.Select(p => p!)] : [];
}

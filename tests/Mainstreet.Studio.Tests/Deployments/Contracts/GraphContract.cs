using System.Text.Json.Nodes;

namespace Mainstreet.Studio.Tests.Deployments.Contracts;

/// <summary>A GraphQL schema as introspection tells it (Railway's command line carries its own).</summary>
internal sealed class GraphContract : IContract
{
    private static readonly Lazy<GraphContract?> Loaded = new(() =>
        SharedData.Find("studio/railway-schema.json") is { } path ? new GraphContract(JsonNode.Parse(File.ReadAllText(path))!["data"]!["__schema"]!) : null);

    private readonly Dictionary<string, JsonNode> _types;

    private GraphContract(JsonNode schema) => _types = schema["types"]!.AsArray().ToDictionary(t => (string)t!["name"]!, t => t!);

    internal static GraphContract? Railway => Loaded.Value;

    /// <summary>The values of an enumeration.</summary>
    internal IReadOnlyList<string> Words(string type) => [.. _types[type]["enumValues"]!.AsArray().Select(v => (string)v!["name"]!)];

    public bool Knows(DoubleCall call) => call.Path == "/graphql/v2";

    public IReadOnlyList<string> CheckRequest(DoubleCall call)
    {
        if (!Knows(call)) return [];
        var body = JsonNode.Parse(call.Body)!;
        try
        {
            return CheckOperation(GraphOperation.Parse((string)body["query"]!), body["variables"]?.AsObject() ?? []);
        }
        catch (FormatException exception)
        {
            return [exception.Message];
        }
    }

    public IReadOnlyList<string> CheckAnswer(DoubleCall call, int status, byte[] body)
    {
        if (!Knows(call)) return [];
        if (status != 200) return [$"status {status} is not GraphQL's"];
        var answer = JsonNode.Parse(body)!;
        if (answer["errors"] is JsonArray) return [];
        var operation = GraphOperation.Parse((string)JsonNode.Parse(call.Body)!["query"]!);
        return answer["data"] is { } data ? [.. CheckData(data, operation.Fields, _types[operation.Root], operation.Root)] : ["the answer lacks 'data'"];
    }

    internal IReadOnlyList<string> CheckOperation(GraphOperation operation, JsonObject variables)
    {
        var wrong = new List<string>();
        foreach (var (name, type) in operation.Variables)
        {
            if (!_types.ContainsKey(GraphType.Named(type))) wrong.Add($"there is no type {type}");
            else wrong.AddRange(CheckInput(variables[name], type, $"${name}"));
        }

        wrong.AddRange(variables.Where(v => !operation.Variables.ContainsKey(v.Key)).Select(v => $"variable ${v.Key} is not declared"));
        wrong.AddRange(CheckFields(operation.Fields, _types[operation.Root], operation));
        return wrong;
    }

    private IEnumerable<string> CheckFields(IReadOnlyList<GraphField> fields, JsonNode type, GraphOperation operation)
    {
        foreach (var field in fields)
        {
            if (type["fields"]?.AsArray().FirstOrDefault(f => (string)f!["name"]! == field.Name) is not { } described)
            {
                yield return $"{type["name"]} has no field '{field.Name}'";
                continue;
            }

            foreach (var argument in described["args"]!.AsArray())
            {
                var wanted = GraphType.Text(argument!["type"]!);
                if (!field.Arguments.TryGetValue((string)argument["name"]!, out var given))
                {
                    if (wanted.EndsWith('!') && argument["defaultValue"] is null) yield return $"{field.Name} lacks its argument '{argument["name"]}'";
                }
                else if (given.StartsWith('$') && (!operation.Variables.TryGetValue(given[1..], out var declared) || !Fits(declared, wanted)))
                {
                    yield return $"{field.Name}: {given} does not fit '{argument["name"]}: {wanted}'";
                }
                else if (!given.StartsWith('$') && wanted.TrimEnd('!') == "Int" && !int.TryParse(given, out _))
                {
                    yield return $"{field.Name}: {given} is no Int";
                }
            }

            foreach (var unknown in field.Arguments.Keys.Where(k => described["args"]!.AsArray().All(a => (string)a!["name"]! != k))) yield return $"{field.Name} has no argument '{unknown}'";
            var named = _types[GraphType.Named(GraphType.Text(described["type"]!))];
            var isObject = (string)named["kind"]! is "OBJECT" or "INTERFACE";
            if (isObject != field.Fields.Count > 0) yield return isObject ? $"{field.Name} needs a selection" : $"{field.Name} is {named["name"]}, which has no fields to select";
            else foreach (var wrong in CheckFields(field.Fields, named, operation)) yield return wrong;
        }
    }

    private IEnumerable<string> CheckInput(JsonNode? value, string type, string at)
    {
        if (value is null) return type.EndsWith('!') ? [$"{at} is null, its type is {type}"] : [];
        var plain = type.TrimEnd('!');
        if (plain.StartsWith('[')) return value is JsonArray items ? items.SelectMany(i => CheckInput(i, plain[1..^1], at)) : [$"{at} is no list"];
        var described = _types[plain];
        switch ((string)described["kind"]!)
        {
            case "ENUM": return described["enumValues"]!.AsArray().Any(e => (string)e!["name"]! == (string?)value) ? [] : [$"{at}: {value} is no {plain}"];
            case "SCALAR": return IsScalar(value, plain) ? [] : [$"{at}: {value.ToJsonString()} is no {plain}"];
        }

        var fields = described["inputFields"]!.AsArray().ToDictionary(f => (string)f!["name"]!, f => GraphType.Text(f!["type"]!));
        if (value is not JsonObject members) return [$"{at} is no {plain}"];
        return [.. members.Where(m => !fields.ContainsKey(m.Key)).Select(m => $"{plain} has no '{m.Key}'"), .. fields.SelectMany(f => CheckInput(members[f.Key], f.Value, $"{at}.{f.Key}"))];
    }

    private IEnumerable<string> CheckData(JsonNode data, IReadOnlyList<GraphField> fields, JsonNode type, string at)
    {
        foreach (var field in fields)
        {
            var described = type["fields"]!.AsArray().First(f => (string)f!["name"]! == field.Name)!;
            if (!data.AsObject().ContainsKey(field.Name)) yield return $"{at} lacks '{field.Name}'";
            else foreach (var wrong in CheckValue(data[field.Name], GraphType.Text(described["type"]!), field, $"{at}.{field.Name}")) yield return wrong;
        }

        foreach (var extra in data.AsObject().Where(m => fields.All(f => f.Name != m.Key))) yield return $"{at} has '{extra.Key}', which was not asked for";
    }

    private IEnumerable<string> CheckValue(JsonNode? value, string type, GraphField field, string at)
    {
        if (value is null) return type.EndsWith('!') ? [$"{at} is null, its type is {type}"] : [];
        var plain = type.TrimEnd('!');
        if (plain.StartsWith('[')) return value is JsonArray items ? items.SelectMany(i => CheckValue(i, plain[1..^1], field, at)) : [$"{at} is no list"];
        return field.Fields.Count > 0 ? CheckData(value, field.Fields, _types[plain], at) : CheckInput(value, plain, at);
    }

    private static bool IsScalar(JsonNode value, string type) => (type, value.GetValueKind()) switch
    {
        ("String" or "ID" or "DateTime", System.Text.Json.JsonValueKind.String) => true,
        ("Int" or "Float", System.Text.Json.JsonValueKind.Number) => true,
        ("Boolean", System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False) => true,
        ("EnvironmentVariables" or "JSON" or "DeploymentMeta", System.Text.Json.JsonValueKind.Object) => true,
        _ => false,
    };

    private static bool Fits(string declared, string wanted) => declared == wanted || declared == wanted + "!" || declared.TrimEnd('!') == wanted;
}

/// <summary>Types as GraphQL writes them.</summary>
internal static class GraphType
{
    internal static string Text(JsonNode type) => (string)type["kind"]! switch
    {
        "NON_NULL" => Text(type["ofType"]!) + "!",
        "LIST" => $"[{Text(type["ofType"]!)}]",
        _ => (string)type["name"]!,
    };

    internal static string Named(string type) => type.Trim('[', ']', '!');
}

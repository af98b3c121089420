using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using YamlDotNet.Serialization;

namespace Mainstreet.Studio.Tests.Deployments.Contracts;

/// <summary>An OpenAPI 3 or Swagger 2 document.</summary>
internal sealed class ApiContract : IContract
{
    private static readonly ConcurrentDictionary<string, ApiContract?> Loaded = new();

    private readonly JsonNode _document;
    private readonly SchemaCheck _schemas;
    private readonly List<(string Method, string Template, Regex Path, JsonNode Operation, JsonNode Item)> _operations = [];
    private readonly bool _swagger;

    private ApiContract(JsonNode document)
    {
        _document = document;
        _schemas = new SchemaCheck(document);
        _swagger = document["swagger"] is not null;
        foreach (var (template, item) in document["paths"]!.AsObject())
        {
            var pattern = string.Join("[^/]+", Regex.Split(template, @"\{[^}]+\}").Select(Regex.Escape));
            // Netlify's path of a file holds slashes.
            if (template.EndsWith("/files/{path}", StringComparison.Ordinal)) pattern = pattern[..^"[^/]+".Length] + ".+";
            foreach (var (method, operation) in item!.AsObject())
            {
                if (method is "get" or "post" or "put" or "patch" or "delete") _operations.Add((method.ToUpperInvariant(), template, new Regex($"^{pattern}$"), operation!, item));
            }
        }
    }

    internal static ApiContract? Vercel => Loaded.GetOrAdd("studio/vercel-spec.json", Load);

    internal static ApiContract? Netlify => Loaded.GetOrAdd("studio/netlify-swagger.yml", Load);

    public bool Knows(DoubleCall call) => Find(call) is not null;

    public IReadOnlyList<string> CheckRequest(DoubleCall call)
    {
        if (Find(call) is not { } found) return [];
        var wrong = new List<string>();
        var parameters = Parameters(found.Operation, found.Item);
        foreach (var (name, value) in call.Query)
        {
            if (parameters.FirstOrDefault(p => (string?)p["in"] == "query" && (string?)p["name"] == name) is not { } parameter) wrong.Add($"query '{name}' is not documented");
            else wrong.AddRange(_schemas.CheckText(value, parameter["schema"] ?? parameter, $"query {name}"));
        }

        wrong.AddRange(parameters.Where(p => (string?)p["in"] == "query" && (bool?)p["required"] == true && !call.Query.ContainsKey((string)p["name"]!)).Select(p => $"query '{p["name"]}' is missing"));
        var (schema, required, types) = BodyOf(found.Operation, parameters);
        if (call.Body.Length == 0)
        {
            if (required && types.All(t => t.Contains("json", StringComparison.Ordinal))) wrong.Add("the body is missing");
            return Named(found, wrong);
        }

        if (schema is null) wrong.Add("a body is not documented");
        else if (!types.Any(t => call.ContentType?.StartsWith(t, StringComparison.OrdinalIgnoreCase) == true)) wrong.Add($"the media type '{call.ContentType}' is not among {string.Join(", ", types)}");
        else if (call.ContentType!.Contains("json", StringComparison.Ordinal)) wrong.AddRange(_schemas.Check(JsonNode.Parse(call.Body), schema, "body", strict: true));
        return Named(found, wrong);
    }

    public IReadOnlyList<string> CheckAnswer(DoubleCall call, int status, byte[] body)
    {
        if (Find(call) is not { } found) return [];
        var responses = found.Operation["responses"]!.AsObject();
        var response = Resolve(responses[status.ToString(System.Globalization.CultureInfo.InvariantCulture)] ?? responses["default"]);
        if (response is null) return Named(found, [$"status {status} is not documented"]);
        var schema = _swagger ? response["schema"] : response["content"]?["application/json"]?["schema"];
        if (schema is null) return [];
        if (body.Length == 0) return Named(found, [$"the answer {status} has no body"]);
        try
        {
            return Named(found, _schemas.Check(JsonNode.Parse(body), schema, $"answer {status}", strict: false));
        }
        catch (JsonException)
        {
            return Named(found, [$"the answer {status} is not JSON"]);
        }
    }

    /// <summary>An answer with everything that is required in it, to be filled with what matters.</summary>
    internal JsonObject Sample(string method, string path, int status)
    {
        var found = Find(new DoubleCall(method, path, new Dictionary<string, string>(), null, [], new Dictionary<string, string>()))!.Value;
        var response = Resolve(found.Operation["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)])!;
        return (JsonObject)_schemas.Sample((_swagger ? response["schema"] : response["content"]?["application/json"]?["schema"])!)!;
    }

    /// <summary>The same of one item of a list in the answer.</summary>
    internal JsonObject SampleItem(string method, string path, int status, string list)
    {
        var found = Find(new DoubleCall(method, path, new Dictionary<string, string>(), null, [], new Dictionary<string, string>()))!.Value;
        var schema = Resolve(found.Operation["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)])!["content"]!["application/json"]!["schema"]!;
        return (JsonObject)_schemas.Sample(schema["properties"]![list]!["items"]!)!;
    }

    /// <summary>The documented values of a member of an operation's answer 200.</summary>
    internal IReadOnlyList<string> Words(string path, string method, string member) =>
        [.. _document["paths"]![path]![method]!["responses"]!["200"]!["content"]!["application/json"]!["schema"]!["properties"]![member]!["enum"]!.AsArray().Select(v => (string)v!)];

    /// <summary>The documented values of a parameter of a path.</summary>
    internal IReadOnlyList<string> QueryWords(string path, string parameter) =>
        [.. _document["paths"]![path]!["parameters"]!.AsArray().Single(p => (string?)p!["name"] == parameter)!["enum"]!.AsArray().Select(v => (string)v!)];

    private (JsonNode Operation, JsonNode Item, string Template)? Find(DoubleCall call)
    {
        foreach (var (method, template, path, operation, item) in _operations.OrderBy(o => o.Template.Count(c => c == '{')))
        {
            if (method == call.Method && path.IsMatch(call.Path)) return (operation, item, $"{method} {template}");
        }

        return null;
    }

    private List<JsonNode> Parameters(JsonNode operation, JsonNode item) =>
        [.. new[] { operation["parameters"], item["parameters"] }.OfType<JsonArray>().SelectMany(a => a).Select(p => Resolve(p)!)];

    private (JsonNode? Schema, bool Required, string[] Types) BodyOf(JsonNode operation, List<JsonNode> parameters)
    {
        if (!_swagger)
        {
            var content = operation["requestBody"]?["content"]?.AsObject();
            var first = content?.FirstOrDefault();
            return (first?.Value?["schema"], (bool?)operation["requestBody"]?["required"] == true, content is null ? [] : [.. content.Select(c => c.Key)]);
        }

        var body = parameters.FirstOrDefault(p => (string?)p["in"] == "body");
        var types = (operation["consumes"] ?? _document["consumes"])?.AsArray().Select(t => (string)t!).ToArray() ?? [];
        return (body?["schema"], (bool?)body?["required"] == true, types);
    }

    private JsonNode? Resolve(JsonNode? node) => node?["$ref"] is { } reference ? _schemas.Follow((string)reference!) : node;

    private static IReadOnlyList<string> Named((JsonNode, JsonNode, string Template) found, IEnumerable<string> wrong) => [.. wrong.Select(w => $"{found.Template}: {w}")];

    private static ApiContract? Load(string file)
    {
        if (SharedData.Find(file) is not { } path) return null;
        var text = File.ReadAllText(path);
        if (!path.EndsWith(".yml", StringComparison.Ordinal)) return new ApiContract(JsonNode.Parse(text)!);
        var yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize<object>(text);
        return new ApiContract(JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(yaml))!);
    }
}

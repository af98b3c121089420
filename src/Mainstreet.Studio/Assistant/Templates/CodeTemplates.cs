using System.Text;
using System.Text.RegularExpressions;

namespace Mainstreet.Studio.Assistant.Templates;

/// <summary>Code that a template gives.</summary>
/// <param name="Path">A name for the file.</param>
/// <param name="Said">What it is, for people.</param>
internal sealed record GeneratedCode(string Path, string Code, string Said);

/// <summary>
/// What the built-in assistant can write by itself: records from a JSON example, a small CRUD API, a table in SQL, a mapper, and a form.
/// It recognises these requests by their words; anything else needs a model.
/// </summary>
internal static partial class CodeTemplates
{
    internal const string Known = "records from a JSON example; a CRUD API (\"CRUD API for products with name, price:decimal\"); a SQL table (\"SQL table for orders with ...\"); a mapper (\"mapper from Order to OrderView with ...\"); an HTML form (\"form for bookings with ...\"); or one of the project templates by its name";

    /// <returns>Null when no template fits.</returns>
    internal static GeneratedCode? Write(string request, string example)
    {
        var json = example.TrimStart() is ['{' or '[', ..] ? example : Json().Match(request) is { Success: true } match ? match.Value : null;
        var noun = FieldList.Noun(json is null ? request : request.Replace(json, "", StringComparison.Ordinal));
        if (json is not null && RecordFromJson.Write(json, noun ?? "Root") is { } records) return new GeneratedCode($"{noun ?? "Root"}.cs", records, "Records that hold what the JSON example holds.");
        var fields = FieldList.Fields(request);
        if (fields.Count == 0) return null;
        if (MapperWords().Match(request) is { Success: true } mapper) return Mapper(FieldList.Pascal(mapper.Groups[1].Value), FieldList.Pascal(mapper.Groups[2].Value), fields);
        if (noun is null) return null;
        if (SqlWords().IsMatch(request)) return Table(noun, fields);
        if (ApiWords().IsMatch(request)) return Api(noun, fields);
        if (FormWords().IsMatch(request)) return Form(noun, fields);
        return RecordWords().IsMatch(request) ? new GeneratedCode($"{noun}.cs", $"using System;\n\n{Record(noun, fields)}", $"A record for a {Words(noun)}.") : null;
    }

    private static string Record(string name, IEnumerable<Field> fields) => $"public sealed record {name}({string.Join(", ", fields.Select(field => $"{field.Type} {field.Name}"))});\n";

    private static GeneratedCode Api(string noun, IReadOnlyList<Field> given)
    {
        // The key is the API's own.
        var fields = given.Where(field => field.Name != "Id").ToList();
        var (item, all, path) = (FieldList.Camel(noun), FieldList.Camel(FieldList.Plural(noun)), FieldList.Plural(noun).ToLowerInvariant());
        if (item == all || Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(item) != Microsoft.CodeAnalysis.CSharp.SyntaxKind.None) (item, all) = ("entry", "entries");
        var checks = string.Concat(fields.Where(field => field.Type == "string").Select(field => $"    if (string.IsNullOrWhiteSpace(draft.{field.Name})) errors[\"{FieldList.Camel(field.Name)}\"] = [\"is required\"];\n"));
        checks += string.Concat(fields.Where(field => field.Type is "decimal" or "int").Select(field => $"    if (draft.{field.Name} < 0) errors[\"{FieldList.Camel(field.Name)}\"] = [\"must not be negative\"];\n"));
        var values = string.Join(", ", fields.Select(field => $"draft.{field.Name}"));
        var code = $$"""
            using System.Collections.Concurrent;

            var builder = WebApplication.CreateBuilder(args);
            var app = builder.Build();

            // Kept in memory: what a restart may lose. Exchange it for a database before anybody relies on it.
            var {{all}} = new ConcurrentDictionary<Guid, {{noun}}>();

            app.MapGet("/{{path}}", () => {{all}}.Values.OrderBy({{item}} => {{item}}.Id));

            app.MapGet("/{{path}}/{id:guid}", (Guid id) =>
                {{all}}.TryGetValue(id, out var {{item}}) ? Results.Ok({{item}}) : Results.NotFound());

            app.MapPost("/{{path}}", ({{noun}}Draft draft) =>
            {
                if (Check(draft) is { Count: > 0 } errors) return Results.ValidationProblem(errors);
                var {{item}} = new {{noun}}(Guid.CreateVersion7(), {{values}});
                {{all}}[{{item}}.Id] = {{item}};
                return Results.Created($"/{{path}}/{{{item}}.Id}", {{item}});
            });

            app.MapPut("/{{path}}/{id:guid}", (Guid id, {{noun}}Draft draft) =>
            {
                if (Check(draft) is { Count: > 0 } errors) return Results.ValidationProblem(errors);
                if (!{{all}}.TryGetValue(id, out var known)) return Results.NotFound();
                var {{item}} = new {{noun}}(id, {{values}});
                return {{all}}.TryUpdate(id, {{item}}, known) ? Results.Ok({{item}}) : Results.Conflict();
            });

            app.MapDelete("/{{path}}/{id:guid}", (Guid id) =>
                {{all}}.TryRemove(id, out _) ? Results.NoContent() : Results.NotFound());

            app.Run();

            static Dictionary<string, string[]> Check({{noun}}Draft draft)
            {
                var errors = new Dictionary<string, string[]>();
            {{checks}}    return errors;
            }

            public sealed record {{noun}}(Guid Id, {{string.Join(", ", fields.Select(field => $"{field.Type} {field.Name}"))}});

            public sealed record {{noun}}Draft({{string.Join(", ", fields.Select(field => $"{field.Type} {field.Name}"))}});

            """;
        return new GeneratedCode("Program.cs", code, $"An HTTP API that lists, reads, makes, changes and deletes {Words(FieldList.Plural(noun))}; it keeps them in memory.");
    }

    private static GeneratedCode Table(string noun, IEnumerable<Field> fields)
    {
        var table = Snake(FieldList.Plural(noun));
        var code = new StringBuilder().Append("CREATE TABLE ").Append(table).Append(" (\n  id uuid PRIMARY KEY");
        foreach (var field in fields.Where(field => field.Name != "Id")) code.Append(",\n  ").Append(Snake(field.Name)).Append(' ').Append(Sql(field.Type)).Append(" NOT NULL");
        code.Append(",\n  created_at timestamptz NOT NULL DEFAULT now()\n);\n");
        return new GeneratedCode($"{table}.sql", code.ToString(), $"A table of {Words(FieldList.Plural(noun))} for PostgreSQL.");
    }

    private static GeneratedCode Mapper(string from, string to, IReadOnlyList<Field> fields)
    {
        var code = $$"""
            using System;

            {{Record(from, fields)}}
            {{Record(to, fields)}}
            public static class {{from}}Mapping
            {
                public static {{to}} To{{to}}(this {{from}} source) => new({{string.Join(", ", fields.Select(field => $"source.{field.Name}"))}});

                public static {{from}} To{{from}}(this {{to}} source) => new({{string.Join(", ", fields.Select(field => $"source.{field.Name}"))}});
            }

            """;
        return new GeneratedCode($"{from}Mapping.cs", code, $"Both records, and methods that make either out of the other.");
    }

    private static GeneratedCode Form(string noun, IEnumerable<Field> fields)
    {
        var rows = string.Concat(fields.Select(field => $"""
                <p>
                  <label for="{Snake(field.Name)}">{Words(field.Name)}</label>
                  <input id="{Snake(field.Name)}" name="{Snake(field.Name)}" {Input(field.Type)}>
                </p>

            """));
        var code = $"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>{Words(noun)}</title>
            </head>
            <body>
              <h1>{Words(noun)}</h1>
              <form method="post">
            {rows}    <button type="submit">Send</button>
              </form>
            </body>
            </html>

            """;
        return new GeneratedCode($"{Snake(noun)}.html", code, $"A page with a form for a {Words(noun).ToLowerInvariant()}.");
    }

    private static string Input(string type) => type switch
    {
        "int" or "long" => "type=\"number\" step=\"1\" required",
        "decimal" or "double" => "type=\"number\" step=\"0.01\" required",
        "bool" => "type=\"checkbox\"",
        "DateOnly" => "type=\"date\" required",
        "DateTimeOffset" => "type=\"datetime-local\" required",
        _ => "type=\"text\" maxlength=\"200\" required",
    };

    private static string Sql(string type) => type switch
    {
        "int" => "integer",
        "long" => "bigint",
        "decimal" => "numeric(12, 2)",
        "double" => "double precision",
        "bool" => "boolean",
        "Guid" => "uuid",
        "DateOnly" => "date",
        "DateTimeOffset" => "timestamptz",
        _ => "text",
    };

    private static string Words(string name) => Capital().Replace(name, " $1").Trim();

    private static string Snake(string name) => Capital().Replace(name, "_$1").Trim('_').ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])([A-Z])")]
    private static partial Regex Capital();

    [GeneratedRegex(@"[\{\[].*[\}\]]", RegexOptions.Singleline)]
    private static partial Regex Json();

    [GeneratedRegex(@"\bmapp(?:er|ing)\b.*?\bfrom\s+(\w+)\s+to\s+(\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex MapperWords();

    [GeneratedRegex(@"\b(?:sql|table)\b", RegexOptions.IgnoreCase)]
    private static partial Regex SqlWords();

    [GeneratedRegex(@"\b(?:crud|api|endpoints?|rest|service)\b", RegexOptions.IgnoreCase)]
    private static partial Regex ApiWords();

    [GeneratedRegex(@"\b(?:form|page)\b", RegexOptions.IgnoreCase)]
    private static partial Regex FormWords();

    [GeneratedRegex(@"\b(?:record|class|type|model|dto)\b", RegexOptions.IgnoreCase)]
    private static partial Regex RecordWords();
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Mainstreet.Careers.Profiles;

/// <summary>Derives the facts of a JSON Resume, in the document's order. Empty and unknown members are no facts.</summary>
internal sealed class FactReader
{
    private readonly List<Fact> _facts = [];
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

    /// <param name="document">A checked JSON Resume.</param>
    internal static IReadOnlyList<Fact> Read(string document)
    {
        using var parsed = JsonDocument.Parse(document);
        var reader = new FactReader();
        if (parsed.RootElement.ValueKind == JsonValueKind.Object) reader.ReadRoot(parsed.RootElement);
        return reader._facts;
    }

    private void ReadRoot(JsonElement root)
    {
        if (root.TryGetProperty("basics", out var basics) && basics.ValueKind == JsonValueKind.Object) Basics(basics);
        foreach (var (item, path) in Items(root, "work"))
        {
            Engagement(FactKind.Work, item, path, Text(item, "name", "company"), Text(item, "position"), Text(item, "startDate"), Text(item, "endDate"), "summary", "description");
        }

        foreach (var (item, path) in Items(root, "volunteer"))
            Engagement(FactKind.Volunteer, item, path, Text(item, "organization", "company"), Text(item, "position"), Text(item, "startDate"), Text(item, "endDate"), "summary");
        foreach (var (item, path) in Items(root, "projects")) Project(item, path);
        foreach (var (item, path) in Items(root, "education")) Education(item, path);
        foreach (var (item, path) in Items(root, "certificates"))
            Single(FactKind.Certificate, item, path, Text(item, "name"), Text(item, "issuer"), Text(item, "date"), null);
        foreach (var (item, path) in Items(root, "awards")) Single(FactKind.Award, item, path, Text(item, "title"), Text(item, "awarder"), Text(item, "date"), "summary");
        foreach (var (item, path) in Items(root, "publications"))
            Single(FactKind.Publication, item, path, Text(item, "name"), Text(item, "publisher"), Text(item, "releaseDate"), "summary");
        foreach (var (item, path) in Items(root, "skills")) Group(FactKind.Skill, item, path, Text(item, "name"), Text(item, "level"));
        foreach (var (item, path) in Items(root, "languages")) Add(FactKind.Language, Text(item, "language"), $"{path}.language", level: Text(item, "fluency"));
        foreach (var (item, path) in Items(root, "interests")) Group(FactKind.Interest, item, path, Text(item, "name"), null);
        foreach (var (item, path) in Items(root, "references")) Add(FactKind.Reference, Text(item, "reference"), $"{path}.reference", title: Text(item, "name"));
    }

    private void Basics(JsonElement basics)
    {
        Add(FactKind.Name, Text(basics, "name"), "$.basics.name");
        Add(FactKind.Headline, Text(basics, "label"), "$.basics.label");
        Add(FactKind.Contact, Text(basics, "email"), "$.basics.email");
        Add(FactKind.Contact, Text(basics, "phone"), "$.basics.phone");
        Add(FactKind.Link, Text(basics, "url", "website"), Text(basics, "url") is null ? "$.basics.website" : "$.basics.url");
        Add(FactKind.Summary, Text(basics, "summary"), "$.basics.summary");
        if (basics.TryGetProperty("location", out var place) && place.ValueKind == JsonValueKind.Object)
        {
            var parts = new[] { Text(place, "city"), Text(place, "region"), Text(place, "countryCode") }.OfType<string>().ToList();
            if (parts.Count > 0) Add(FactKind.Place, string.Join(", ", parts), "$.basics.location");
        }

        foreach (var (item, path) in Items(basics, "profiles", "$.basics"))
            Add(FactKind.Link, Text(item, "url", "username"), Text(item, "url") is null ? $"{path}.username" : $"{path}.url", title: Text(item, "network"));
    }

    private void Engagement(
        FactKind kind, JsonElement item, string path, string? employer, string? title, string? from, string? to, params ReadOnlySpan<string> prose)
    {
        var (start, end) = (PartialDate.Parse(from), PartialDate.Parse(to));
        var head = Join(title, employer);
        var parent = Add(kind, head, path, null, employer, title, start, end, identity: $"{title}\n{employer}\n{start}");
        foreach (var name in prose) Add(FactKind.WorkSummary, Text(item, name), $"{path}.{name}", parent, employer, title, start, end);
        foreach (var (text, at) in Texts(item, "highlights", path)) Add(FactKind.Highlight, text, at, parent, employer, title, start, end);
    }

    private void Project(JsonElement item, string path)
    {
        var (name, entity) = (Text(item, "name"), Text(item, "entity"));
        var (start, end) = (PartialDate.Parse(Text(item, "startDate")), PartialDate.Parse(Text(item, "endDate")));
        var parent = Add(FactKind.Project, name, path, null, entity, name, start, end, identity: $"{name}\n{entity}\n{start}");
        Add(FactKind.WorkSummary, Text(item, "description"), $"{path}.description", parent, entity, name, start, end);
        foreach (var (text, at) in Texts(item, "highlights", path)) Add(FactKind.Highlight, text, at, parent, entity, name, start, end);
        foreach (var (text, at) in Texts(item, "keywords", path)) Add(FactKind.Skill, text, at, parent, entity, name, start, end);
    }

    private void Education(JsonElement item, string path)
    {
        var (school, area, type) = (Text(item, "institution"), Text(item, "area"), Text(item, "studyType"));
        var degree = type is not null && area is not null ? $"{type}, {area}" : type ?? area;
        var (start, end) = (PartialDate.Parse(Text(item, "startDate")), PartialDate.Parse(Text(item, "endDate")));
        var parent = Add(
            FactKind.Education, Join(degree, school), path, null, school, degree, start, end, Text(item, "score", "gpa"), $"{degree}\n{school}\n{start}");
        foreach (var (text, at) in Texts(item, "courses", path)) Add(FactKind.Course, text, at, parent, school, degree, start, end);
    }

    private void Single(FactKind kind, JsonElement item, string path, string? name, string? by, string? date, string? prose)
    {
        var day = PartialDate.Parse(date);
        var parent = Add(kind, name, path, null, by, name, day, identity: $"{name}\n{by}\n{day}");
        if (prose is not null) Add(FactKind.WorkSummary, Text(item, prose), $"{path}.{prose}", parent, by, name, day);
    }

    private void Group(FactKind kind, JsonElement item, string path, string? name, string? level)
    {
        var parent = Add(kind, name, $"{path}.name", level: level);
        foreach (var (text, at) in Texts(item, "keywords", path)) Add(kind, text, at, parent, level: level);
    }

    private string? Add(
        FactKind kind, string? text, string path, string? parent = null, string? employer = null, string? title = null, PartialDate? from = null,
        PartialDate? to = null, string? level = null, string? identity = null)
    {
        if (text is null) return parent;
        // The suffix of a repeated parent is left out: what hangs on two equal ones must not change its id when they trade places.
        var root = parent is null ? "" : parent[..(parent.IndexOf('-', StringComparison.Ordinal) + 1 + HashLength)];
        var word = char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];
        var id = $"{word}-{Hash($"{word}\n{root}\n{Normalise(identity ?? text)}")}";
        var times = _seen[id] = _seen.GetValueOrDefault(id) + 1;
        if (times > 1) id = $"{id}-{times}";
        _facts.Add(new Fact(id, kind, text, path, parent, employer, title, from, to, level));
        return id;
    }

    private const int HashLength = 12;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength];

    private static string Normalise(string text) =>
        string.Join(' ', text.Normalize(NormalizationForm.FormC).ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string? Join(string? first, string? second) => first is not null && second is not null ? $"{first}, {second}" : first ?? second;

    private static string? Text(JsonElement item, params ReadOnlySpan<string> names)
    {
        if (item.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in names)
        {
            if (item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text) return text;
        }

        return null;
    }

    private static IEnumerable<(JsonElement Item, string Path)> Items(JsonElement parent, string name, string path = "$")
    {
        if (!parent.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array) yield break;
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.Object) yield return (item, $"{path}.{name}[{index}]");
            index++;
        }
    }

    private static IEnumerable<(string Text, string Path)> Texts(JsonElement parent, string name, string path)
    {
        if (!parent.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array) yield break;
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString()!.Trim() is { Length: > 0 } text) yield return (text, $"{path}.{name}[{index}]");
            index++;
        }
    }
}

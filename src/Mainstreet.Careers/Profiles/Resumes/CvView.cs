using System.Text.Json;

namespace Mainstreet.Careers.Profiles.Resumes;

internal sealed record CvLink(string Network, string Text, string? Url);

/// <param name="Title">What it is: the job, the degree, the skill.</param>
/// <param name="By">Where or by whom: the employer, the school, the level.</param>
/// <param name="Dates">As the document writes them, or null.</param>
/// <param name="Url">Only http and https: anything else in a document stays words.</param>
internal sealed record CvEntry(
    string? Title, string? By, string? Dates, string? Text, IReadOnlyList<string> Items, IReadOnlyList<string> Keywords, string? Url, PartialDate? From, PartialDate? To);

/// <param name="Name">The member of the document.</param>
/// <param name="IsList">Words to be read at a glance, without dates: skills, languages, interests.</param>
internal sealed record CvSection(string Name, string Title, bool IsList, IReadOnlyList<CvEntry> Entries);

/// <summary>A JSON Resume, of any version, as it is shown to people. Empty members and sections are left out.</summary>
internal sealed record CvView(
    string? Name, string? Label, string? Email, string? Phone, string? Place, string? Url, string? Summary, IReadOnlyList<CvLink> Links, IReadOnlyList<CvSection> Sections)
{
    private static readonly Dictionary<string, string> Titles = new(StringComparer.Ordinal)
    {
        ["work"] = "Experience", ["projects"] = "Projects", ["volunteer"] = "Volunteering", ["education"] = "Education", ["certificates"] = "Certificates",
        ["awards"] = "Awards", ["publications"] = "Publications", ["skills"] = "Skills", ["languages"] = "Languages", ["interests"] = "Interests",
        ["references"] = "References",
    };

    internal static string TitleOf(string section) => Titles[section];

    internal static CvView Of(string document)
    {
        using var parsed = JsonDocument.Parse(document);
        var root = parsed.RootElement;
        var basics = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("basics", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        var place = basics.ValueKind == JsonValueKind.Object && basics.TryGetProperty("location", out var where) ? where : default;
        var places = new[] { Text(place, "address"), Text(place, "postalCode"), Text(place, "city"), Text(place, "region"), Text(place, "countryCode") }.OfType<string>();
        var links = Objects(basics, "profiles")
            .Select(l => new CvLink(Text(l, "network") ?? "Link", Text(l, "username", "url") ?? "", Web(Text(l, "url"))))
            .Where(l => l.Text.Length > 0).ToList();
        var sections = ResumeSchema.Sections
            .Select(s => new CvSection(s, Titles[s], s is "skills" or "languages" or "interests", [.. Objects(root, s).Select(i => Entry(s, i)).OfType<CvEntry>()]))
            .Where(s => s.Entries.Count > 0).ToList();
        return new CvView(
            Text(basics, "name"), Text(basics, "label"), Text(basics, "email"), Text(basics, "phone"), string.Join(", ", places) is { Length: > 0 } all ? all : null,
            Web(Text(basics, "url", "website")), Text(basics, "summary"), links, sections);
    }

    private static CvEntry? Entry(string section, JsonElement item)
    {
        var (title, by) = section switch
        {
            "work" => (Text(item, "position"), Both(Text(item, "name", "company"), Text(item, "location"))),
            "volunteer" => (Text(item, "position"), Text(item, "organization", "company")),
            "projects" => (Text(item, "name"), Text(item, "entity")),
            "education" => (Both(Text(item, "studyType"), Text(item, "area")), Both(Text(item, "institution"), Text(item, "score", "gpa"))),
            "certificates" => (Text(item, "name"), Text(item, "issuer")),
            "awards" => (Text(item, "title"), Text(item, "awarder")),
            "publications" => (Text(item, "name"), Text(item, "publisher")),
            "languages" => (Text(item, "language"), Text(item, "fluency")),
            "skills" => (Text(item, "name"), Text(item, "level")),
            _ => (Text(item, "name"), null),
        };
        var (from, to) = (Text(item, "startDate", "date", "releaseDate"), Text(item, "endDate"));
        var running = section is "work" or "volunteer" && from is not null && to is null;
        var entry = new CvEntry(
            title, by, from is not null && (to is not null || running) ? $"{from} – {to ?? "now"}" : from ?? to, Text(item, "summary", "description", "reference"),
            [.. Texts(item, "highlights"), .. Texts(item, "courses")], [.. Texts(item, "keywords")], Web(Text(item, "url", "website")), PartialDate.Parse(from), PartialDate.Parse(to));
        return entry is { Title: null, By: null, Text: null, Items.Count: 0, Keywords.Count: 0 } ? null : entry;
    }

    /// <summary>The address when a browser may follow it.</summary>
    private static string? Web(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") ? address : null;

    private static string? Both(string? first, string? second) => first is not null && second is not null ? $"{first}, {second}" : first ?? second;

    private static string? Text(JsonElement item, params ReadOnlySpan<string> names)
    {
        if (item.ValueKind != JsonValueKind.Object) return null;
        foreach (var name in names)
        {
            if (item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text) return text;
        }

        return null;
    }

    private static IEnumerable<JsonElement> Objects(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object) : [];

    private static IEnumerable<string> Texts(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!.Trim()).Where(t => t.Length > 0) : [];
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Profiles.Import;

/// <summary>
/// Sorts the lines of a résumé into a JSON Resume by fixed rules. Every text in the result stands in the lines; nothing is completed, translated or guessed
/// beyond which member it belongs to, and where that was a guess a note says so. Lines that fit nowhere are noted, not lost.
/// </summary>
internal sealed partial class Sectioniser
{
    private readonly List<ImportNote> _notes = [];
    private readonly JsonObject _resume = [];

    internal static (JsonObject Resume, IReadOnlyList<ImportNote> Notes) Read(IReadOnlyList<TextLine> lines)
    {
        var sectioniser = new Sectioniser();
        sectioniser.Sort(lines);
        return (sectioniser._resume, sectioniser._notes);
    }

    private void Sort(IReadOnlyList<TextLine> lines)
    {
        var head = new List<TextLine>();
        var sections = new Dictionary<string, List<TextLine>>(StringComparer.Ordinal);
        var current = head;
        var name = "";
        foreach (var line in lines)
        {
            var opened = SectionNames.Of(line);
            // A heading of a kind we do not know, above all sections or within entries, is a name, a job or a school in large letters.
            if (opened == SectionNames.Other && (name is "" or "work" or "education" or "volunteer" or "projects")) opened = null;
            if (opened is null)
            {
                current.Add(line);
                continue;
            }

            name = opened;
            if (!sections.TryGetValue(opened, out var section)) sections[opened] = section = [];
            if (opened == SectionNames.Other) section.Add(line);
            current = section;
        }

        var basics = new JsonObject();
        _resume["basics"] = basics;
        var contact = sections.GetValueOrDefault("contact") ?? [];
        new BasicsReader(basics, _notes).Read(head, contact, sections.GetValueOrDefault("summary") ?? []);
        var entries = new EntryReader(_notes);
        Put("work", entries.Work(sections.GetValueOrDefault("work"), "$.work", "name"));
        Put("volunteer", entries.Work(sections.GetValueOrDefault("volunteer"), "$.volunteer", "organization"));
        Put("education", entries.Education(sections.GetValueOrDefault("education")));
        Put("projects", entries.Projects(sections.GetValueOrDefault("projects")));
        Put("certificates", Dated(sections.GetValueOrDefault("certificates"), "certificates", "name", "date"));
        Put("awards", Dated(sections.GetValueOrDefault("awards"), "awards", "title", "date"));
        Put("publications", Dated(sections.GetValueOrDefault("publications"), "publications", "name", "releaseDate"));
        Put("skills", Skills(sections.GetValueOrDefault("skills")));
        Put("languages", Languages(sections.GetValueOrDefault("languages")));
        Put("interests", Names(sections.GetValueOrDefault("interests"), "name"));
        Put("references", Names(sections.GetValueOrDefault("references"), "reference", split: false));
        foreach (var line in sections.GetValueOrDefault(SectionNames.Other) ?? []) _notes.Add(new ImportNote(null, "fits in no section of a profile", line.Text));
        if (basics.Count == 0) _resume.Remove("basics");
    }

    private void Put(string name, JsonArray items)
    {
        if (items.Count > 0) _resume[name] = items;
    }

    private JsonArray Dated(List<TextLine>? lines, string section, string name, string date)
    {
        var items = new JsonArray();
        foreach (var line in Joined(lines))
        {
            var found = DateRanges.Find(line);
            var text = found is null ? line : Words.Trim(line.Remove(found.At, found.Length));
            if (text.Length == 0)
            {
                _notes.Add(new ImportNote(null, "is a date without a name", line));
                continue;
            }

            var item = new JsonObject { [name] = text };
            if (found is not null) item[date] = found.From.ToString();
            items.Add(item);
            if (text.Contains(',', StringComparison.Ordinal) || text.Contains('\t', StringComparison.Ordinal) || text.Contains(" - ", StringComparison.Ordinal))
                _notes.Add(new ImportNote($"$.{section}[{items.Count - 1}].{name}", "may hold more than the name, such as who gave it", line));
        }

        return items;
    }

    private static JsonArray Skills(List<TextLine>? lines)
    {
        var items = new JsonArray();
        foreach (var line in Joined(lines))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && colon < 40 && Words.Split(line[(colon + 1)..]) is { Count: > 0 } keywords)
            {
                items.Add(new JsonObject { ["name"] = line[..colon].Trim(), ["keywords"] = new JsonArray([.. keywords.Select(k => (JsonNode)k)]) });
                continue;
            }

            foreach (var skill in Words.Split(line)) items.Add(new JsonObject { ["name"] = skill });
        }

        return items;
    }

    private static JsonArray Languages(List<TextLine>? lines)
    {
        var items = new JsonArray();
        foreach (var text in Joined(lines).SelectMany(Words.SplitOutside))
        {
            var match = Fluency().Match(text);
            var item = new JsonObject { ["language"] = match.Success ? match.Groups["language"].Value.Trim() : text };
            if (match.Success) item["fluency"] = match.Groups["fluency"].Value.Trim();
            items.Add(item);
        }

        return items;
    }

    private static JsonArray Names(List<TextLine>? lines, string name, bool split = true) =>
        new([.. Joined(lines).SelectMany(l => split ? Words.Split(l) : [l]).Select(t => (JsonNode)new JsonObject { [name] = t })]);

    /// <summary>The lines without their bullets; one that goes on in the next is one.</summary>
    private static IEnumerable<string> Joined(List<TextLine>? lines)
    {
        string? open = null;
        foreach (var line in lines ?? [])
        {
            var text = Words.Trim(Words.WithoutBullet(line.Text));
            if (text.Length == 0) continue;
            if (open is not null && (open[^1] is ',' or ';' || (char.IsLower(text[0]) && !Words.IsBullet(line))))
            {
                open = $"{open} {text}";
                continue;
            }

            if (open is not null) yield return open;
            open = text;
        }

        if (open is not null) yield return open;
    }

    [GeneratedRegex(@"^(?<language>[^(:–—-]+?)\s*(?:\((?<fluency>[^)]+)\)|[:–—-]\s*(?<fluency>.+))$", RegexOptions.None, 1000)]
    private static partial Regex Fluency();
}

using System.Text.Json.Nodes;

namespace Mainstreet.Careers.Profiles.Import;

/// <summary>Jobs, studies and projects: entries with a head, dates and items.</summary>
internal sealed class EntryReader(List<ImportNote> notes)
{
    private sealed class Entry
    {
        internal List<string> Head { get; } = [];

        internal DateRange? Dates { get; set; }

        internal List<string> Items { get; } = [];

        internal List<string> Prose { get; } = [];

        internal string Source { get; set; } = "";
    }

    internal JsonArray Work(List<TextLine>? lines, string path, string employer)
    {
        var items = new JsonArray();
        foreach (var entry in Entries(lines ?? []))
        {
            var item = new JsonObject();
            var at = $"{path}[{items.Count}]";
            var parts = entry.Head.SelectMany(Words.Parts).Distinct(StringComparer.Ordinal).ToList();
            var position = parts.Find(Words.IsRole) ?? parts.FirstOrDefault();
            var left = parts.Where(p => p != position).ToList();
            var name = left.Find(Words.IsCompany) ?? left.FirstOrDefault();
            var place = left.Where(p => p != name).ToList();
            // A line alone that is no job is the employer.
            if (parts.Count == 1 && !Words.IsRole(parts[0])) (position, name) = (null, parts[0]);
            if (position is not null) item["position"] = position;
            if (name is not null) item[employer] = name;
            if (place.Count > 0 && employer == "name") item["location"] = string.Join(", ", place);
            else foreach (var rest in place) notes.Add(new ImportNote(null, "fits in no field of a profile", rest));
            if (parts.Count > 0 && (position is null || name is null || !Words.IsRole(position) || parts.Count > 2))
                notes.Add(new ImportNote(at, "job, employer and place were told apart by their order", entry.Source));
            Finish(item, entry, "summary", "highlights", at);
            items.Add(item);
        }

        return items;
    }

    internal JsonArray Education(List<TextLine>? lines)
    {
        var items = new JsonArray();
        foreach (var entry in Entries(lines ?? []))
        {
            var item = new JsonObject();
            var at = $"$.education[{items.Count}]";
            var parts = entry.Head.SelectMany(Words.Parts).Distinct(StringComparer.Ordinal).ToList();
            var school = parts.Find(Words.IsSchool) ?? parts.Find(p => !Words.IsDegree(p));
            var degree = parts.Find(p => p != school && Words.IsDegree(p));
            if (school is not null) item["institution"] = school;
            if (degree is not null) Degree(item, degree);
            var rest = parts.Where(p => p != school && p != degree).ToList();
            if (rest.Count > 0 && item["area"] is null)
            {
                item["area"] = rest[0];
                rest.RemoveAt(0);
            }

            if (school is null || degree is null || rest.Count > 0) notes.Add(new ImportNote(at, "school, degree and subject were told apart by their order", entry.Source));
            foreach (var more in rest) notes.Add(new ImportNote(null, "fits in no field of a profile", more));
            foreach (var line in entry.Prose) notes.Add(new ImportNote(null, "fits in no field of a profile", line));
            entry.Prose.Clear();
            Finish(item, entry, "summary", "courses", at);
            items.Add(item);
        }

        return items;
    }

    internal JsonArray Projects(List<TextLine>? lines)
    {
        var items = new JsonArray();
        foreach (var entry in Entries(lines ?? []))
        {
            var item = new JsonObject();
            if (entry.Head.Count > 0) item["name"] = entry.Head[0];
            entry.Prose.InsertRange(0, entry.Head.Skip(1));
            Finish(item, entry, "description", "highlights", $"$.projects[{items.Count}]");
            items.Add(item);
        }

        return items;
    }

    private static void Degree(JsonObject item, string degree)
    {
        var split = degree.IndexOf(" in ", StringComparison.OrdinalIgnoreCase);
        item["studyType"] = split > 0 ? degree[..split].Trim() : degree;
        if (split > 0 && degree[(split + 4)..].Trim() is { Length: > 0 } area) item["area"] = area;
    }

    private void Finish(JsonObject item, Entry entry, string prose, string list, string path)
    {
        if (entry.Dates is { } dates)
        {
            if (dates.Single)
            {
                // One date on a job or a degree: nobody said whether it began or ended then.
                item["endDate"] = dates.From.ToString();
                notes.Add(new ImportNote($"{path}.endDate", "is the only date given; it may be when this began", entry.Source));
            }
            else
            {
                item["startDate"] = dates.From.ToString();
                if (dates.To is { } to) item["endDate"] = to.ToString();
            }
        }

        if (entry.Prose.Count > 0) item[prose] = string.Join(' ', entry.Prose);
        if (entry.Items.Count > 0) item[list] = new JsonArray([.. entry.Items.Select(i => (JsonNode)i)]);
    }

    /// <summary>An entry begins with its date's line, or with the one or two short lines before it that belong to no entry yet.</summary>
    private static List<Entry> Entries(List<TextLine> lines)
    {
        var entries = new List<Entry>();
        var starts = Starts(lines);
        Entry? open = null;
        var bulleted = false;
        for (var i = 0; i < lines.Count; i++)
        {
            if (starts.Contains(i) || open is null)
            {
                entries.Add(open = new Entry { Source = lines[i].Text });
                bulleted = false;
            }

            var line = lines[i];
            var bullet = Words.IsBullet(line);
            var text = Words.Trim(Words.WithoutBullet(line.Text));
            var headed = !bullet && !bulleted && open.Prose.Count == 0;
            if (headed && open.Dates is null && DateRanges.Find(text) is { } dates && !Words.IsSentence(text))
            {
                open.Dates = dates;
                text = Words.Trim(text.Remove(dates.At, dates.Length));
                if (text.Length > 0) open.Head.Add(text);
            }
            else if (text.Length == 0)
            {
                continue;
            }
            else if (bullet)
            {
                open.Items.Add(text.Replace('\t', ' '));
                bulleted = true;
            }
            else if (bulleted)
            {
                open.Items[^1] = Continue(open.Items[^1], text.Replace('\t', ' '));
            }
            else if (headed && open.Head.Count < 2 && !Words.IsSentence(text) && text.Length <= 80)
            {
                open.Head.Add(text);
            }
            else
            {
                open.Prose.Add(text.Replace('\t', ' '));
            }
        }

        return entries;
    }

    private static HashSet<int> Starts(List<TextLine> lines)
    {
        var starts = new HashSet<int>();
        var free = 0;   // the first line that no head has taken
        for (var i = 0; i < lines.Count; i++)
        {
            if (Words.IsBullet(lines[i]) || Words.IsSentence(lines[i].Text) || DateRanges.Find(lines[i].Text) is not { } dates) continue;
            var own = Words.Trim(lines[i].Text.Remove(dates.At, dates.Length));
            if (dates.Single && own.Length > 60) continue;
            var start = i;
            var wanted = own.Length == 0 ? 2 : Words.Parts(own).Count == 1 ? 1 : 0;
            while (wanted-- > 0 && start - 1 >= free && MayHead(lines[start - 1])) start--;
            // The second line under a head may hold the dates of the same entry.
            if (starts.Count > 0 && start == i && own.Length == 0) continue;
            starts.Add(start);
            free = i + 1;
        }

        return starts;

        static bool MayHead(TextLine line) =>
            !Words.IsBullet(line) && !Words.IsSentence(line.Text) && line.Text.Length <= 80 && char.IsUpper(line.Text[0]) && !line.Text.EndsWith('.') && DateRanges.Find(line.Text) is null;
    }

    private static string Continue(string text, string more) => text.EndsWith('-') && char.IsLower(more[0]) ? text + more : $"{text} {more}";
}

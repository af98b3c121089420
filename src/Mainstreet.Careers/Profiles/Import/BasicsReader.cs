using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Mainstreet.Careers.Profiles.Resumes;

namespace Mainstreet.Careers.Profiles.Import;

/// <summary>Name, headline, contact data and summary: what stands above the first section.</summary>
internal sealed partial class BasicsReader(JsonObject basics, List<ImportNote> notes)
{
    internal void Read(List<TextLine> head, List<TextLine> contact, List<TextLine> summary)
    {
        var prose = new List<string>();
        foreach (var line in head.Concat(contact))
        {
            var rest = Contact(line.Text);
            foreach (var part in rest.Split(['|', '\t', '•', '·', '◦']).Select(Words.Trim).Where(p => p.Length > 0 && !Label().IsMatch(p))) Part(part, line, contact.Contains(line), prose);
        }

        var whole = string.Join(' ', summary.Select(l => Words.WithoutBullet(l.Text).Replace('\t', ' ')));
        if (whole.Length > 0) basics["summary"] = whole;
        else if (prose.Count > 0) basics["summary"] = string.Join(' ', prose);
        if (basics["name"] is null) notes.Add(new ImportNote("$.basics.name", "no name was found", head.Count > 0 ? head[0].Text : ""));
    }

    /// <summary>Takes e-mail, telephone and addresses out of the line; gives back the rest.</summary>
    private string Contact(string text)
    {
        text = Take(text, Email(), found => ResumeReader.IsEmail(found) && Set("email", found));
        text = Take(text, Address(), found => Link(found));
        return Take(text, Phone(), found =>
        {
            if (found.Count(char.IsDigit) is < 7 or > 15 || PartialDate.Parse(found) is not null || DateRanges.Find(found) is { Single: false }) return false;
            return Set("phone", found.Trim());
        });
    }

    private static string Take(string text, Regex form, Func<string, bool> use)
    {
        foreach (var match in form.Matches(text).Reverse())
        {
            if (use(match.Value)) text = text.Remove(match.Index, match.Length).Insert(match.Index, "|");
        }

        return text;
    }

    private void Part(string part, TextLine line, bool inContact, List<string> prose)
    {
        if (basics["name"] is null && !inContact && IsName(part))
        {
            basics["name"] = part;
            if (Words.IsRole(part)) notes.Add(new ImportNote("$.basics.name", "may be a job and not a name", line.Text));
            return;
        }

        if (basics["location"] is null && Place().Match(part) is { Success: true } place && !Words.IsRole(part))
        {
            // Which of city, region and country a word is, only the person knows: what stands first is a city nearly always.
            basics["location"] = new JsonObject { ["city"] = place.Groups["city"].Value, ["region"] = place.Groups["rest"].Value };
            notes.Add(new ImportNote("$.basics.location", "city and region were told apart by the comma", line.Text));
            return;
        }

        if (Words.IsSentence(part) || prose.Count > 0) prose.Add(part);
        else if (basics["label"] is null && !inContact && basics["name"] is not null && part.Length <= 80)
        {
            basics["label"] = part;
            if (!Words.IsRole(part)) notes.Add(new ImportNote("$.basics.label", "was taken for the headline because it stands below the name", line.Text));
        }
        else notes.Add(new ImportNote(null, "fits in no field of a profile", line.Text));
    }

    private bool Set(string name, string value)
    {
        if (basics[name] is not null)
        {
            notes.Add(new ImportNote($"$.basics.{name}", "is one of several in the file", value));
            return true;
        }

        basics[name] = value;
        return true;
    }

    private bool Link(string found)
    {
        var text = found.TrimEnd('.', ',', ';', ')');
        // An address without its scheme is one on the web; that is its form, not a claim.
        var url = text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}";
        if (!ResumeReader.IsAddress(url)) return false;
        var uri = new Uri(url);
        var network = Network().Match(uri.Host);
        if (!network.Success)
        {
            if (basics["url"] is null) basics["url"] = url;
            else notes.Add(new ImportNote("$.basics.url", "is one of several in the file", text));
            return true;
        }

        var profiles = basics["profiles"] as JsonArray ?? [];
        basics["profiles"] = profiles;
        var profile = new JsonObject { ["network"] = Names[network.Value.ToLowerInvariant()], ["url"] = url };
        if (uri.Segments.LastOrDefault()?.Trim('/') is { Length: > 0 } user) profile["username"] = Uri.UnescapeDataString(user).Replace("\0", "", StringComparison.Ordinal);
        profiles.Add(profile);
        return true;
    }

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["linkedin.com"] = "LinkedIn", ["github.com"] = "GitHub", ["gitlab.com"] = "GitLab", ["twitter.com"] = "Twitter", ["x.com"] = "X", ["xing.com"] = "XING",
        ["instagram.com"] = "Instagram", ["behance.net"] = "Behance", ["stackoverflow.com"] = "Stack Overflow",
    };

    private static bool IsName(string text)
    {
        var words = text.Split(' ');
        return words.Length is >= 1 and <= 6 && text.Length is > 2 and <= 60 && !text.Any(c => char.IsDigit(c) || c is '@' or ':' or '/' or '_')
            && char.IsUpper(text[0]) && !Title().IsMatch(text) && words.Count(w => w.Length > 0 && (char.IsUpper(w[0]) || !char.IsLower(w[0]) || w.Length <= 3)) == words.Length;
    }

    [GeneratedRegex(@"[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+", RegexOptions.None, 1000)]
    private static partial Regex Email();

    [GeneratedRegex(@"(?:https?://[^\s|,<>""]+)|(?<![@\w.])(?:www\.)?[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|org|net|io|dev|me|co|uk|de|fr|eu|info|app|edu|in|us|ca)\b(?:/[^\s|,<>""]*)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<![\w/])\+?\(?\d[\d\s().\-–]{5,20}\d(?![\w/])", RegexOptions.None, 1000)]
    private static partial Regex Phone();

    [GeneratedRegex(@"^(?:e-?mail|phone|tel(?:ephone)?|mobile|cell|web(?:site)?|address|linkedin|github|location|portfolio|contact)\.?\s*:?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"^(?:(?i:address|location)\s*:\s*)?(?<city>\p{Lu}[\p{L}.' -]{1,30}),\s*(?<rest>\p{Lu}[\p{L}.' -]{1,30})$", RegexOptions.None, 1000)]
    private static partial Regex Place();

    [GeneratedRegex(@"linkedin\.com|github\.com|gitlab\.com|twitter\.com|\bx\.com$|xing\.com|instagram\.com|behance\.net|stackoverflow\.com", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Network();

    [GeneratedRegex(@"^(?:curriculum|r[ée]sum[ée]|cv)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Title();
}

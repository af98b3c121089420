using System.Text;

namespace Mainstreet.Careers.Skills;

/// <summary>Reads the list of skills; its first lines say how it is written.</summary>
/// <remarks>Throws <see cref="InvalidDataException"/> with the line for a line that cannot be read or a name that stands twice.</remarks>
internal sealed class TaxonomyReader
{
    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);

    internal List<Skill> Skills { get; } = [];

    internal List<SkillName> Names { get; } = [];

    internal HashSet<string> CloseFamilies { get; } = new(StringComparer.Ordinal);

    internal List<(string From, string To)> Implied { get; } = [];

    internal List<(string From, string To)> Related { get; } = [];

    internal static TaxonomyReader Read(TextReader text)
    {
        var reader = new TaxonomyReader();
        var family = "";
        for (var line = text.ReadLine(); line is not null; line = text.ReadLine())
        {
            line = line.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] != '@')
            {
                reader.Line(line, family);
                continue;
            }
            family = line.TrimStart('@', '*').Trim();
            if (line.StartsWith("@*", StringComparison.Ordinal)) reader.CloseFamilies.Add(family);
        }
        return reader;
    }

    internal static string IdOf(string name)
    {
        var id = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c)) id.Append(c);
            else if (c == '+') id.Append('p');
            else if (c == '#') id.Append("sharp");
            else if (c == '.' && id.Length == 0) id.Append("dot");
            else if (id.Length > 0 && id[^1] != '-') id.Append('-');
        }
        return id.ToString().TrimEnd('-');
    }

    private void Line(string line, string family)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || family.Length == 0) throw new InvalidDataException($"The list of skills cannot be read at: {line}");
        var (name, ambiguous) = Spelling(line[..equals]);
        var skill = new Skill(IdOf(name), name, family);
        Skills.Add(skill);
        Name(skill, name, ambiguous);

        var rest = line[(equals + 1)..];
        rest = Tail(rest, '~', skill.Id, Related, bothWays: true);
        rest = Tail(rest, '>', skill.Id, Implied, bothWays: false);
        foreach (var alias in rest.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (text, doubtful) = Spelling(alias);
            Name(skill, text, doubtful);
        }
    }

    private static string Tail(string rest, char sign, string id, List<(string, string)> pairs, bool bothWays)
    {
        var at = rest.IndexOf(sign, StringComparison.Ordinal);
        if (at < 0) return rest;
        foreach (var other in rest[(at + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            pairs.Add((id, IdOf(other)));
            if (bothWays) pairs.Add((IdOf(other), id));
        }
        return rest[..at];
    }

    private static (string Text, bool Ambiguous) Spelling(string text)
    {
        text = text.Trim();
        return text.StartsWith('!') ? (text[1..], true) : (text, false);
    }

    private void Name(Skill skill, string text, bool ambiguous)
    {
        var key = string.Join(' ', TextWord.Split(text).Select(word => word.Text));
        if (_owners.TryGetValue(key, out var owner))
        {
            if (owner == skill.Id) return;
            throw new InvalidDataException($"\"{text}\" is a name of {owner} and of {skill.Id}.");
        }
        _owners[key] = skill.Id;
        Names.Add(new SkillName(skill, text, ambiguous));
    }
}

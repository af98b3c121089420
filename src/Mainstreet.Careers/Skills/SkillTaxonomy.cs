using System.Collections.Frozen;
using System.Text;

namespace Mainstreet.Careers.Skills;

/// <summary>The skills that we know, what they are called, and how they hang together. Read once from the list beside this file.</summary>
internal sealed class SkillTaxonomy
{
    private readonly FrozenDictionary<string, Skill> _byId;
    private readonly FrozenDictionary<string, FrozenSet<string>> _implied, _related;
    private readonly FrozenSet<string> _closeFamilies;

    private SkillTaxonomy(TaxonomyReader read)
    {
        All = [.. read.Skills];
        Names = [.. read.Names];
        _byId = read.Skills.ToFrozenDictionary(skill => skill.Id, StringComparer.Ordinal);
        _closeFamilies = read.CloseFamilies.ToFrozenSet(StringComparer.Ordinal);
        _implied = Sets(read.Implied, transitive: true);
        _related = Sets(read.Related, transitive: false);
        Root = SkillTrie.Build(Names);
    }

    /// <summary>The list that the program carries.</summary>
    internal static SkillTaxonomy Own { get; } = Load();

    /// <summary>In the order of the list.</summary>
    internal IReadOnlyList<Skill> All { get; }

    /// <summary>Every spelling of every skill.</summary>
    internal IReadOnlyList<SkillName> Names { get; }

    internal SkillTrie Root { get; }

    internal Skill? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The skill of a name or alias, as it stands alone.</summary>
    internal Skill? Named(string name)
    {
        var words = TextWord.Split(name);
        var node = Root;
        foreach (var word in words)
        {
            if (node.Next(word.Text) is not { } next) return null;
            node = next;
        }
        return node == Root ? null : node.Name?.Skill;
    }

    /// <summary>Who has the first has the second: React implies JavaScript. Any number of steps.</summary>
    internal bool Implies(Skill first, Skill second) => first == second || (_implied.TryGetValue(first.Id, out var set) && set.Contains(second.Id));

    /// <summary>Close enough that one helps with the other: named as related, or of a family whose members are alike. Both ways.</summary>
    internal bool Close(Skill first, Skill second) =>
        first != second && ((_related.TryGetValue(first.Id, out var set) && set.Contains(second.Id))
            || (first.Family == second.Family && _closeFamilies.Contains(first.Family))
            || Implies(second, first));

    private static SkillTaxonomy Load()
    {
        using var stream = typeof(SkillTaxonomy).Assembly.GetManifestResourceStream("Skills/skills.txt")
            ?? throw new InvalidOperationException("The list of skills is not in the program.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new SkillTaxonomy(TaxonomyReader.Read(reader));
    }

    private FrozenDictionary<string, FrozenSet<string>> Sets(List<(string From, string To)> pairs, bool transitive)
    {
        var direct = pairs.ToLookup(pair => pair.From, pair => pair.To, StringComparer.Ordinal);
        var sets = new Dictionary<string, FrozenSet<string>>(StringComparer.Ordinal);
        foreach (var skill in All)
        {
            var reached = new HashSet<string>(StringComparer.Ordinal);
            var open = new Queue<string>(direct[skill.Id]);
            while (open.TryDequeue(out var id))
            {
                if (!_byId.ContainsKey(id)) throw new InvalidDataException($"{skill.Name} points to {id}, which is not in the list.");
                if (!reached.Add(id) || !transitive) continue;
                foreach (var further in direct[id]) open.Enqueue(further);
            }
            if (reached.Count > 0) sets[skill.Id] = reached.ToFrozenSet(StringComparer.Ordinal);
        }
        return sets.ToFrozenDictionary(StringComparer.Ordinal);
    }
}

/// <param name="Skill">Whose name it is.</param>
/// <param name="Text">As the list spells it.</param>
/// <param name="Ambiguous">Also an everyday word: counts only as spelled, among words that speak of skills.</param>
internal sealed record SkillName(Skill Skill, string Text, bool Ambiguous);

/// <summary>Names by their words: following a text's words through it finds every name that begins there, so a border is never crossed.</summary>
internal sealed class SkillTrie
{
    private readonly Dictionary<string, SkillTrie> _next = new(StringComparer.Ordinal);

    internal SkillName? Name { get; private set; }

    internal SkillTrie? Next(string word) => _next.GetValueOrDefault(word);

    /// <summary>A simple plural of a name's last word counts as the name, unless it is a name itself.</summary>
    internal static SkillTrie Build(IReadOnlyList<SkillName> names)
    {
        var root = new SkillTrie();
        foreach (var name in names) root.Add(name, plural: false);
        foreach (var name in names.Where(name => !name.Ambiguous)) root.Add(name, plural: true);
        return root;
    }

    private void Add(SkillName name, bool plural)
    {
        var words = TextWord.Split(name.Text);
        var node = this;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i].Text;
            if (plural && i == words.Count - 1)
            {
                if (word.Length < 4 || word[^1] is 's' or 'y' || !char.IsLetter(word[^1])) return;
                word += "s";
            }
            if (!node._next.TryGetValue(word, out var next)) node._next[word] = next = new SkillTrie();
            node = next;
        }
        node.Name ??= name;
    }
}

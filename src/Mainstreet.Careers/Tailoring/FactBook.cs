using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

/// <summary>A fact taken apart once, to hold sentences against it.</summary>
internal sealed record BookedFact(Fact Fact, IReadOnlyList<Statement> Statements, IReadOnlyList<string[]> Names)
{
    /// <summary>Its items stand for themselves: a skill, a language, a certificate.</summary>
    internal bool IsListed => Fact.Kind is FactKind.Skill or FactKind.Language or FactKind.Certificate or FactKind.Award or FactKind.Course or FactKind.Publication or FactKind.Interest;
}

/// <summary>All facts of a profile, ready to be held against text, and the names (employers, titles, schools) that tie a sentence to some of them.</summary>
internal sealed class FactBook
{
    private readonly Dictionary<string, BookedFact> _facts = new(StringComparer.Ordinal);
    private readonly List<string[]> _anchors = [];

    internal FactBook(IReadOnlyList<Fact> facts, SkillRecogniser recogniser)
    {
        Facts = facts;
        foreach (var fact in facts)
        {
            var setting = fact.Kind is FactKind.Skill or FactKind.Language ? SkillSetting.List : SkillSetting.Prose;
            var names = new List<string[]>();
            foreach (var name in new[] { fact.Employer, fact.Title, fact.Level })
            {
                if (!string.IsNullOrWhiteSpace(name)) names.Add(WordsOf(name));
            }
            // The dates of a text are compared as dates and, word by word, as text.
            var statements = Statement.Split(fact.Text, recogniser, StatedDate.In(fact.Text), setting);
            _facts.TryAdd(fact.Id, new BookedFact(fact, statements, names));
            foreach (var name in new[] { fact.Employer, fact.Title })
            {
                if (string.IsNullOrWhiteSpace(name) || recogniser.Taxonomy.Named(name) is not null) continue;
                var words = WordsOf(name);
                if (words.Length > 0 && !_anchors.Exists(one => one.AsSpan().SequenceEqual(words))) _anchors.Add(words);
            }
        }
        _anchors.Sort((left, right) => right.Length.CompareTo(left.Length));
    }

    internal IReadOnlyList<Fact> Facts { get; }

    internal BookedFact? Find(string id) => _facts.GetValueOrDefault(id);

    /// <summary>Employers, titles and schools that a sentence names, the longest first; none inside another.</summary>
    internal List<string[]> AnchorsIn(string sentence)
    {
        var words = WordsOf(sentence);
        var taken = new bool[words.Length];
        var found = new List<string[]>();
        foreach (var anchor in _anchors)
        {
            var at = Free(words, taken, anchor);
            if (at < 0) continue;
            for (var i = 0; i < anchor.Length; i++) taken[at + i] = true;
            found.Add(anchor);
        }
        return found;
    }

    internal static bool Bears(BookedFact fact, string[] anchor)
    {
        foreach (var name in fact.Names)
        {
            if (name.AsSpan().SequenceEqual(anchor)) return true;
        }
        return Free(WordsOf(fact.Fact.Text), null, anchor) >= 0;
    }

    internal static string[] WordsOf(string text) => [.. TextWord.Split(text).Select(word => word.Text)];

    private static int Free(string[] words, bool[]? taken, string[] anchor)
    {
        for (var at = 0; at + anchor.Length <= words.Length; at++)
        {
            if (!words.AsSpan(at, anchor.Length).SequenceEqual(anchor)) continue;
            if (taken is null || !taken.AsSpan(at, anchor.Length).Contains(true)) return at;
        }
        return -1;
    }
}

using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Compatibility;

/// <summary>What a person wants, as far as they said it. What is null or empty is unknown and weighs nothing.</summary>
/// <param name="Place">Where they live or want to work, parts divided by commas, the town first; null: the profile's place.</param>
/// <param name="WillRelocate">A place elsewhere is no hindrance.</param>
/// <param name="LeastPay">Per year, in whole units of <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="MayWork">They may work where the posting is; null when they did not say.</param>
/// <param name="Likes">Names of <see cref="CultureSignals"/>.</param>
/// <param name="Avoids">Names of <see cref="CultureSignals"/>.</param>
internal sealed record CandidateWishes(
    string? Place = null, bool WillRelocate = false, decimal? LeastPay = null, string? Currency = null, bool? MayWork = null,
    IReadOnlyList<string>? Likes = null, IReadOnlyList<string>? Avoids = null)
{
    internal static CandidateWishes None { get; } = new();
}

/// <summary>A fact that shows a skill, and the words that name it.</summary>
internal readonly record struct SkillProof(Fact Fact, Skill Skill, string Quote);

/// <summary>A profile read once, to be held against many postings. Immutable.</summary>
internal sealed class Candidate
{
    private readonly Dictionary<string, List<SkillProof>> _proofs = new(StringComparer.Ordinal);
    private readonly SkillTaxonomy _taxonomy;
    private readonly Dictionary<string, Fact> _byId;
    private readonly DateOnly _today;

    /// <param name="facts">The profile's.</param>
    /// <param name="wishes">What the person wants.</param>
    /// <param name="today">Until when a job that goes on is counted; the only clock there is.</param>
    /// <param name="recogniser">Finds the skills.</param>
    internal Candidate(IReadOnlyList<Fact> facts, CandidateWishes wishes, DateOnly today, SkillRecogniser recogniser)
    {
        Facts = facts;
        Wishes = wishes;
        _today = today;
        _taxonomy = recogniser.Taxonomy;
        _byId = new Dictionary<string, Fact>(StringComparer.Ordinal);
        foreach (var fact in facts) _byId.TryAdd(fact.Id, fact);
        foreach (var fact in facts) ReadSkills(fact, recogniser);

        var work = facts.Where(fact => fact.Kind == FactKind.Work).ToList();
        var months = SkillYears.Months(work.Select(fact => (fact.From, fact.To)), today);
        Years = months > 0 ? SkillYears.Years(months) : work.Count == 0 && facts.Count > 0 ? 0 : null;
        Seniority = SeniorityLevel.Of(work, Years);
        Place = wishes.Place ?? facts.FirstOrDefault(fact => fact.Kind == FactKind.Place)?.Text;
    }

    internal IReadOnlyList<Fact> Facts { get; }

    internal CandidateWishes Wishes { get; }

    /// <summary>Of paid work, overlaps counted once; 0 without any work, null when its dates are unknown.</summary>
    internal decimal? Years { get; }

    internal int? Seniority { get; }

    internal string? Place { get; }

    internal IEnumerable<Skill> Skills => _proofs.Values.Select(list => list[0].Skill);

    /// <summary>Facts that show the skill itself or one that implies it: "Spring" shows Java. The skill itself first, then as the profile has them.</summary>
    internal List<SkillProof> Proofs(Skill skill)
    {
        var proofs = new List<SkillProof>();
        if (_proofs.TryGetValue(skill.Id, out var own)) proofs.AddRange(own);
        foreach (var (_, list) in _proofs)
        {
            if (list[0].Skill != skill && _taxonomy.Implies(list[0].Skill, skill)) proofs.AddRange(list);
        }
        return proofs;
    }

    /// <summary>A skill that is near enough to help, with its facts.</summary>
    internal List<SkillProof> CloseProofs(Skill skill)
    {
        var proofs = new List<SkillProof>();
        foreach (var (_, list) in _proofs)
        {
            if (_taxonomy.Close(list[0].Skill, skill)) proofs.AddRange(list);
        }
        return proofs;
    }

    /// <summary>Months in which jobs used the skill; null when no fact that shows it has dates.</summary>
    internal int? Months(List<SkillProof> proofs)
    {
        var ranges = proofs.Select(proof => Range(proof.Fact)).Where(range => range.From is not null).Distinct().ToList();
        return ranges.Count == 0 ? null : SkillYears.Months(ranges, _today);
    }

    private (PartialDate? From, PartialDate? To) Range(Fact fact)
    {
        // What hangs on an award or a publication has a day, not a time in which something was done.
        if (fact.Kind is not (FactKind.Work or FactKind.WorkSummary or FactKind.Highlight or FactKind.Volunteer or FactKind.Project)) return default;
        if (!fact.Path.StartsWith("$.work", StringComparison.Ordinal) && !fact.Path.StartsWith("$.volunteer", StringComparison.Ordinal) && !fact.Path.StartsWith("$.projects", StringComparison.Ordinal)) return default;
        if (fact.From is not null) return (fact.From, fact.To);
        return fact.ParentId is { } parent && _byId.TryGetValue(parent, out var job) ? (job.From, job.To) : default;
    }

    private void ReadSkills(Fact fact, SkillRecogniser recogniser)
    {
        if (fact.Kind is FactKind.Name or FactKind.Contact or FactKind.Place or FactKind.Link or FactKind.Interest or FactKind.Reference) return;
        var setting = fact.Kind is FactKind.Skill or FactKind.Language ? SkillSetting.List : SkillSetting.Prose;
        foreach (var span in recogniser.Read(fact.Text, setting))
        {
            if (span.Negated) continue;
            if (!_proofs.TryGetValue(span.Skill.Id, out var list)) _proofs[span.Skill.Id] = list = [];
            if (list.Count == 0 || list[^1].Fact.Id != fact.Id) list.Add(new SkillProof(fact, span.Skill, span.Of(fact.Text)));
        }
    }
}

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Tailoring;

/// <summary>How much a fact matters for a posting: the requirements that rest on it, then the words that they share.</summary>
internal sealed class Relevance
{
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _roots;
    private readonly List<Skill> _skills;
    private readonly SkillRecogniser _recogniser;

    internal Relevance(PostingText posting, Analysis analysis, SkillRecogniser recogniser)
    {
        _recogniser = recogniser;
        foreach (var answer in analysis.Requirements)
        {
            var worth = answer.Asked.Importance switch { Importance.Required => 30, Importance.Mentioned => 20, _ => 10 };
            foreach (var evidence in answer.Evidence) _asked[evidence.FactId] = _asked.GetValueOrDefault(evidence.FactId) + worth;
        }
        _skills = [.. analysis.Requirements.SelectMany(answer => answer.Asked.AnyOf)];
        _roots = [.. TextWord.Split(posting.Title + "\n" + posting.Description).Select(word => word.Text).Where(word => word.Length > 3 && !Wordings.IsFiller(word)).Select(Wordings.Root)];
        MetSkills = [.. analysis.Requirements.Where(answer => answer.Asked.Kind == RequirementKind.Skill && answer.Evidence.Count > 0 && answer.State != RequirementState.Missing)
            .OrderByDescending(answer => answer.Asked.Importance).SelectMany(answer => answer.Asked.AnyOf)];
    }

    /// <summary>Asked for and shown, the most wanted first.</summary>
    internal IReadOnlyList<Skill> MetSkills { get; }

    internal bool IsAsked(Fact fact) => _asked.ContainsKey(fact.Id) || Named(fact);

    internal int Of(Fact fact)
    {
        var shared = TextWord.Split(fact.Text).Select(word => Wordings.Root(word.Text)).Distinct().Count(_roots.Contains);
        return _asked.GetValueOrDefault(fact.Id) + (Named(fact) ? 15 : 0) + Math.Min(shared, 9);
    }

    private bool Named(Fact fact) => _recogniser.Read(fact.Text, fact.Kind == FactKind.Skill ? SkillSetting.List : SkillSetting.Prose).Exists(span => _skills.Contains(span.Skill));
}

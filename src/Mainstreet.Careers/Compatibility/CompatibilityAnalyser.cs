using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Compatibility;

/// <summary>Says how a profile fits a posting and why. Pure: no clock, no chance, no state; safe from any number of threads.</summary>
internal sealed class CompatibilityAnalyser(SkillRecogniser recogniser)
{
    private readonly RequirementReader _reader = new(recogniser);

    internal static CompatibilityAnalyser Own { get; } = new(SkillRecogniser.Own);

    internal Analysis Analyse(Candidate candidate, PostingText posting, AnalysisWeights? weights = null)
    {
        weights ??= AnalysisWeights.Default;
        var answers = _reader.Read(posting).ConvertAll(asked => RequirementCheck.Answer(asked, candidate));
        var parts = AnalysisParts.Of(candidate, posting, answers, weights);
        var filters = HardFilters.Of(candidate, posting, answers);
        var score = parts.Sum(part => part.Points);
        var known = parts.Where(part => part.Known).Sum(part => part.Weight);
        var all = parts.Sum(part => part.Weight);
        return new Analysis(score, VerdictOf(score, known, filters), all == 0 ? 0 : Math.Round(known / all, 4), parts, answers, filters, GapPlan.Of(answers, candidate));
    }

    private static Verdict VerdictOf(decimal score, decimal known, List<HardFilter> filters)
    {
        if (known == 0) return Verdict.StretchGoal;
        var verdict = score switch
        {
            >= 80 => Verdict.ApplyNow,
            >= 65 => Verdict.StrongCandidate,
            >= 50 => Verdict.ModerateFit,
            >= 30 => Verdict.StretchGoal,
            _ => Verdict.Skip,
        };
        return verdict < Verdict.StretchGoal && filters.Exists(filter => filter.State == FilterState.Missed) ? Verdict.StretchGoal : verdict;
    }
}

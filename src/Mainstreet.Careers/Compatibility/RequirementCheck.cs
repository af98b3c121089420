using System.Globalization;

using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;

namespace Mainstreet.Careers.Compatibility;

/// <summary>Holds a requirement against a profile. More facts never make an answer worse.</summary>
internal static class RequirementCheck
{
    private const int MostEvidence = 4, LongestQuote = 160;
    private const decimal CloseCredit = 0.4m, UndatedCredit = 0.5m;

    internal static RequirementAnswer Answer(Requirement asked, Candidate candidate) => asked.Kind switch
    {
        RequirementKind.Skill or RequirementKind.Language => Skill(asked, candidate),
        RequirementKind.Experience => Experience(asked, candidate),
        RequirementKind.Degree => Degree(asked, candidate),
        RequirementKind.Certificate => Certificate(asked, candidate),
        _ => new(asked.Text, asked.Label, asked, candidate.Wishes.MayWork == true ? RequirementState.Met : RequirementState.Missing, candidate.Wishes.MayWork == true ? 1 : 0, [],
            candidate.Wishes.MayWork is null ? "The profile does not say." : null),
    };

    internal static string Quote(string text) => text.Length <= LongestQuote ? text : text[..(LongestQuote - 1)].TrimEnd() + "…";

    private static RequirementAnswer Skill(Requirement asked, Candidate candidate)
    {
        RequirementAnswer? best = null;
        foreach (var skill in asked.AnyOf)
        {
            var answer = OneSkill(asked, skill, candidate);
            if (best is null || answer.Credit > best.Credit) best = answer;
        }
        return best!;
    }

    private static RequirementAnswer OneSkill(Requirement asked, Skill skill, Candidate candidate)
    {
        var proofs = candidate.Proofs(skill);
        if (proofs.Count == 0)
        {
            var close = candidate.CloseProofs(skill);
            return close.Count == 0
                ? new(asked.Text, asked.Label, asked, RequirementState.Missing, 0, [], $"Nothing in the profile names {skill.Name}.")
                : new(asked.Text, asked.Label, asked, RequirementState.Partly, CloseCredit, Cite(asked, close), $"{close[0].Skill.Name} is close to {skill.Name}.");
        }
        if (asked.Years is not { } years) return new(asked.Text, asked.Label, asked, RequirementState.Met, 1, Cite(asked, proofs), null);
        if (candidate.Months(proofs) is not { } months)
            return new(asked.Text, asked.Label, asked, RequirementState.Partly, UndatedCredit, Cite(asked, proofs), "For how long is not known.");
        if (months >= years * 12) return new(asked.Text, asked.Label, asked, RequirementState.Met, 1, Cite(asked, proofs), null);
        var credit = Math.Max(UndatedCredit, 0.4m + 0.5m * months / (years * 12));
        return new(asked.Text, asked.Label, asked, RequirementState.Partly, credit, Cite(asked, proofs), string.Create(CultureInfo.InvariantCulture, $"{SkillYears.Years(months):0.#} of {years} years."));
    }

    private static RequirementAnswer Experience(Requirement asked, Candidate candidate)
    {
        var years = candidate.Years;
        var evidence = candidate.Facts.Where(fact => fact.Kind == FactKind.Work && fact.From is not null).Take(MostEvidence)
            .Select(fact => new Evidence(fact.Id, Quote(fact.Text), asked.Span)).ToList();
        if (years is null) return new(asked.Text, asked.Label, asked, evidence.Count > 0 ? RequirementState.Partly : RequirementState.Missing, 0, evidence, "The profile's jobs have no dates.");
        if (years >= asked.Years) return new(asked.Text, asked.Label, asked, RequirementState.Met, 1, evidence, null);
        return new(asked.Text, asked.Label, asked, years > 0 ? RequirementState.Partly : RequirementState.Missing, Math.Min(1, years.Value / asked.Years!.Value), evidence,
            string.Create(CultureInfo.InvariantCulture, $"{years:0.#} of {asked.Years} years."));
    }

    private static RequirementAnswer Degree(Requirement asked, Candidate candidate)
    {
        RequirementAnswer? best = null;
        foreach (var fact in candidate.Facts)
        {
            if (fact.Kind != FactKind.Education || Degrees.In(fact.Title is { } title && !fact.Text.Contains(title, StringComparison.Ordinal) ? $"{title}, {fact.Text}" : fact.Text) is not { } held) continue;
            var goesOn = fact.From is not null && fact.To is null;
            var credit = held.Highest >= asked.Level ? goesOn ? 0.6m : 1 : held.Highest == asked.Level - 1 ? 0.4m : 0.1m;
            if (best is not null && credit <= best.Credit) continue;
            var state = credit == 1 ? RequirementState.Met : RequirementState.Partly;
            var why = credit == 1 ? null : held.Highest >= asked.Level ? "Not finished, as far as the profile says." : $"The profile has: {Degrees.NameOf(held.Highest)}.";
            best = new(asked.Text, asked.Label, asked, state, credit, [new Evidence(fact.Id, Quote(fact.Text), asked.Span)], why);
        }
        return best ?? new(asked.Text, asked.Label, asked, RequirementState.Missing, 0, [], "No degree of this level in the profile.");
    }

    private static RequirementAnswer Certificate(Requirement asked, Candidate candidate)
    {
        var wanted = TextWord.Split(asked.Name!).Select(word => word.Text).ToHashSet(StringComparer.Ordinal);
        Fact? partly = null;
        foreach (var fact in candidate.Facts)
        {
            if (fact.Kind is not (FactKind.Certificate or FactKind.Education or FactKind.Skill or FactKind.Award)) continue;
            var has = TextWord.Split(fact.Text).Select(word => word.Text).ToHashSet(StringComparer.Ordinal);
            if (wanted.IsSubsetOf(has)) return new(asked.Text, asked.Label, asked, RequirementState.Met, 1, [new Evidence(fact.Id, Quote(fact.Text), asked.Span)], null);
            if (fact.Kind == FactKind.Certificate && wanted.Count(has.Contains) * 2 >= wanted.Count) partly ??= fact;
        }
        return partly is null
            ? new(asked.Text, asked.Label, asked, RequirementState.Missing, 0, [], "No such certificate in the profile.")
            : new(asked.Text, asked.Label, asked, RequirementState.Partly, 0.4m, [new Evidence(partly.Id, Quote(partly.Text), asked.Span)], "A certificate that is near.");
    }

    private static List<Evidence> Cite(Requirement asked, List<SkillProof> proofs)
    {
        var cited = new List<Evidence>();
        // What was done says more than what is listed.
        foreach (var proof in proofs.OrderBy(proof => proof.Fact.Kind is FactKind.Skill or FactKind.Language or FactKind.Headline or FactKind.Summary))
        {
            if (cited.Count == MostEvidence) break;
            if (!cited.Exists(one => one.FactId == proof.Fact.Id)) cited.Add(new Evidence(proof.Fact.Id, Quote(proof.Fact.Text), asked.Span));
        }
        return cited;
    }
}

using System.Globalization;

using Mainstreet.Careers.Jobs;

namespace Mainstreet.Careers.Compatibility;

/// <summary>The parts of a score. Whether a part is known never depends on which skills the profile has, so a further skill can only raise the sum.</summary>
internal static class AnalysisParts
{
    private readonly record struct Part(string Name, decimal Weight, decimal? Fit, string Why);

    internal static List<AnalysisPart> Of(Candidate candidate, PostingText posting, List<RequirementAnswer> answers, AnalysisWeights weights)
    {
        Part[] parts =
        [
            Skills(answers, weights.Skills), Years(candidate, answers, weights.Years), Seniority(candidate, posting, weights.Seniority), Place(candidate, posting, weights.Place),
            Pay(candidate, posting, weights.Pay), Growth(candidate, posting, weights.Growth), Culture(candidate, posting, weights.Culture),
        ];
        var shares = Shares(parts);
        var result = new List<AnalysisPart>(parts.Length);
        for (var i = 0; i < parts.Length; i++)
        {
            var (name, weight, fit, why) = parts[i];
            var most = shares[i] / 100m;
            result.Add(new AnalysisPart(name, weight, fit is not null, fit, most, Math.Floor(shares[i] * (fit ?? 0)) / 100m, why));
        }
        return result;
    }

    // Hundredths of a point, 10,000 in all: the largest remainders get what rounding down leaves, so the greatest sum is 100 exactly.
    private static int[] Shares(Part[] parts)
    {
        var shares = new int[parts.Length];
        var sum = parts.Where(part => part.Fit is not null).Sum(part => part.Weight);
        if (sum == 0) return shares;
        for (var i = 0; i < parts.Length; i++) shares[i] = parts[i].Fit is null ? 0 : (int)(10_000 * parts[i].Weight / sum);
        var left = 10_000 - shares.Sum();
        foreach (var i in Enumerable.Range(0, parts.Length).Where(i => parts[i].Fit is not null && parts[i].Weight > 0)
            .OrderByDescending(i => 10_000 * parts[i].Weight / sum - shares[i]).ThenBy(i => i).Take(left)) shares[i]++;
        return shares;
    }

    private static Part Skills(List<RequirementAnswer> answers, decimal weight)
    {
        decimal sum = 0, most = 0;
        int met = 0, count = 0;
        foreach (var answer in answers)
        {
            if (answer.Asked.Kind is RequirementKind.Experience or RequirementKind.Permit) continue;
            var worth = answer.Asked.Importance switch
            {
                Importance.Required => 3m,
                Importance.Mentioned => 1.5m,
                _ => 1m,
            };
            most += worth;
            sum += worth * answer.Credit;
            count++;
            if (answer.State == RequirementState.Met) met++;
        }
        return most == 0 ? new("skills", weight, null, "The posting names no skill that we know.") : new("skills", weight, sum / most, $"{met} of {count} requirements met.");
    }

    private static Part Years(Candidate candidate, List<RequirementAnswer> answers, decimal weight)
    {
        var asked = answers.Find(answer => answer.Asked.Kind == RequirementKind.Experience);
        if (asked is null) return new("years", weight, null, "The posting asks for no years in all.");
        return candidate.Years is { } years
            ? new("years", weight, asked.Credit, string.Create(CultureInfo.InvariantCulture, $"{years:0.#} years of work; {asked.Asked.Years} asked for."))
            : new("years", weight, null, "The profile's jobs have no dates.");
    }

    private static Part Seniority(Candidate candidate, PostingText posting, decimal weight)
    {
        if (SeniorityLevel.OfTitle(posting.Title) is not { } wanted) return new("seniority", weight, null, "The posting's title says nothing of seniority.");
        return candidate.Seniority is { } level
            ? new("seniority", weight, SeniorityLevel.Fit(level, wanted), level == wanted ? "The same step." : wanted > level ? $"{wanted - level} up." : $"{level - wanted} down.")
            : new("seniority", weight, null, "The profile says nothing of seniority.");
    }

    private static Part Place(Candidate candidate, PostingText posting, decimal weight)
    {
        if (posting.Remote == true) return new("place", weight, 1, "It can be done from anywhere.");
        return Places.Fit(candidate.Place, posting.Place, candidate.Wishes.WillRelocate) is { } fit
            ? new("place", weight, fit, fit == 1 ? "The place suits." : fit > 0 ? "The same region or country." : "Somewhere else.")
            : new("place", weight, null, "The place is not known.");
    }

    private static Part Pay(Candidate candidate, PostingText posting, decimal weight)
    {
        if (posting.Pay is not { } pay) return new("pay", weight, null, "The posting names no pay.");
        if (candidate.Wishes is not { LeastPay: { } wanted and > 0, Currency: { } currency } || currency != pay.Currency) return new("pay", weight, null, "What pay is wanted, in this currency, is not known.");
        var fit = Math.Clamp((pay.Most / wanted - 0.7m) / 0.3m, 0, 1);
        return new("pay", weight, fit, fit == 1 ? "The pay reaches what is wanted." : "The pay stays below what is wanted.");
    }

    private static Part Growth(Candidate candidate, PostingText posting, decimal weight)
    {
        var signs = CultureSignals.In(posting.Description, CultureSignals.Growth).Select(sign => sign.Name).ToList();
        if (candidate.Seniority is { } level && SeniorityLevel.OfTitle(posting.Title) == level + 1) signs.Add("a step up");
        if (signs.Count == 0) return new("growth", weight, null, "The posting says nothing of it.");
        return new("growth", weight, signs.Count switch { 1 => 0.6m, 2 => 0.8m, _ => 1m }, $"Offered: {string.Join(", ", signs)}.");
    }

    private static Part Culture(Candidate candidate, PostingText posting, decimal weight)
    {
        if (candidate.Wishes.Likes is not { Count: > 0 } && candidate.Wishes.Avoids is not { Count: > 0 }) return new("culture", weight, null, "What is wanted is not known.");
        var signs = CultureSignals.In(posting.Description, CultureSignals.All);
        var good = signs.Where(sign => candidate.Wishes.Likes?.Contains(sign.Name) == true).Select(sign => sign.Name).ToList();
        var bad = signs.Where(sign => candidate.Wishes.Avoids?.Contains(sign.Name) == true).Select(sign => sign.Name).ToList();
        if (good.Count + bad.Count == 0) return new("culture", weight, null, "The posting says nothing of what matters to the person.");
        return new("culture", weight, (decimal)good.Count / (good.Count + bad.Count), $"Wanted and there: {Names(good)}; to be avoided and there: {Names(bad)}.");
    }

    private static string Names(List<string> names) => names.Count == 0 ? "nothing" : string.Join(", ", names);
}

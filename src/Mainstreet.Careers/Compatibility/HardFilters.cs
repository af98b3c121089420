using System.Globalization;

using Mainstreet.Careers.Jobs;

namespace Mainstreet.Careers.Compatibility;

/// <summary>What shuts a door: years far short, a degree or licence that must be, the right to work, a place too far, pay too low.</summary>
internal static class HardFilters
{
    private const decimal YearsThatPass = 0.7m;

    internal static List<HardFilter> Of(Candidate candidate, PostingText posting, List<RequirementAnswer> answers)
    {
        var filters = new List<HardFilter>();
        foreach (var answer in answers)
        {
            if (answer.Asked.Importance != Importance.Required) continue;
            var filter = answer.Asked.Kind switch
            {
                RequirementKind.Experience => Years(candidate, answer),
                RequirementKind.Degree => Paper("degree", answer),
                RequirementKind.Certificate => Paper("certificate", answer),
                RequirementKind.Permit => new HardFilter("permit", candidate.Wishes.MayWork switch { true => FilterState.Passed, false => FilterState.Missed, null => FilterState.Unknown },
                    candidate.Wishes.MayWork switch { true => "May work there.", false => "May not work there.", null => "Whether the person may work there is not known." }, answer.Asked.Span),
                _ => null,
            };
            if (filter is not null) filters.Add(filter);
        }
        if (posting.Remote != true && Places.Fit(candidate.Place, posting.Place, candidate.Wishes.WillRelocate) is { } fit)
            filters.Add(new HardFilter("place", fit > 0 ? FilterState.Passed : FilterState.Missed, fit > 0 ? "Within reach." : $"{posting.Place} is elsewhere, and the person does not want to move.", default));
        if (posting.Pay is { } pay && candidate.Wishes is { LeastPay: { } least, Currency: { } currency } && currency == pay.Currency)
            filters.Add(new HardFilter("pay", pay.Most >= least ? FilterState.Passed : FilterState.Missed, pay.Most >= least ? "Reaches what is wanted." : "Below the least that is wanted.", default));
        return filters;
    }

    private static HardFilter Years(Candidate candidate, RequirementAnswer answer)
    {
        if (candidate.Years is not { } years) return new("years", FilterState.Unknown, "The profile's jobs have no dates.", answer.Asked.Span);
        var passed = years >= answer.Asked.Years!.Value * YearsThatPass;
        return new("years", passed ? FilterState.Passed : FilterState.Missed, string.Create(CultureInfo.InvariantCulture, $"{years:0.#} years of work; {answer.Asked.Years} asked for."), answer.Asked.Span);
    }

    private static HardFilter Paper(string name, RequirementAnswer answer) =>
        new(name, answer.State == RequirementState.Missing ? FilterState.Missed : FilterState.Passed, answer.Why ?? "Held.", answer.Asked.Span);
}

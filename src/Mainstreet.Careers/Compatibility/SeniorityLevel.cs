using System.Text.RegularExpressions;

using Mainstreet.Careers.Profiles;

namespace Mainstreet.Careers.Compatibility;

/// <summary>Steps of a career: 0 learner, 1 junior, 2 established, 3 senior, 4 leads others, 5 heads a department, 6 heads a company.</summary>
internal static partial class SeniorityLevel
{
    /// <summary>What a job title says; null when it says nothing.</summary>
    internal static int? OfTitle(string title) =>
        Chief().IsMatch(title) ? 6
        : Head().IsMatch(title) ? 5
        : Learner().IsMatch(title) ? 0
        : Junior().IsMatch(title) ? 1
        : Lead().IsMatch(title) ? 4
        : Senior().IsMatch(title) ? 3
        : Established().IsMatch(title) ? 2
        : null;

    /// <summary>By the title of the latest job, else by the years of work; null when both are unknown.</summary>
    internal static int? Of(IReadOnlyList<Fact> work, decimal? years)
    {
        var latest = work.OrderByDescending(fact => fact.From is not null && fact.To is null).ThenByDescending(fact => fact.To ?? fact.From).FirstOrDefault();
        if (latest is not null && OfTitle(latest.Title ?? latest.Text) is { } level) return level;
        return years switch
        {
            null => null,
            < 1 => 0,
            < 2 => 1,
            < 5 => 2,
            _ => 3,
        };
    }

    /// <summary>How well somebody of one step fits a posting of another, 0 to 1: one step up is a stretch, two are too many; down is possible.</summary>
    internal static decimal Fit(int candidate, int posting) => (posting - candidate) switch
    {
        0 => 1m,
        1 => 0.6m,
        2 => 0.25m,
        > 2 => 0m,
        -1 => 0.8m,
        -2 => 0.5m,
        _ => 0.2m,
    };

    [GeneratedRegex(@"\b(chief|ceo|cto|cfo|coo|president|managing director)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Chief();

    [GeneratedRegex(@"\b(head of|director|vp|vice president|general manager)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Head();

    [GeneratedRegex(@"\b(intern|internship|apprentice|trainee|student|work experience)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Learner();

    [GeneratedRegex(@"\b(junior|jr|assistant|graduate|entry[- ]level|helper)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Junior();

    [GeneratedRegex(@"\b(lead|principal|staff engineer|manager|supervisor|foreman|team leader|head chef)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Lead();

    [GeneratedRegex(@"\b(senior|sr|experienced|specialist|master)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Senior();

    [GeneratedRegex(@"\b(mid|mid[- ]level|intermediate|qualified)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Established();
}

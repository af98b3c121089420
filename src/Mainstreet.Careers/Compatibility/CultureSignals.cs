using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Compatibility;

/// <summary>Signs of how it is to work somewhere, and of room to grow, in a posting's words.</summary>
internal static partial class CultureSignals
{
    /// <summary>By the names that wishes use.</summary>
    internal static IReadOnlyList<(string Name, Regex Words)> All { get; } =
    [
        ("flexible", Flexible()), ("remote", Remote()), ("team", Team()), ("independent", Independent()), ("family", Family()), ("diversity", Diversity()),
        ("nights", Nights()), ("weekends", Weekends()), ("travel", Travel()), ("fastPaced", FastPaced()), ("overtime", Overtime()), ("partTime", PartTime()),
    ];

    internal static IReadOnlyList<(string Name, Regex Words)> Growth { get; } =
    [
        ("training", Training()), ("mentoring", Mentoring()), ("career", Career()), ("courses", Courses()),
    ];

    internal static List<(string Name, PostingSpan Span)> In(string description, IReadOnlyList<(string Name, Regex Words)> signals)
    {
        var found = new List<(string, PostingSpan)>();
        foreach (var (name, words) in signals)
        {
            foreach (var match in words.EnumerateMatches(description))
            {
                found.Add((name, new PostingSpan(match.Index, match.Length)));
                break;
            }
        }
        return found;
    }

    [GeneratedRegex(@"flexible (hours|working|schedule|time)|flexitime|flextime", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Flexible();

    [GeneratedRegex(@"\bremote|work from home|home office", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Remote();

    [GeneratedRegex(@"\b(small|friendly|close-knit|supportive|collaborative) team\b|team player", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Team();

    [GeneratedRegex(@"\b(work|working) (independently|alone|autonomously)|autonomy", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Independent();

    [GeneratedRegex(@"family[- ](friendly|run|owned)|parental leave", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Family();

    [GeneratedRegex(@"\bdiversity|\binclusive|\binclusion", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Diversity();

    [GeneratedRegex(@"\bnight (shift|work)s?|\bnights\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Nights();

    [GeneratedRegex(@"\bweekend", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Weekends();

    [GeneratedRegex(@"\b(frequent|extensive|regular|willing(ness)? to) travel|travel (is )?required", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Travel();

    [GeneratedRegex(@"fast[- ]paced|high[- ]pressure|under pressure", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FastPaced();

    [GeneratedRegex(@"\bovertime|long hours", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Overtime();

    [GeneratedRegex(@"part[- ]time", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PartTime();

    [GeneratedRegex(@"training (is )?(provided|given|offered|available)|full training|on[- ]the[- ]job training|we (will )?train|paid training", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Training();

    [GeneratedRegex(@"\bmentor", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Mentoring();

    [GeneratedRegex(@"career (growth|progression|development|path)|opportunit(y|ies) (to grow|for (growth|advancement|promotion))|room to grow|promotion", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Career();

    [GeneratedRegex(@"learning budget|education budget|(paid|funded) (course|certification|qualification)s?|tuition|conference", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Courses();
}

using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>Reads whether one works on site, at home or both. What does not say so in so many words is unknown.</summary>
internal static partial class WorkplaceReader
{
    /// <summary>A field of its own: Lever's <c>workplaceType</c>, a column <c>remote</c>, TELECOMMUTE.</summary>
    internal static Workplace? OfField(string? text) => text?.Trim().ToLowerInvariant() switch
    {
        "remote" or "true" or "yes" or "telecommute" or "fully remote" => Workplace.Remote,
        "hybrid" => Workplace.Hybrid,
        "on-site" or "onsite" or "on site" or "false" or "no" or "office" or "in-office" => Workplace.OnSite,
        _ => null,
    };

    /// <summary>Title or place, such as "London (hybrid)".</summary>
    internal static Workplace? OfLine(string? text) => text is null ? null
        : Hybrid().IsMatch(text) ? Workplace.Hybrid
        : RemoteWork().Match(text) is { Success: true } remote && !Denied(text, remote.Index) ? Workplace.Remote
        : OnSite().IsMatch(text) ? Workplace.OnSite : null;

    /// <summary>Phrases of a description that leave no doubt.</summary>
    internal static Workplace? OfDescription(string text)
    {
        foreach (Match match in Phrases().Matches(text))
        {
            if (Denied(text, match.Index)) continue;
            return match.Groups["hybrid"].Success ? Workplace.Hybrid : match.Groups["site"].Success ? Workplace.OnSite : Workplace.Remote;
        }

        return null;
    }

    private static bool Denied(string text, int at) => Denial().IsMatch(text.AsSpan(Math.Max(0, at - 24), Math.Min(24, at)));

    [GeneratedRegex(@"\b(?:no|not|isn't|isn’t|non|never|cannot be|can't be)[\s-]+(?:\w+\s+){0,2}$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Denial();

    [GeneratedRegex(@"\bhybrid\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Hybrid();

    [GeneratedRegex(@"\b(?:remote|work from home|wfh|anywhere|telecommute|home[- ]based)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RemoteWork();

    [GeneratedRegex(@"\b(?:on[- ]?site|in[- ]office)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex OnSite();

    [GeneratedRegex("""
        \b(?:(?<remote>fully\ remote|100%\ remote|remote\ (?:position|role|job)|work\ from\ anywhere|entirely\ remote)|
        (?<hybrid>hybrid\ (?:position|role|job|working|work)|this\ is\ a\ hybrid)|
        (?<site>(?:this\ is\ an\ )?on-?site\ (?:position|role|job)))\b
        """, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Phrases();
}

/// <summary>Reads what the contract is like. Other kinds (volunteer, per diem) are unknown.</summary>
internal static partial class EmploymentReader
{
    /// <summary>A field of its own: FULL_TIME, "Part-time", "Intern".</summary>
    internal static Employment? OfField(string? text) => text is null ? null : Kind().Match(text.Replace('_', ' ')) is { Success: true } match ? Of(match) : null;

    /// <summary>What a title says: "Barista (part-time)".</summary>
    internal static Employment? OfTitle(string title) => Kind().Match(title) is { Success: true } match && (match.Groups["full"].Success || match.Groups["part"].Success || match.Groups["intern"].Success) ? Of(match) : null;

    private static Employment Of(Match match) => match.Groups["full"].Success ? Employment.FullTime : match.Groups["part"].Success ? Employment.PartTime
        : match.Groups["intern"].Success ? Employment.Internship : match.Groups["temp"].Success ? Employment.Temporary : Employment.Contract;

    [GeneratedRegex(@"\b(?:(?<full>full[\s-]?time|permanent full|FT)|(?<part>part[\s-]?time|PT)|(?<intern>intern(?:ship)?|apprentice(?:ship)?|trainee)|(?<temp>temp(?:orary)?|seasonal|fixed[\s-]term)|(?<contract>contract(?:or)?|freelance|consultant))\b",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Kind();
}

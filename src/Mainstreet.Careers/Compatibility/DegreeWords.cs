using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Compatibility;

/// <summary>How levels of education are written.</summary>
internal static partial class DegreeWords
{
    internal static IReadOnlyList<(Regex Pattern, int Level)> All { get; } =
    [
        (Doctor(), 5), (Master(), 4), (Bachelor(), 3), (Vocational(), 2), (School(), 1),
    ];

    [GeneratedRegex(@"\b(ph\.?\s?d|doctorate|doctoral|dphil|m\.d\.)(?![\w])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Doctor();

    [GeneratedRegex(@"\b(master(?:'|’)?s?(?:(?:'|’)s)?\s+(?:degree|of\s+\w+|in\s+\w+|level)|master(?:'|’)s\b|m\.?sc\b|mba\b|m\.?eng\b|m\.?tech\b|m\.s\.|m\.a\.)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Master();

    [GeneratedRegex(@"\b(bachelor(?:(?:'|’)?s)?\b|b\.?sc\b|b\.?eng\b|b\.?tech\b|b\.s\.|b\.a\.|b\.?com\b|undergraduate degree|university degree|college degree|4[- ]year degree)|\bdegree\s+in\b|\bBS\b(?=\s*(?:/|in|or|degree))|\bBA\b(?=\s*(?:/|in|or|degree))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bachelor();

    [GeneratedRegex(@"\b(associate(?:(?:'|’)?s)?\s+degree|diploma|vocational (?:training|qualification)|apprenticeship completed|completed apprenticeship|nvq|hnd|city (?:&|and) guilds|btec)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Vocational();

    [GeneratedRegex(@"\b(high school|secondary school|gcse|a[- ]levels?|ged)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex School();
}

using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Compatibility;

/// <summary>How much a posting wants something.</summary>
internal enum Importance
{
    /// <summary>Named among duties, or without a word of how much it matters.</summary>
    Mentioned,

    /// <summary>Nice to have.</summary>
    Preferred,

    /// <summary>Asked for.</summary>
    Required,
}

/// <summary>A sentence or bullet of a posting.</summary>
/// <param name="Start">Where it begins in the description.</param>
/// <param name="Text">Without its bullet sign.</param>
/// <param name="Importance">From the words in it, else from the heading above it.</param>
/// <param name="AboutOffer">It speaks of the employer or of what is offered: nothing in it is asked for.</param>
internal sealed partial record PostingSegment(int Start, string Text, Importance Importance, bool AboutOffer)
{
    private const int LongestHeading = 60, LongestDescription = 50_000;

    /// <summary>The segments of a description in order. Headings are read for what they say of the lines below and are no segments themselves.</summary>
    internal static List<PostingSegment> Split(string description)
    {
        if (description.Length > LongestDescription) description = description[..LongestDescription];
        var segments = new List<PostingSegment>();
        var section = (Importance: Importance.Mentioned, Offer: false);
        for (var at = 0; at < description.Length;)
        {
            var end = description.IndexOf('\n', at);
            if (end < 0) end = description.Length;
            var (start, length) = Trim(description, at, end);
            var bulleted = IsBulleted(description, at, start);
            at = end + 1;
            if (length == 0) continue;
            var line = description.Substring(start, length);
            if (Heading(line, bulleted) is { } heading)
            {
                section = heading;
                continue;
            }
            foreach (var (offset, size) in Sentences(line))
            {
                var text = line.Substring(offset, size);
                segments.Add(new PostingSegment(start + offset, text, Words(text) ?? section.Importance, section.Offer));
            }
        }
        return segments;
    }

    private static (int Start, int Length) Trim(string text, int start, int end)
    {
        while (start < end && (char.IsWhiteSpace(text[start]) || text[start] is '•' or '*' or '·' or '▪' or '‣' or '◦' or '–' or '—' or '-' or '#')) start++;
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        return (start, end - start);
    }

    private static bool IsBulleted(string text, int start, int end) => text.AsSpan(start, end - start).Trim() is [not '#', ..];

    // With a colon at its end, or made of nothing but the words of headings.
    private static (Importance, bool)? Heading(string line, bool bulleted)
    {
        if (line.Length > LongestHeading) return null;
        var colon = line.EndsWith(':');
        if (!colon && (bulleted || !PlainHeading().IsMatch(line))) return null;
        if (PreferredHeading().IsMatch(line)) return (Importance.Preferred, false);
        if (RequiredHeading().IsMatch(line)) return (Importance.Required, false);
        if (OfferHeading().IsMatch(line)) return (Importance.Mentioned, true);
        if (DutyHeading().IsMatch(line)) return (Importance.Mentioned, false);
        return colon && line.Count(c => c == ' ') < 6 ? (Importance.Mentioned, false) : null;
    }

    private static Importance? Words(string text) =>
        PreferredWords().IsMatch(text) ? Compatibility.Importance.Preferred
        : RequiredWords().IsMatch(text) ? Compatibility.Importance.Required
        : null;

    // A sentence ends with a sign, white space and something that begins one; "e.g. Java" and "Sr. Engineer" do not end there.
    private static IEnumerable<(int Start, int Length)> Sentences(string line)
    {
        var start = 0;
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] is not ('.' or '!' or '?' or ';')) continue;
            if (at + 1 < line.Length && !char.IsWhiteSpace(line[at + 1])) continue;
            if (line[at] == '.' && IsShortForm(line, at)) continue;
            var (first, length) = Trim(line, start, at + 1);
            if (length > 1) yield return (first, length);
            start = at + 1;
        }
        var (last, rest) = Trim(line, start, line.Length);
        if (rest > 0) yield return (last, rest);
    }

    private static bool IsShortForm(string line, int dot)
    {
        var start = dot;
        while (start > 0 && (char.IsLetter(line[start - 1]) || line[start - 1] == '.')) start--;
        var word = line[start..dot];
        return word.ToLowerInvariant() is "e.g" or "i.e" or "sr" or "jr" or "dr" or "mr" or "mrs" or "ms" or "st" or "approx" or "min" or "max" or "inc" or "ltd" or "co" or "no" or "incl" or "vs"
            && (dot + 2 < line.Length);
    }

    [GeneratedRegex(@"^(?:(?:the|our|your|key|core|minimum|basic|job|essential|desired|desirable|preferred|required|additional|technical|main|about|and|or|what|we|you|ll|re|will|who|are|is|us|role|position|company|do|be|doing|need|needs|bring|have|offer|expect|looking|for|why|join|work|with|requirements?|qualifications?|responsibilities|duties|tasks|skills?|experience|profile|must|haves?|nice|to|bonus|plus|points|benefits|perks|compensation|description|day|life|team|this|a|in|equal|opportunity|opportunities)\b\W*)+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PlainHeading();

    [GeneratedRegex(@"nice[- ]to[- ]have|\bbonus|\bpreferred|\bdesir|\bplus(es)?\b|good to have|\bideally|advantage", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PreferredHeading();

    [GeneratedRegex(@"\brequire|\bmust[- ]have|\bqualif|\bessential|\bskills\b|what (you|we)('|’)?(ll| will)? ?(need|bring|look|expect|are looking)|what you have|who you are|\byour profile|\babout you|you have|we expect|person spec|looking for", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RequiredHeading();

    [GeneratedRegex(@"\bbenefit|\bperks|what we offer|we offer|\babout (us|the company|our)|our company|who we are|\bwhy (join|work|us)|compensation|equal opportunit", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex OfferHeading();

    [GeneratedRegex(@"responsibilit|\bduties|what you('|’)?(ll| will)? ?do|\bthe role|your role|\btasks|day[- ]to[- ]day|job description|about the (job|role|position)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DutyHeading();

    [GeneratedRegex(@"nice[- ]to[- ]have|\bis a (big |huge |strong |real )?(plus|bonus|advantage)|\ba plus\b|\ban advantage|\bpreferred\b|\bpreferably|\bideally|\bdesirable|\bdesired|\bwould be (great|nice|good|helpful|useful)|\bnot essential|\boptional|\bbonus points|\bhelpful but|\bwelcome\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PreferredWords();

    [GeneratedRegex(@"\bmust\b|\brequired\b|\brequires\b|\bessential\b|\bmandatory|\bminimum\b|\bat least\b|you have\b|you need\b|\bneeds to\b|we are looking for|looking for (a|an|someone)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RequiredWords();
}

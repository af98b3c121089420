using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Profiles.Import;

/// <summary>Small rules about the words of a line.</summary>
internal static partial class Words
{
    private const string Bullets = "•◦▪▫●○■□‣⁃∙·*➢➤►▶✓✔\uF0B7\uF0A7\u2043";

    internal static bool IsBullet(TextLine line) => line.Bullet || StartsWithBullet(line.Text);

    internal static string WithoutBullet(string text) => StartsWithBullet(text) ? text[1..].Trim(' ', '\t') : text;

    /// <summary>Without the blanks, strokes and commas that are left over at its ends.</summary>
    internal static string Trim(string text) => Empty().Replace(text, " ").Trim(' ', '\t', ',', ';', '|', '-', '–', '—', '·', '•').Trim();

    /// <summary>A list in one line.</summary>
    internal static List<string> Split(string text) => [.. SplitOutside(text).Select(t => t.TrimEnd('.')).Where(t => t.Length is > 0 and <= 120)];

    /// <summary>Split at commas and strokes; a bracket that is closed again keeps its commas.</summary>
    internal static IEnumerable<string> SplitOutside(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '(' && text.IndexOf(')', i) is > 0 and var close) i = close;
            if (i < text.Length && text[i] is not (',' or ';' or '|' or '\t') && !Bullets.Contains(text[i], StringComparison.Ordinal)) continue;
            var part = text[start..i].Trim();
            start = i + 1;
            if (part.Length > 0) yield return part;
        }
    }

    /// <summary>The parts of a head line such as <c>Clerk, Corner Shop | Leeds</c>.</summary>
    internal static List<string> Parts(string line) => [.. Between().Split(line).Select(Trim).Where(p => p.Length > 0)];

    /// <summary>True for a line that reads like prose.</summary>
    internal static bool IsSentence(string text) => text.Length > 90 || (text.Length > 30 && text.EndsWith('.') && !text.EndsWith("Inc.", StringComparison.Ordinal) && !text.EndsWith("Ltd.", StringComparison.Ordinal) && !text.EndsWith("Co.", StringComparison.Ordinal));

    internal static bool IsRole(string text) => Roles().IsMatch(text);

    internal static bool IsCompany(string text) => Companies().IsMatch(text);

    internal static bool IsSchool(string text) => Schools().IsMatch(text);

    internal static bool IsDegree(string text) => Degrees().IsMatch(text);

    private static bool StartsWithBullet(string text) =>
        text.Length > 1 && (Bullets.Contains(text[0], StringComparison.Ordinal) || (text[0] is '-' or '–' or '—' or 'o' && text[1] is ' ' or '\t'));

    [GeneratedRegex(@"\s*\(\s*\)\s*|\s{2,}(?!\t)")]
    private static partial Regex Empty();

    [GeneratedRegex(@"\t|\s[-–—|•·@]\s|,\s+(?=\p{Lu})|\s+at\s+(?=\p{Lu})|\s*\|\s*", RegexOptions.None, 1000)]
    private static partial Regex Between();

    [GeneratedRegex(
        @"\b(engineer|developer|programmer|manager|assistant|clerk|cashier|nurse|carer|caregiver|teacher|tutor|driver|cook|chef|waiter|waitress|barista|cleaner|plumber|electrician|carpenter|"
        + @"mechanic|technician|analyst|consultant|designer|director|officer|coordinator|specialist|supervisor|administrator|intern|apprentice|associate|lead|leader|head|president|ceo|cto|cfo|"
        + @"founder|owner|partner|accountant|bookkeeper|receptionist|secretary|representative|agent|advisor|adviser|scientist|researcher|architect|writer|editor|operator|worker|labourer|"
        + @"laborer|packer|picker|courier|buyer|merchandiser|planner|trainer|instructor|coach|therapist|pharmacist|doctor|dentist|lawyer|attorney|paralegal|translator|host|hostess|bartender|"
        + @"guard|volunteer|member|fellow|freelancer|contractor|installer|fitter|welder|painter|gardener|stylist|hairdresser|salesperson|seller|strategist|marketer|recruiter)s?\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Roles();

    [GeneratedRegex(
        @"\b(inc|ltd|llc|llp|plc|gmbh|corp|corporation|company|co|group|hospital|clinic|store|stores|shop|market|supermarket|restaurant|cafe|café|hotel|bank|school|college|university|council|"
        + @"services|solutions|systems|technologies|labs|studio|studios|agency|foundation|institute|association|partners|brothers|sons|bakery|pharmacy|care|home|trust|ministry|department)\b\.?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Companies();

    [GeneratedRegex(@"\b(universi\w+|college|school|institut\w*|academy|polytechnic|conservatory|lyc[ée]e|gymnasium|hochschule|bootcamp)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Schools();

    [GeneratedRegex(
        @"\b(bachelor\w*|master\w*|doctor\w*|ph\.?\s?d|b\.?\s?sc|m\.?\s?sc|b\.?a|m\.?a|b\.?eng|m\.?eng|b\.?tech|m\.?tech|mba|bba|bcom|associate\w*|diploma|certificate|ged|a[- ]levels?|gcses?|nvq|btec|apprenticeship|degree|honou?rs)\b\.?",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Degrees();
}

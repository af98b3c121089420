using System.Text.RegularExpressions;

using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Foundation.Searching;

namespace Mainstreet.Careers.Jobs.Intake;

/// <summary>What two adverts are compared by.</summary>
/// <param name="UrlKeys">Addresses without what only tracks.</param>
/// <param name="Company">Words without the legal form; empty when unknown.</param>
/// <param name="Title">Words in order of the alphabet, without numbers of requisitions and the like.</param>
/// <param name="Places">Empty when unknown.</param>
/// <param name="Workplace">Null: unknown.</param>
/// <param name="Employment">Null: unknown.</param>
/// <param name="Seniority">Null: unknown.</param>
/// <param name="SimHash">Of the description.</param>
/// <param name="Words">Of the description.</param>
internal sealed partial record PostingTraits(
    IReadOnlyList<string> UrlKeys, string Company, string Title, IReadOnlyList<Place> Places, Workplace? Workplace, Employment? Employment, Seniority? Seniority, long SimHash, int Words)
{
    private const int Bands = 4;

    private static readonly HashSet<string> LegalForms = new(StringComparer.Ordinal)
    {
        "inc", "incorporated", "llc", "ltd", "limited", "plc", "gmbh", "ag", "kg", "ug", "sa", "sas", "sarl", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps", "pvt", "private", "pty", "co", "company",
        "corp", "corporation", "llp", "lp", "the",
    };

    private static readonly Dictionary<string, string> Spelt = new(StringComparer.Ordinal)
    {
        ["sr"] = "senior", ["snr"] = "senior", ["jr"] = "junior", ["jnr"] = "junior", ["mgr"] = "manager", ["asst"] = "assistant", ["assoc"] = "associate", ["dev"] = "developer", ["eng"] = "engineer",
        ["exec"] = "executive", ["admin"] = "administrator", ["dept"] = "department", ["supv"] = "supervisor",
    };

    private static readonly HashSet<string> Noise = new(StringComparer.Ordinal)
        { "remote", "hybrid", "onsite", "hiring", "urgent", "urgently", "now", "new", "immediate", "start", "job", "vacancy", "the", "a", "an", "and", "of", "for", "in", "at", "to", "we", "are", "re" };

    /// <summary>Query parameters that say where a reader came from, not what is shown.</summary>
    private static readonly HashSet<string> Tracking = new(StringComparer.OrdinalIgnoreCase)
    {
        "gh_src", "lever-source", "lever-origin", "lever-via", "source", "src", "ref", "referrer", "referer", "fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "trk", "trackingid", "refid", "mc_cid",
        "mc_eid", "campaign", "campaignid", "from", "via", "sid", "session", "sessionid", "utm", "ccuid", "rx_campaign", "rx_source", "rx_medium", "jobboard", "job_board", "iis", "iisn", "bid", "recommended_by",
    };

    internal static PostingTraits Of(PostingDraft draft) => new(
        [.. new[] { draft.Url, draft.ApplyUrl }.OfType<string>().Select(UrlKey).OfType<string>().Distinct(StringComparer.Ordinal)], CompanyKey(draft.Company), TitleKey(draft.Title, draft.Places), draft.Places,
        draft.Workplace, draft.Employment, draft.Seniority, draft.SimHash, draft.Words);

    internal static PostingTraits Of(Posting posting)
    {
        var places = Place.Parse(posting.Places);
        return new(
            [.. new[] { posting.Url, posting.ApplyUrl }.OfType<string>().Select(UrlKey).OfType<string>().Distinct(StringComparer.Ordinal)], CompanyKey(posting.Company), TitleKey(posting.Title, places), places,
            posting.Workplace, posting.Employment, posting.Seniority, posting.SimHash, posting.Words);
    }

    /// <summary>Hashes by which an advert of the same job may be found; what is found must still be compared.</summary>
    internal IEnumerable<long> Keys()
    {
        foreach (var url in UrlKeys) yield return Hash('u', url);
        if (PlaceKey is not { } place) yield break;
        if (Company.Length > 0) yield return Hash('c', $"{Company}|{Title}|{place}");
        if (Words < Reading.SimHash.FewestWords) yield break;
        // Of hashes that differ in three bits or fewer, one of four quarters is the same.
        for (var i = 0; i < Bands; i++) yield return Hash((char)('0' + i), $"{place}|{(ulong)SimHash >> i * 16 & 0xFFFF}");
    }

    /// <summary>The same for adverts of the same places; null where the place is unknown and nobody says that there is none.</summary>
    internal string? PlaceKey => Places.Count > 0 ? string.Join('|', Places.Select(p => p.Key).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)) : Workplace == Jobs.Workplace.Remote ? "remote" : null;

    /// <summary>The address without protocol, www, fragment and what only tracks; null for the front page of a site, which is no job's.</summary>
    internal static string? UrlKey(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)) return null;
        var host = uri.IdnHost.ToLowerInvariant();
        if (host.StartsWith("www.", StringComparison.Ordinal)) host = host[4..];
        var path = uri.AbsolutePath.TrimEnd('/');
        if (path.EndsWith("/apply", StringComparison.OrdinalIgnoreCase)) path = path[..^6];
        var kept = uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Where(p => p.Split('=')[0] is var name && !Tracking.Contains(name) && !name.StartsWith("utm_", StringComparison.OrdinalIgnoreCase) && p.Contains('=', StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();
        if (path.Length == 0 && kept.Count == 0) return null;
        return $"{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}{path}{(kept.Count == 0 ? "" : "?" + string.Join('&', kept))}";
    }

    internal static string CompanyKey(string? company)
    {
        var words = SearchWords.In(company).Select(w => w.Text).ToList();
        var kept = words.Where(w => !LegalForms.Contains(w)).ToList();
        return string.Join(' ', kept.Count > 0 ? kept : words);
    }

    internal static string TitleKey(string title, IReadOnlyList<Place> places)
    {
        var text = Numbers().Replace(Genders().Replace(title, " "), " ");
        var here = places.SelectMany(p => new[] { p.Town, p.Region }).SelectMany(SearchWords.In).Select(w => w.Text).ToHashSet(StringComparer.Ordinal);
        var words = JobWords.In(text).Select(w => Spelt.GetValueOrDefault(w, w)).Where(w => !Noise.Contains(w) && !here.Contains(w)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return words.Count > 0 ? string.Join(' ', words) : SearchWords.Key(title);
    }

    private static long Hash(char kind, string text) => (long)Fingerprints.Of($"{kind}:{text}");

    [GeneratedRegex(@"\(?\b[mfwdx]\s*/\s*[mfwdx](?:\s*/\s*[mfwdx*]+)?\b\)?|\ball genders\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Genders();

    [GeneratedRegex(@"#\s?\w+|\b(?:req(?:uisition)?|ref(?:erence)?|job|id|jr|r)[\s.:#-]*\d{3,}\b|\b\d{5,}\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Numbers();
}

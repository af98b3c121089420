using System.Text.RegularExpressions;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>
/// Reads places out of what adverts say: "Bangalore, Karnataka, India", "Austin, TX", "London / Remote". It guesses nothing: a country that is not
/// named stays unknown. Two letters that are a state and a country are read by the town where that is known ("Pune, IN"), else as the state, or, where
/// both are as likely, not at all.
/// </summary>
internal static partial class PlaceReader
{
    /// <summary>More places than this are left away.</summary>
    internal const int MostPlaces = 10;

    private const int LongestText = 400;

    private const int LongestName = 80;

    private static readonly PlaceNames Names = PlaceNames.Own;

    /// <summary>Codes of states of the USA that are as often meant as a country.</summary>
    private static readonly HashSet<string> EitherWay = new(StringComparer.Ordinal) { "AR", "CO", "DE", "ID", "IL", "IN" };

    private enum Reading
    {
        Country,
        Region,

        /// <summary>Nobody can know.</summary>
        Open,
    }

    /// <summary>The places named, each once, in their order.</summary>
    internal static IReadOnlyList<Place> Read(string? text)
    {
        if (InertText.OfLine(text, LongestText) is not { } line) return [];
        var places = new List<Place>();
        foreach (var part in Dividers().Split(line))
        {
            if (One(part) is { } place && !places.Exists(p => p == place)) places.Add(place);
            if (places.Count == MostPlaces) break;
        }

        return places;
    }

    /// <summary>The same for what somebody types, who does not trouble to write codes in capitals.</summary>
    internal static IReadOnlyList<Place> ReadTyped(string text) => Read(string.Join(',', text.Split(',').Select(part => part.Trim().Length <= 3 ? part.ToUpperInvariant() : part)));

    /// <summary>An address whose parts are named; null when nothing is known.</summary>
    internal static Place? Read(RawPlace raw)
    {
        var (town, region, country) = (Clean(raw.Town), Clean(raw.Region), Clean(raw.Country));
        // Sources put whole addresses into the field of the town.
        if (town?.Contains(',', StringComparison.Ordinal) == true && One(town) is { } whole) return new Place(whole.Town, Named(region, whole.Country) ?? whole.Region, CodeOf(country) ?? whole.Country);
        var code = CodeOf(country);
        var known = town is null ? null : Names.TownOf(town);
        if (known is not null && (code is null || code == known.Country)) town = known.Name;
        else known = null;
        var named = Named(region, code);
        if (code is null && region is not null && Names.RegionsOf(region) is [var only] && only.Name.Length > 3 && region.Length > 3) code = only.Country;
        return town is null && named is null && code is null ? null : new Place(town, named ?? (code is null ? null : known?.Region), code);
    }

    private static Place? One(string text)
    {
        var parts = text.Split([',', '·']).SelectMany(p => p.Split(" - ")).Select(Clean).OfType<string>().ToList();
        if (parts.Count == 0) return null;
        if (parts is [var single] && Names.TownOf(single) is { } alone) return new Place(alone.Name, null, alone.Name == single || Names.CountryOf(single) is null ? null : alone.Country);

        string? country = null;
        var reading = parts.Count == 2 ? ReadingOf(parts[1], Names.TownOf(parts[0])) : Reading.Country;
        if (reading == Reading.Open)
        {
            parts.RemoveAt(1);
        }
        else if (reading == Reading.Country && CountryIn(parts[^1]) is { } code)
        {
            country = code;
            parts.RemoveAt(parts.Count - 1);
        }

        string? region = null;
        if (parts.Count > (country is null ? 1 : 0) && Region(parts[^1], country, parts.Count > 1 ? parts[0] : null) is { } found)
        {
            (region, country) = (found.Name, country ?? found.Country);
            parts.RemoveAt(parts.Count - 1);
        }
        else if (parts is [var lone] && country is null && lone.Length > 3 && Names.RegionsOf(lone) is [var whole])
        {
            return new Place(null, whole.Name, whole.Country);
        }

        if (parts.Count == 0) return new Place(null, region, country);
        // Small before large: a quarter may stand before the town, a district behind it.
        var known = parts.Select(Names.TownOf).FirstOrDefault(t => t is not null && (country is null || t.Country == country));
        if (known is null) return new Place(parts[0], region ?? (parts.Count > 1 ? parts[^1] : null), country);
        return new Place(known.Name, region ?? (country is null ? null : known.Region), country);
    }

    /// <summary>How the part behind a town is to be read.</summary>
    private static Reading ReadingOf(string last, PlaceNames.Town? town)
    {
        var regions = Names.RegionsOf(last);
        if (regions.Count == 0) return Reading.Country;
        if (town is not null) return regions.Any(r => r.Country == town.Country) ? Reading.Region : Reading.Country;
        if (!Names.IsCountryCode(last)) return Reading.Country;
        return EitherWay.Contains(last) ? Reading.Open : Reading.Region;
    }

    private static string? CountryIn(string text) => text.Length == 2 ? Names.IsCountryCode(text) ? text : Names.CountryOf(text) is { } alias && !string.Equals(alias, text, StringComparison.OrdinalIgnoreCase) ? alias : null : Names.CountryOf(text);

    private static PlaceNames.Region? Region(string text, string? country, string? town)
    {
        var found = Names.RegionsOf(text);
        // Small letters are no code.
        if (text.Length <= 3 && !text.All(c => char.IsAsciiLetterUpper(c) || c == '.')) return null;
        if (country is not null) return found.FirstOrDefault(r => r.Country == country);
        if (town is not null && Names.TownOf(town) is { } known && found.FirstOrDefault(r => r.Country == known.Country) is { } own) return own;
        return found.FirstOrDefault(r => r.Country == "US") ?? (found.Count > 0 ? found[0] : null);
    }

    private static string? CodeOf(string? country) => country is null ? null : Names.IsCountryCode(country.ToUpperInvariant()) ? country.ToUpperInvariant() : Names.CountryOf(country);

    private static string? Named(string? region, string? country)
    {
        if (region is null) return null;
        var found = Names.RegionsOf(region);
        return (found.FirstOrDefault(r => country is null || r.Country == country) ?? (found.Count == 1 && country is null ? found[0] : null))?.Name ?? (region.Length <= 3 ? null : region);
    }

    /// <summary>Without what says how one works there, without postal codes; null when nothing is left.</summary>
    private static string? Clean(string? part)
    {
        if (InertText.OfLine(part, LongestText) is not { } line) return null;
        var text = Brackets().Replace(line, " ");
        text = Manner().Replace(text, " ");
        text = PostalCode().Replace(text, " ");
        text = text.Trim(' ', '-', '–', ',', ':', '(', ')', '/', '|').Replace('|', ' ');
        text = Spaces().Replace(text, " ");
        return text.Length is 0 or > LongestName || !text.Any(char.IsLetter) ? null : text;
    }

    [GeneratedRegex(@"\s*[;\n|]\s*|\s+/\s+|\s+or\s+|\s*•\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Dividers();

    [GeneratedRegex(@"\([^()]*\)", RegexOptions.CultureInvariant)]
    private static partial Regex Brackets();

    [GeneratedRegex(@"\b(?:fully remote|100% remote|remote[- ]first|remote|hybrid|on[- ]?site|in[- ]office|work from home|wfh|home[- ]?based|home office|anywhere|worldwide|global|flexible|multiple locations|various locations|greater area|metropolitan area|metro area)\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Manner();

    [GeneratedRegex(@"\b(?:\d[\d -]{3,9}\d|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b", RegexOptions.CultureInvariant)]
    private static partial Regex PostalCode();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}

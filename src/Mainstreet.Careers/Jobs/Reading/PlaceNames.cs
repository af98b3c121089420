using System.Collections.Frozen;
using System.Globalization;

using Mainstreet.Foundation.Searching;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>Countries, regions and towns by their names, from the runtime's list of countries and <c>places.txt</c>.</summary>
internal sealed class PlaceNames
{
    /// <param name="Country">ISO 3166-1 alpha-2.</param>
    internal sealed record Region(string Country, string Name);

    internal sealed record Town(string Country, string Name, string? Region);

    private readonly FrozenDictionary<string, string> _countries;
    private readonly FrozenDictionary<string, List<Region>> _regions;
    private readonly FrozenDictionary<string, Town> _towns;

    private PlaceNames(Dictionary<string, string> countries, Dictionary<string, List<Region>> regions, Dictionary<string, Town> towns) => (_countries, _regions, _towns) =
        (countries.ToFrozenDictionary(StringComparer.Ordinal), regions.ToFrozenDictionary(StringComparer.Ordinal), towns.ToFrozenDictionary(StringComparer.Ordinal));

    internal static PlaceNames Own { get; } = Read();

    /// <summary>The country's code; null when the name is none.</summary>
    internal string? CountryOf(string name) => _countries.GetValueOrDefault(Key(name));

    /// <summary>True for two letters that are a country's code, in capitals.</summary>
    internal bool IsCountryCode(string text) => text.Length == 2 && text.All(char.IsAsciiLetterUpper) && _countries.GetValueOrDefault(Key(text)) == text;

    /// <summary>Regions that are called so or have this code.</summary>
    internal IReadOnlyList<Region> RegionsOf(string name) => _regions.TryGetValue(Key(name), out var found) ? found : [];

    internal Town? TownOf(string name) => _towns.GetValueOrDefault(Key(name));

    private static string Key(string name) => SearchWords.Key(name.Replace(".", "", StringComparison.Ordinal));

    private static PlaceNames Read()
    {
        var (countries, regions, towns) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, List<Region>>(StringComparer.Ordinal), new Dictionary<string, Town>(StringComparer.Ordinal));
        foreach (var culture in CultureInfo.GetCultures(CultureTypes.SpecificCultures))
        {
            var country = new RegionInfo(culture.Name);
            if (country.TwoLetterISORegionName is not { Length: 2 } code || !char.IsAsciiLetterUpper(code[0])) continue;
            foreach (var name in new[] { code, country.ThreeLetterISORegionName, country.EnglishName }) countries.TryAdd(Key(name), code);
        }

        using var reader = new StreamReader(typeof(PlaceNames).Assembly.GetManifestResourceStream("Jobs/places.txt")!);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var (head, others) = line.Split(" = ") is [var left, var right] ? (left, right.Split("; ")) : (line, []);
            var words = head.Split(' ', 3);
            switch (words[0])
            {
                case "country":
                    countries.TryAdd(Key(words[1]), words[1]);
                    foreach (var name in others) countries[Key(name)] = words[1];
                    break;
                case "region":
                    var region = new Region(words[1], words[2]);
                    foreach (var name in others.Append(words[2])) (regions.TryGetValue(Key(name), out var same) ? same : regions[Key(name)] = []).Add(region);
                    break;
                case "town":
                    var parts = words[2].Split(", ");
                    var town = new Town(words[1], parts[0], parts.Length > 1 ? parts[1] : null);
                    foreach (var name in others.Append(parts[0])) towns.TryAdd(Key(name), town);
                    break;
                default:
                    throw new InvalidDataException($"places.txt: {line}");
            }
        }

        return new PlaceNames(countries, regions, towns);
    }
}

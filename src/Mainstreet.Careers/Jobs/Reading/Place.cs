using Mainstreet.Foundation.Searching;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>A place by its parts; those that nobody named are null, but one is there.</summary>
/// <param name="Town">As it is usually written: Bangalore and Bengaluru are one.</param>
/// <param name="Region">State, province, nation of a kingdom.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
internal sealed record Place(string? Town, string? Region, string? Country)
{
    private const char Divider = '|';

    /// <summary>For people, and as the value of a facet.</summary>
    internal string Text => string.Join(", ", new[] { Town, Region, Country }.OfType<string>());

    /// <summary>What two places that are the same have in common: the town's words, or what is known instead.</summary>
    internal string Key => Town is not null ? SearchWords.Key(Town) : Region is not null ? $"region {SearchWords.Key(Region)}" : $"country {Country}";

    /// <summary>Whether both may be the same: the same <see cref="Key"/>, and nothing named that contradicts.</summary>
    internal bool Agrees(Place other) => Key == other.Key
        && (Country is null || other.Country is null || Country == other.Country)
        && (Region is null || other.Region is null || SearchWords.Key(Region) == SearchWords.Key(other.Region));

    /// <summary>A line a place, for storage.</summary>
    internal static string Write(IEnumerable<Place> places) => string.Join('\n', places.Select(p => $"{p.Town}{Divider}{p.Region}{Divider}{p.Country}"));

    internal static IReadOnlyList<Place> Parse(string lines) => lines.Length == 0 ? [] : [.. lines.Split('\n').Select(line => line.Split(Divider)).Select(p => new Place(Named(p[0]), Named(p[1]), Named(p[2])))];

    private static string? Named(string part) => part.Length == 0 ? null : part;
}

using Mainstreet.Careers.Jobs.Reading;

namespace Mainstreet.Careers.Jobs.Intake;

/// <summary>How sure it is that two adverts are of one job; the greater the surer.</summary>
internal enum Sameness
{
    No,

    /// <summary>The same text in the same place, company and title alike.</summary>
    Text,

    /// <summary>The same company, title and place.</summary>
    Facts,

    /// <summary>The same address.</summary>
    Address,
}

/// <summary>
/// Tells whether two adverts are of one job: by address, else by company, title and place, else by fingerprint of the text. Never across towns,
/// never where seniority or contract contradict.
/// </summary>
internal static class SameJob
{
    /// <summary>Texts as far apart as this are still one text with changes; two different texts differ in about 32 bits.</summary>
    private const int Edited = 12;

    private const int Near = 3;

    /// <param name="a">One advert.</param>
    /// <param name="b">The other.</param>
    /// <param name="sameBoard">Both stand on one board with ids of their own: there the same title in the same place is two jobs unless the text is the same too.</param>
    internal static Sameness Compare(PostingTraits a, PostingTraits b, bool sameBoard)
    {
        if (a.Seniority is not null && b.Seniority is not null && a.Seniority != b.Seniority) return Sameness.No;
        if (a.Employment is not null && b.Employment is not null && a.Employment != b.Employment) return Sameness.No;
        var known = a.PlaceKey is not null && b.PlaceKey is not null;
        if (known && (a.PlaceKey != b.PlaceKey || !Agree(a.Places, b.Places))) return Sameness.No;

        var apart = Apart(a, b);
        var sameTitle = a.Title == b.Title;
        if (a.UrlKeys.Intersect(b.UrlKeys, StringComparer.Ordinal).Any() && (sameTitle || apart <= Edited)) return Sameness.Address;
        if (!known) return Sameness.No;

        var sameCompany = a.Company.Length > 0 && a.Company == b.Company;
        if (sameCompany && sameTitle && (!sameBoard || apart is null or <= Near * 2)) return Sameness.Facts;
        if (apart > Near || apart is null) return Sameness.No;
        return (sameTitle && CompaniesAlike(a.Company, b.Company)) || (sameCompany && a.Seniority == b.Seniority && TitlesAlike(a.Title, b.Title)) ? Sameness.Text : Sameness.No;
    }

    /// <summary>Bits in which the fingerprints differ; null where one text is too short to be compared.</summary>
    internal static int? Apart(PostingTraits a, PostingTraits b) => a.Words >= SimHash.FewestWords && b.Words >= SimHash.FewestWords ? SimHash.Distance(a.SimHash, b.SimHash) : null;

    private static bool Agree(IReadOnlyList<Place> a, IReadOnlyList<Place> b) => a.All(one => b.Any(one.Agrees)) && b.All(one => a.Any(one.Agrees));

    /// <summary>"Acme" and "Acme Europe"; or one is not named.</summary>
    private static bool CompaniesAlike(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0) return true;
        var (one, other) = (a.Split(' '), b.Split(' '));
        return one.Length <= other.Length ? one.All(other.Contains) : other.All(one.Contains);
    }

    /// <summary>At least two thirds of all their words are in both.</summary>
    private static bool TitlesAlike(string a, string b)
    {
        var (one, other) = (a.Split(' ').ToHashSet(StringComparer.Ordinal), b.Split(' ').ToHashSet(StringComparer.Ordinal));
        var both = one.Count(other.Contains);
        return both * 3 >= (one.Count + other.Count - both) * 2;
    }
}

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>What is looked for, apart from how the answer is cut. Stored with saved searches. A list takes any of its values; empty: any at all.</summary>
/// <param name="Q">Words as typed; null or blank finds everything.</param>
/// <param name="Location">A place as somebody types it.</param>
/// <param name="Company">As the facet has them.</param>
/// <param name="Place">As the facet has them.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Workplace">Words of <see cref="Jobs.Workplace"/>.</param>
/// <param name="Employment">Words of <see cref="Jobs.Employment"/>.</param>
/// <param name="Seniority">Words of <see cref="Jobs.Seniority"/>.</param>
/// <param name="Source">Names.</param>
/// <param name="PayMin">Whole units a year that are paid at most, or more; postings of unknown pay are left out.</param>
/// <param name="Currency">ISO 4217; needed with <paramref name="PayMin"/>.</param>
/// <param name="Days">Posted so many days ago or later.</param>
internal sealed record JobFilter(
    string? Q, string? Location, IReadOnlyList<string> Company, IReadOnlyList<string> Place, IReadOnlyList<string> Country, IReadOnlyList<string> Workplace,
    IReadOnlyList<string> Employment, IReadOnlyList<string> Seniority, IReadOnlyList<string> Source, long? PayMin = null, string? Currency = null, int? Days = null)
{
    internal static JobFilter Any { get; } = new(null, null, [], [], [], [], [], [], []);

    internal IReadOnlyList<string> Of(JobFacet facet) => facet switch
    {
        JobFacet.Company => Company,
        JobFacet.Place => Place,
        JobFacet.Country => Country,
        JobFacet.Workplace => Workplace,
        JobFacet.Employment => Employment,
        JobFacet.Seniority => Seniority,
        _ => Source,
    };
}

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>A search as the copy in memory is asked it.</summary>
/// <param name="Filter">What postings must be like.</param>
/// <param name="Query">Its words; null: any.</param>
/// <param name="Synthetic">Whether the self-check's postings are meant, or real ones.</param>
/// <param name="Now">Microseconds since 1970: what has ended is not found.</param>
/// <param name="Sort">The order of the page.</param>
/// <param name="Facets">What to count by.</param>
/// <param name="Disjunctive">Facets whose own filter does not narrow their own counts.</param>
/// <param name="Limit">Largest page.</param>
/// <param name="After">Where the page before ended.</param>
internal sealed record JobPlan(
    JobFilter Filter, JobQuery? Query, bool Synthetic, long Now, JobSort Sort, IReadOnlyList<JobFacet> Facets, IReadOnlyList<JobFacet> Disjunctive, int Limit, JobCursor? After = null);

/// <summary>What was found: all of it counted, one page of it named.</summary>
/// <param name="Total">Postings that meet the filter and the words.</param>
/// <param name="Facets">Values by falling count, then by their text; at most <see cref="JobIndexRun.MostValues"/>.</param>
/// <param name="Ids">The page.</param>
/// <param name="Next">Where the next page goes on; null at the end.</param>
internal sealed record JobResult(int Total, IReadOnlyDictionary<JobFacet, IReadOnlyList<FacetCount>> Facets, IReadOnlyList<Guid> Ids, JobCursor? Next);

using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>
/// Finds postings. All words must be met, the last one also by its beginning; a word with a minus in front must not be there. A filter with several
/// values takes any of them. Facet counts are exact; for those named in <c>disjunctive</c> their own filter is left out. What is unknown of a posting
/// meets no filter on it. Errors: invalid_request.
/// </summary>
internal static class SearchJobs
{
    private const int LongestText = 200;

    private const int MostValues = 50;

    private const int SnippetLength = 240;

    /// <param name="Q">Words; at most 200 characters.</param>
    /// <param name="Location">A town, region or country, as people write them.</param>
    /// <param name="Company">May be given several times, as all that follow.</param>
    /// <param name="Place">As the facet has it.</param>
    /// <param name="Country">ISO 3166-1 alpha-2.</param>
    /// <param name="Remote">True is short for <c>workplace=remote</c>.</param>
    /// <param name="Workplace"><c>onSite</c>, <c>hybrid</c>, <c>remote</c>.</param>
    /// <param name="Employment"><c>fullTime</c>, <c>partTime</c>, <c>contract</c>, <c>temporary</c>, <c>internship</c>.</param>
    /// <param name="Seniority"><c>learner</c>, <c>junior</c>, <c>established</c>, <c>senior</c>, <c>lead</c>, <c>head</c>, <c>chief</c>.</param>
    /// <param name="Source">Where it was found.</param>
    /// <param name="PayMin">Whole units a year; needs <c>currency</c>.</param>
    /// <param name="Currency">ISO 4217.</param>
    /// <param name="Days">Posted so many days ago or later; 1 to 3650.</param>
    /// <param name="Sort"><c>relevance</c> (the default with words), <c>newest</c> (the default without), <c>pay</c> (needs <c>currency</c>).</param>
    /// <param name="Facets">Among <c>company</c>, <c>place</c>, <c>country</c>, <c>workplace</c>, <c>employment</c>, <c>seniority</c>, <c>source</c>, separated by commas.</param>
    /// <param name="Disjunctive">Those of the facets that count without their own filter.</param>
    internal sealed record Query(
        string? Q = null, string? Location = null, string[]? Company = null, string[]? Place = null, string[]? Country = null, bool? Remote = null, string[]? Workplace = null, string[]? Employment = null,
        string[]? Seniority = null, string[]? Source = null, long? PayMin = null, string? Currency = null, int? Days = null, string? Sort = null, string? Facets = null, string? Disjunctive = null,
        int? Limit = null, string? Cursor = null);

    public sealed record Item(
        Guid Id, string Title, string? Company, IReadOnlyList<string> Places, string? Workplace, string? Employment, string? Seniority, ReadJob.PayView? Pay, string Snippet, DateTimeOffset? PostedAt, DateTimeOffset FirstSeen);

    /// <param name="Items">One page.</param>
    /// <param name="Facets">For each facet asked for its values by falling count, then by text; at most 100.</param>
    /// <param name="Total">All that was found.</param>
    /// <param name="Next">The cursor of the next page; null at the end.</param>
    public sealed record Response(IReadOnlyList<Item> Items, IReadOnlyDictionary<string, IReadOnlyList<FacetCount>> Facets, int Total, string? Next);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/jobs", Handle)
        .WithName("careers.jobs.search").WithSummary("Search postings")
        .RequireAuthorization(CareersPermissions.Search).ProducesProblem(400);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        [AsParameters] Query query, Caller caller, CareersDb db, JobMirror mirror, TimeProvider clock, CancellationToken cancel)
    {
        var plan = PlanOf(query, caller.Synthetic, clock.Now());
        return plan.Ok ? TypedResults.Ok(await RunAsync(plan.Value, db, mirror, cancel)) : plan.Problem.ToHttp();
    }

    /// <summary>The same for pages and tasks of our own.</summary>
    internal static async Task<Response> RunAsync(JobPlan plan, CareersDb db, JobMirror mirror, CancellationToken cancel)
    {
        var found = await mirror.SearchAsync(plan, cancel);
        var ids = found.Ids;
        var rows = await db.Postings.AsNoTracking().Where(p => ids.Contains(p.Id))
            .Select(p => new Posting
            {
                Id = p.Id, Title = p.Title, Company = p.Company, Places = p.Places, Workplace = p.Workplace, Employment = p.Employment, Seniority = p.Seniority, PayLeast = p.PayLeast, PayMost = p.PayMost,
                PayCurrency = p.PayCurrency, PayPer = p.PayPer, PayText = p.PayText, Description = p.Description.Substring(0, SnippetLength * 2), PostedAt = p.PostedAt, FirstSeen = p.FirstSeen,
            }).ToDictionaryAsync(p => p.Id, cancel);
        return new Response(
            [.. ids.Where(rows.ContainsKey).Select(id => ItemOf(rows[id]))], found.Facets.ToDictionary(f => Words.Of(f.Key), f => f.Value), found.Total, found.Next?.ToString());
    }

    internal static Outcome<JobPlan> PlanOf(Query query, bool synthetic, DateTimeOffset now)
    {
        var limit = Foundation.Web.Cursor.Limit(query.Limit);
        if (!limit.Ok) return limit.Problem;
        var workplaces = query.Workplace ?? [];
        if (query.Remote == true) workplaces = [.. workplaces, Words.Of(Jobs.Workplace.Remote)];
        var filter = Check(new JobFilter(
            query.Q, query.Location, query.Company ?? [], query.Place ?? [], query.Country ?? [], workplaces, query.Employment ?? [], query.Seniority ?? [], query.Source ?? [], query.PayMin, query.Currency, query.Days));
        if (!filter.Ok) return filter.Problem;
        var sort = Words.Parse<JobSort>("sort", query.Sort);
        if (sort.Problem is { } unknown) return unknown;
        var words = JobQuery.Read(query.Q);
        var by = sort.Value ?? (words is null ? JobSort.Newest : JobSort.Relevance);
        if (by == JobSort.Pay && filter.Value.Currency is null) return Problem.Invalid("currency", "is needed to sort by pay");
        var after = JobCursor.Parse(query.Cursor, by);
        if (after.Problem is { } bad) return bad;
        var facets = FacetsOf("facets", query.Facets);
        if (!facets.Ok) return facets.Problem;
        var disjunctive = FacetsOf("disjunctive", query.Disjunctive);
        if (!disjunctive.Ok) return disjunctive.Problem;
        return new JobPlan(filter.Value, words, synthetic, now.ToMicroseconds(), by, facets.Value, disjunctive.Value, limit.Value, after.Value);
    }

    /// <summary>The filter with each value once, or what is wrong with it.</summary>
    internal static Outcome<JobFilter> Check(JobFilter filter)
    {
        foreach (var (field, text) in new[] { ("q", filter.Q), ("location", filter.Location) })
        {
            if (text is { Length: > LongestText } || text?.Contains('\0') == true) return Problem.Invalid(field, $"has at most {LongestText} characters, none of them U+0000");
        }

        foreach (var facet in JobIndex.AllFacets)
        {
            var values = filter.Of(facet);
            if (values.Count > MostValues) return Problem.Invalid(Words.Of(facet), $"may be given {MostValues} times at most");
            if (values.Any(v => v is null || v.Length > LongestText * 2 || v.Contains('\0'))) return Problem.Invalid(Words.Of(facet), $"must have at most {LongestText * 2} characters, none of them U+0000");
        }

        foreach (var word in filter.Workplace.Where(w => w.Length > 0)) if (Words.Parse<Workplace>("workplace", word).Problem is { } problem) return problem;
        foreach (var word in filter.Employment.Where(w => w.Length > 0)) if (Words.Parse<Employment>("employment", word).Problem is { } problem) return problem;
        foreach (var word in filter.Seniority.Where(w => w.Length > 0)) if (Words.Parse<Seniority>("seniority", word).Problem is { } problem) return problem;
        var currency = string.IsNullOrEmpty(filter.Currency) ? null : filter.Currency.ToUpperInvariant();
        if (currency is not null && (currency.Length != 3 || !currency.All(char.IsAsciiLetterUpper))) return Problem.Invalid("currency", "must be three letters, as in ISO 4217");
        if (filter.PayMin is < 0) return Problem.Invalid("payMin", "must not be negative");
        if (filter.PayMin is not null && currency is null) return Problem.Invalid("currency", "is needed with payMin");
        if (filter.Days is < 1 or > 3_650) return Problem.Invalid("days", "must be between 1 and 3650");
        return filter with
        {
            Q = Blank(filter.Q),
            Location = Blank(filter.Location),
            Company = Once(filter.Company),
            Place = Once(filter.Place),
            Country = [.. Once(filter.Country).Select(c => c.ToUpperInvariant()).Distinct(StringComparer.Ordinal)],
            Workplace = Once(filter.Workplace),
            Employment = Once(filter.Employment),
            Seniority = Once(filter.Seniority),
            Source = Once(filter.Source),
            Currency = currency,
        };
    }

    private static Item ItemOf(Posting posting) => new(
        posting.Id, posting.Title, posting.Company, [.. Reading.Place.Parse(posting.Places).Select(p => p.Text)], ReadJob.Word(posting.Workplace), ReadJob.Word(posting.Employment), ReadJob.Word(posting.Seniority),
        ReadJob.PayView.Of(posting), Snippet(posting.Description), posting.PostedAt, posting.FirstSeen);

    private static string Snippet(string text)
    {
        var line = text.Replace('\n', ' ');
        if (line.Length <= SnippetLength) return line;
        var end = line.LastIndexOf(' ', SnippetLength - 1);
        if (end < SnippetLength / 2) end = char.IsHighSurrogate(line[SnippetLength - 2]) ? SnippetLength - 2 : SnippetLength - 1;
        return string.Concat(line.AsSpan(0, end), "…");
    }

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static List<string> Once(IReadOnlyList<string> values) => [.. values.Where(v => v.Length > 0).Distinct(StringComparer.Ordinal)];

    private static Outcome<IReadOnlyList<JobFacet>> FacetsOf(string field, string? text)
    {
        var facets = new List<JobFacet>();
        foreach (var word in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var facet = Words.Parse<JobFacet>(field, word);
            if (facet.Problem is { } problem) return problem;
            if (facet.Value is { } known && !facets.Contains(known)) facets.Add(known);
        }

        return facets;
    }
}

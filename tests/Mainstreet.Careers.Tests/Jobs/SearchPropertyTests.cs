using System.Globalization;
using System.Text.Json;

using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Searching;
using Mainstreet.Foundation.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Jobs;

/// <summary>
/// The copies of two replicas against a slow search that looks at every posting: what is found, how often each facet value stands there, in what
/// order, page by page, after any changes.
/// </summary>
[Trait("kind", "db")]
public sealed class SearchPropertyTests
{
    private static readonly string[] Titles = ["Baker", "Bakers' Helper", "Senior Baker", "Software Engineer", "C# Developer", "C++ Developer", "Café Supervisor", "Van Driver", "Nurse", "Night Nurse", "Bookkeeper", "Head of Sales"];

    private static readonly string[] Companies = ["Riverbend", "Copper Kettle", "O'Neill & Sons", "Käse 24", ""];

    private static readonly string[] Towns = ["Pune, IN", "Bangalore", "Bengaluru, Karnataka, India", "London, UK", "London", "Austin, TX", "Berlin; Hamburg, Germany", "Remote", "Remote - US", "Köln", ""];

    private static readonly string[] Texts = ["bread every night", "C# and .NET in the cloud", "knows JavaScript, not Java", "drives a van", "cares for people", "keeps the books", "fully remote", "पुणे में काम", "early mornings and late nights"];

    private static readonly string[] Queries =
        ["baker", "bak", "bakers ", "c#", "c++", "c", ".net", "java", "java -javascript", "senior baker", "nurse night", "van drive", "cafe", "köl", "zzz", "!!!", "-", "-baker", "पुणे", "remote -berlin", "books keeper", "o'neill", "the", "e"];

    private static readonly string[] Locations = ["Pune", "Bengaluru, IN", "bangalore", "Karnataka", "India", "Germany", "London", "Austin, TX", "USA", "Cologne", "nowhere"];

    [Theory, EachEngine]
    public async Task Totals_facets_order_and_pages_are_those_of_brute_force(Engine engine)
    {
        await using var first = await JobRig.StartAsync(engine);
        await using var second = first.Replica();
        foreach (var seed in TestSeeds.Of(2, 40))
        {
            var random = new Random(seed);
            for (var round = 0; round < 12; round++)
            {
                await ChangeAsync(first, random, round);
                var rig = random.Next(2) == 0 ? first : second;
                var entries = await first.InDbAsync(db => db.PostingEntries.AsNoTracking().ToListAsync());
                for (var i = 0; i < 25; i++) await CompareAsync(rig.Mirror, entries, Plan(random), $"seed {seed}, round {round}");
            }
        }
    }

    private static async Task ChangeAsync(JobRig rig, Random random, int round)
    {
        string Pick(string[] from) => from[random.Next(from.Length)];
        var source = $"feed{random.Next(3)}";
        await rig.TakeAsync(source, "", Enumerable.Range(0, random.Next(1, 60)).Select(_ => new RawPosting
        {
            Id = $"{random.Next(150)}", Title = Pick(Titles), Company = Pick(Companies), Place = Pick(Towns), Description = $"{Pick(Texts)} {Pick(Texts)} {random.Next(1_000)}",
            PostedAt = TimeProvider.System.GetUtcNow().AddDays(-random.Next(40)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Employment = random.Next(3) == 0 ? "part-time" : null,
            ValidUntil = random.Next(6) == 0 ? TimeProvider.System.GetUtcNow().AddDays(random.Next(-5, 5)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
            PayText = random.Next(2) == 0 ? $"EUR {random.Next(20, 90)}k a year" : random.Next(3) == 0 ? $"£{random.Next(10, 40)} per hour" : null,
        }), synthetic: random.Next(8) == 0);
        if (round % 4 == 3) await rig.CloseMissingAsync(source, "", TimeProvider.System.Now());
    }

    private static async Task CompareAsync(JobMirror mirror, List<PostingEntry> entries, JobPlan plan, string where)
    {
        var what = $"{where}: {JsonSerializer.Serialize(plan.Filter)} {plan.Sort} {string.Join(',', plan.Facets)} / {string.Join(',', plan.Disjunctive)}";
        var expected = entries.Where(e => Meets(e, plan, null)).ToList();
        var found = await mirror.SearchAsync(plan, CancellationToken.None);
        found.Total.ShouldBe(expected.Count, what);
        foreach (var facet in plan.Facets)
        {
            var among = plan.Disjunctive.Contains(facet) ? entries.Where(e => Meets(e, plan, facet)) : expected;
            found.Facets[facet].ShouldBe(among.SelectMany(e => ValuesOf(e, facet)).GroupBy(v => v).Select(g => new FacetCount(g.Key, g.Count()))
                .OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal).Take(100).ToList(), $"{what} {facet}");
        }

        var seen = new List<Guid>();
        while (true)
        {
            seen.AddRange(found.Ids);
            if (found.Next is null) break;
            found = await mirror.SearchAsync(plan with { After = JobCursor.Parse(found.Next.ToString(), plan.Sort).Value }, CancellationToken.None);
        }

        seen.ShouldBe(expected.OrderByDescending(e => KeyOf(e, plan)).ThenBy(e => e.PostingId).Select(e => e.PostingId), what);
    }

    private static JobPlan Plan(Random random)
    {
        string? Maybe(string[] from, int oneIn) => random.Next(oneIn) == 0 ? from[random.Next(from.Length)] : null;
        string[] Some(string[] from) => random.Next(4) == 0 ? [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => from[random.Next(from.Length)]).Where(v => v.Length > 0).Distinct()] : [];
        var hasPay = random.Next(6) == 0;
        var filter = new JobFilter(
            Maybe(Queries, 2), Maybe(Locations, 4), Some(Companies), Some(["London", "London, England, GB", "Pune, Maharashtra, IN", "Berlin"]), Some(["IN", "US", "DE"]), Some(["remote", "hybrid"]), Some(["partTime"]), Some(["senior", "head"]),
            Some(["feed0", "feed1"]), hasPay ? random.Next(60_000) : null, hasPay || random.Next(3) == 0 ? random.Next(2) == 0 ? "EUR" : "GBP" : null, random.Next(6) == 0 ? random.Next(1, 30) : null);
        var query = JobQuery.Read(filter.Q);
        var sort = filter.Currency is not null && random.Next(3) == 0 ? JobSort.Pay : query is not null && random.Next(3) > 0 ? JobSort.Relevance : JobSort.Newest;
        var facets = JobIndex.AllFacets.Where(_ => random.Next(2) == 0).ToList();
        return new JobPlan(filter, query, random.Next(8) == 0, TimeProvider.System.Now().ToMicroseconds(), sort, facets, [.. facets.Where(_ => random.Next(2) == 0)], random.Next(1, 40));
    }

    private static bool Meets(PostingEntry entry, JobPlan plan, JobFacet? without)
    {
        var filter = plan.Filter;
        if (!entry.Open || entry.Synthetic != plan.Synthetic || entry.Ends < plan.Now) return false;
        if (filter.Days is { } days && entry.Posted < plan.Now - (days * 86_400_000_000L)) return false;
        if (filter.PayMin is { } least && (entry.Currency != filter.Currency || entry.YearlyMost is not { } most || most < least)) return false;
        foreach (var facet in JobIndex.AllFacets)
        {
            if (facet != without && filter.Of(facet).Count > 0 && !ValuesOf(entry, facet).Intersect(filter.Of(facet)).Any()) return false;
        }

        if (filter.Location is { } location && !PlaceReader.ReadTyped(location).Any(wanted => Place.Parse(entry.Places).Any(place => IsIn(place, wanted)))) return false;
        return plan.Query is null || Says(entry, plan.Query, title: false, whole: false);
    }

    private static bool IsIn(Place place, Place wanted)
    {
        if (wanted is { Town: { } name, Region: null, Country: null })
            return new[] { place.Town, place.Region, place.Country }.OfType<string>().Any(part => SearchWords.Key(part) == SearchWords.Key(name));
        if (wanted.Town is not null && (place.Town is null || SearchWords.Key(place.Town) != SearchWords.Key(wanted.Town))) return false;
        var lenient = wanted.Town is not null;
        return (wanted.Region is null || (place.Region is null ? lenient : SearchWords.Key(place.Region) == SearchWords.Key(wanted.Region)))
            && (wanted.Country is null || (place.Country is null ? lenient : place.Country == wanted.Country));
    }

    private static bool Says(PostingEntry entry, JobQuery query, bool title, bool whole)
    {
        var words = entry.Words.Split(' ').Where(w => !title || w.StartsWith('.')).Select(w => title ? w[1..] : w).ToList();
        return !query.IsEmpty && query.Words.All(words.Contains) && !query.Without.Any(entry.Words.Split(' ').Contains)
            && (query.Beginning is not { } beginning || words.Contains(SearchWords.Stem(beginning)) || (!whole && words.Any(w => w.StartsWith(beginning, StringComparison.Ordinal))));
    }

    private static (long, long) KeyOf(PostingEntry entry, JobPlan plan) => plan.Sort switch
    {
        JobSort.Pay => (entry.Currency == plan.Filter.Currency ? entry.YearlyMost ?? -1 : -1, 0),
        JobSort.Relevance when plan.Query is { } query =>
            (Says(entry, query, true, true) ? 3 : Says(entry, query, true, false) ? 2 : Says(entry, query, false, true) ? 1 : 0, entry.Posted),
        _ => (entry.Posted, 0),
    };

    private static IEnumerable<string> ValuesOf(PostingEntry entry, JobFacet facet) => facet switch
    {
        JobFacet.Company => entry.Company.Length == 0 ? [] : [entry.Company],
        JobFacet.Place => Place.Parse(entry.Places).Select(p => p.Text).Distinct(),
        JobFacet.Country => Place.Parse(entry.Places).Select(p => p.Country).OfType<string>().Distinct(),
        JobFacet.Workplace => Word(entry.Workplace?.ToString()),
        JobFacet.Employment => Word(entry.Employment?.ToString()),
        JobFacet.Seniority => Word(entry.Seniority?.ToString()),
        _ => entry.Sources.Split(',', StringSplitOptions.RemoveEmptyEntries),
    };

    private static string[] Word(string? name) => name is null ? [] : [JsonNamingPolicy.CamelCase.ConvertName(name)];
}

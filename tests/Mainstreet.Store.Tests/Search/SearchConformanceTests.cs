using System.Globalization;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Store.Data;
using Mainstreet.Store.Search;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Search;

/// <summary>
/// Both engines, and the copy in memory, against a slow search that looks at every product: what is found, how often each facet value stands
/// there, in what order, page by page.
/// </summary>
[Trait("kind", "db")]
public sealed class SearchConformanceTests(StoreApps apps)
{
    private const int Products = 900;

    private static readonly string[] Nouns =
        ["rice", "basmati rice", "potatoes", "potato chips", "almonds", "cookies", "biscuit", "tomatoes", "Toor Dal", "lady finger", "okra", "crème fraîche", "आलू", "Kellogg's oats", "7up", "tea", "green tea", "butter", "ghee", "spinach"];

    private static readonly string[] Adjectives = ["fresh", "Organic", "roasted", "salted", "instant", "premium", "large", "small", "500g", "1 kg"];

    private static readonly string[] Queries =
    [
        "rice", "ric", "basmati", "rice basmati", "potato", "aloo", "आलू", "chips", "cookie", "cook", "okra", "lady finger", "bhindi", "creme", "CRÈME fra", "kelloggs", "7up",
        "tea", "te", "t", "green t", "fresh rice", "organic potatoes 1", "butter", "spinach palak", "brand 3", "dal toor", "zzz", "!!!", "1", "500g", "rice rice", "premium small", "the",
    ];

    private static readonly string[] Brands = ["Brand 1", "Brand 2", "Brand 3", "B,4", "Brand \"5\"", ""];

    private static readonly string[] Categories = ["Staples", "Fruits & Vegetables", "O'Snacks", "Käse"];

    [Theory, EachEngine]
    public async Task Totals_facets_order_and_pages_are_those_of_brute_force(Engine engine)
    {
        var shop = await StockAsync(await apps.OnAsync(engine));
        var entries = await shop.InDbAsync(db => db.SearchEntries.AsNoTracking().Where(e => e.BusinessId == shop.BusinessId && e.Active).ToListAsync());
        var synonyms = await shop.InDbAsync(db => SynonymTable.ReadAsync(db, shop.BusinessId, CancellationToken.None));
        var (mirror, vocabulary) = (shop.App.Host.Services.GetRequiredService<SearchMirror>(), shop.App.Host.Services.GetRequiredService<ISearchVocabulary>());
        var random = new Random(20261122);
        await using var db = await shop.App.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
        var database = new SearchInDatabase(db, shop.App.Host.Services.GetRequiredService<ProductSearch>(), vocabulary);
        while (!await mirror.RefreshAsync(CancellationToken.None)) await Task.Yield();
        var memory = new SearchInMemory(db, mirror, vocabulary, database);
        for (var round = 0; round < 600; round++)
        {
            ISearchSource search = round % 2 == 0 ? database : memory;
            var plan = RandomPlan(random, shop.BusinessId, synonyms);
            var expected = Expected(plan, entries);
            var found = await search.RunAsync(plan, CancellationToken.None);
            var what = $"{round}: {JsonSerializer.Serialize(plan.Filter)} {plan.Sort} {string.Join(',', plan.Facets)} / {string.Join(',', plan.Disjunctive)}";
            found.Total.ShouldBe(expected.Total, what);
            foreach (var facet in plan.Facets)
            {
                // No words, nothing to count.
                if (plan.Query is { Groups.Count: 0 }) continue;
                found.Facets[facet].ShouldBe(expected.Facets[facet], $"{what} {facet}");
            }

            var seen = new List<Guid>();
            var pages = 0;
            while (true)
            {
                seen.AddRange(found.Hits.Select(h => h.ProductId));
                if (found.Next is null || ++pages > 40) break;
                var cursor = SearchCursor.Parse(found.Next.ToString(), plan.Sort).Value;
                found = await search.RunAsync(plan with { After = cursor }, CancellationToken.None);
                found.Total.ShouldBe(expected.Total, what);
            }

            if (pages <= 40) seen.ShouldBe(expected.Ids, what);
        }
    }

    [Theory, EachEngine]
    public async Task A_further_filter_never_raises_a_count(Engine engine)
    {
        var shop = await StockAsync(await apps.OnAsync(engine));
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            var query = $"q={Uri.EscapeDataString(Queries[random.Next(Queries.Length)])}&facets=category,brand,inStock&limit=1";
            var wide = await shop.SearchAsync(query);
            if (wide.GetProperty("corrections").GetArrayLength() > 0) continue;
            var narrow = await shop.SearchAsync($"{query}&brand={Uri.EscapeDataString(Brands[random.Next(3)])}&priceMin={random.Next(5_000)}");
            if (narrow.GetProperty("corrections").GetArrayLength() > 0) continue;
            narrow.GetProperty("total").GetInt64().ShouldBeLessThanOrEqualTo(wide.GetProperty("total").GetInt64());
            if (narrow.GetProperty("total").GetInt64() == 0) continue;
            foreach (var facet in narrow.GetProperty("facets").EnumerateObject())
            {
                var before = wide.GetProperty("facets").GetProperty(facet.Name).EnumerateArray().ToDictionary(c => c.GetProperty("value").GetString()!, c => c.GetProperty("count").GetInt64());
                foreach (var count in facet.Value.EnumerateArray())
                    count.GetProperty("count").GetInt64().ShouldBeLessThanOrEqualTo(before[count.GetProperty("value").GetString()!], query);
            }
        }
    }

    [Theory, EachEngine]
    public async Task Candidates_for_a_misspelled_word_are_those_of_pg_trgm(Engine engine)
    {
        var shop = await StockAsync(await apps.OnAsync(engine));
        var vocabulary = shop.App.Host.Services.GetRequiredService<ISearchVocabulary>();
        await using var db = await shop.App.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
        var words = engine == Engine.Postgres
            ? await db.Database.SqlQuery<string>($"SELECT word AS \"Value\" FROM store.search_words").ToListAsync()
            : await db.Database.SqlQuery<string>($"SELECT word AS \"Value\" FROM store_search_words").ToListAsync();
        foreach (var typed in new[] { "rcie", "potatos", "tomatoe", "almnd", "basmti", "spinahc", "buter", "organc", "kelogs", "xyzzy" })
        {
            var expected = words.Where(w => w.All(char.IsAsciiLetterOrDigit) && Trigrams.Similarity(typed, w) >= ISearchVocabulary.LeastSimilarity).Order(StringComparer.Ordinal);
            (await vocabulary.NearAsync(db, typed, CancellationToken.None)).Where(w => w.All(char.IsAsciiLetterOrDigit)).Order(StringComparer.Ordinal).ShouldBe(expected, typed);
        }
    }

    private static SearchPlan RandomPlan(Random random, Guid business, SynonymTable synonyms)
    {
        var q = random.Next(4) == 0 ? null : Queries[random.Next(Queries.Length)];
        List<string> Some(string[] all) => random.Next(3) == 0 ? [.. all.Where(_ => random.Next(3) == 0)] : [];
        var filter = new SearchFilter(
            q, Some(Categories), random.Next(6) == 0 ? ["Sub 1", "none"] : [], Some([.. Brands.Where(b => b.Length > 0)]),
            random.Next(4) == 0 ? random.Next(6_000) : null, random.Next(4) == 0 ? random.Next(10_000) : null, random.Next(4) == 0 ? random.Next(2) == 0 : null, business);
        var facets = Enum.GetValues<Facet>().Where(_ => random.Next(2) == 0).ToList();
        return new SearchPlan(
            filter, q is null ? null : SearchQuery.Read(q, synonyms), false, Enum.GetValues<SortBy>()[random.Next(5)], facets,
            [.. Enum.GetValues<Facet>().Where(_ => random.Next(2) == 0)], 1 + random.Next(60));
    }

    private static (long Total, Dictionary<Facet, List<FacetCount>> Facets, List<Guid> Ids) Expected(SearchPlan plan, List<SearchEntry> entries)
    {
        bool Meets(SearchEntry e, SearchFilter filter) => ListingChange.Facts.Of(e).Meet(filter, plan.Query);
        var found = entries.Where(e => Meets(e, plan.Filter)).ToList();
        var facets = plan.Facets.ToDictionary(f => f, f => entries
            .Where(e => Meets(e, plan.Disjunctive.Contains(f) ? Without(plan.Filter, f) : plan.Filter))
            .GroupBy(e => f switch { Facet.Category => e.Category, Facet.SubCategory => e.SubCategory, Facet.Brand => e.Brand, _ => e.InStock ? "true" : "false" })
            .Select(g => new FacetCount(g.Key, g.Count())).OrderByDescending(c => c.Count).ThenBy(c => c.Value, StringComparer.Ordinal).ToList());
        var order = found.Select(e => (e.ProductId, Key: new SearchCursor(plan.Sort, plan.Sort switch
        {
            SortBy.PriceAsc or SortBy.PriceDesc => e.PriceAmount,
            SortBy.Newest => e.Listed,
            SortBy.Relevance => ((plan.Query?.TierOf(e.Words.Split(' ')) ?? 0) * 100_000) - e.NameLength,
            _ => 0,
        }, plan.Sort == SortBy.Name ? e.NameKey : "", e.ProductId))).ToList();
        order.Sort((a, b) => ProductSearch.Compare(plan.Sort, a.Key, b.Key));
        return (found.Count, facets, [.. order.Select(o => o.ProductId)]);
    }

    private static SearchFilter Without(SearchFilter filter, Facet facet) => facet switch
    {
        Facet.Category => filter with { Category = [] },
        Facet.SubCategory => filter with { SubCategory = [] },
        Facet.Brand => filter with { Brand = [] },
        _ => filter with { InStock = null },
    };

    private static async Task<Grocery> StockAsync(TestApp app)
    {
        var shop = await Grocery.OpenAsync(app);
        var random = new Random(1);
        var csv = new StringBuilder("sku,name,brand,category,subCategory,description,price,onHand,active\n");
        for (var i = 0; i < Products; i++)
        {
            var name = $"{Pick(Adjectives)} {Pick(Nouns)}";
            csv.Append(CultureInfo.InvariantCulture,
                $"{i},{Quote(name)},{Quote(Pick(Brands))},{Quote(Pick(Categories))},Sub {random.Next(3)},{Quote($"The {Pick(Nouns)} with {Pick(Adjectives)} taste")},{random.Next(100)}.{random.Next(10)}0,{random.Next(3)},{(random.Next(12) > 0 ? "true" : "false")}\n");
        }

        await shop.ImportAsync(csv.ToString());
        return shop;

        string Pick(string[] from) => from[random.Next(from.Length)];
        static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

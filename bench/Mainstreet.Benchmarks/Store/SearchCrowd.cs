using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Searching;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Data;
using Mainstreet.Store.Search;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Benchmarks.Store;

/// <summary>A catalogue of any size in the words of the demo grocery, and what shoppers type into its search.</summary>
internal sealed class SearchCrowd
{
    private static readonly string[] Adjectives =
    [
        "organic", "fresh", "premium", "classic", "royal", "instant", "roasted", "salted", "spicy", "sweet", "whole", "split", "crushed", "fine", "coarse", "light", "dark", "golden",
        "mild", "strong", "family", "mini", "jumbo", "daily", "natural", "crunchy", "creamy", "soft", "crispy", "smoked", "double", "original", "herbal", "pure", "select", "village",
    ];

    private static readonly string[] Tastes = ["mango", "chilli", "lemon", "ginger", "vanilla", "tamarind", "mint", "pepper", "honey", "coconut", "orange", "masala", "garlic", "rose", "saffron", "tomato"];

    private static readonly string[] Syllables = ["ra", "mi", "ta", "lo", "ke", "shu", "ni", "pa", "go", "ve", "sun", "bel", "dar", "kis", "jo", "han", "wel", "tor", "ari", "zen"];

    private readonly Random _random = new(20261122);
    private readonly List<ProductRow> _kinds = [];
    private readonly List<string> _brands = [];

    private SearchCrowd()
    {
    }

    internal static async Task<SearchCrowd> ReadAsync(int brands)
    {
        var crowd = new SearchCrowd();
        await using var file = typeof(StoreDb).Assembly.GetManifestResourceStream("Demo/products.csv")!;
        var rows = await CsvRows.OpenAsync(file, ["sku"], new CsvLimits(), CancellationToken.None);
        var columns = new ProductColumns(rows.Value!.Columns);
        await foreach (var row in rows.Value.ReadAsync(CancellationToken.None)) crowd._kinds.Add(columns.Read(row).Value!);
        while (crowd._brands.Count < brands)
        {
            var name = string.Concat(Enumerable.Range(0, 2 + crowd._random.Next(2)).Select(_ => Syllables[crowd._random.Next(Syllables.Length)]));
            name = char.ToUpperInvariant(name[0]) + name[1..];
            if (!crowd._brands.Contains(name)) crowd._brands.Add(name);
        }

        return crowd;
    }

    /// <summary>Fills the tables in batches, as an import does.</summary>
    internal async Task FillAsync(IDbContextFactory<StoreDb> factory, ProductIndex index, TimeProvider clock, int products)
    {
        await using var db = await factory.CreateDbContextAsync();
        var shop = new Shop { Id = clock.NewId(), BusinessId = clock.NewId(), Name = "Bench", Line1 = "1", City = "B", PostalCode = "1", CreatedAt = clock.Now(), Version = 1 };
        db.Shops.Add(shop);
        await db.SaveChangesAsync();
        var run = new ImportProducts.Run(db, index, clock, shop, actor: null);
        for (var done = 0; done < products;)
        {
            var batch = new List<ProductRow>();
            while (batch.Count < 1_000 && done < products) batch.Add(Make(done++));
            await run.FlushAsync(batch, CancellationToken.None);
        }

        if (run.Answer() is { RejectedCount: > 0 } bad) throw new InvalidOperationException(bad.Rejected[0].Error);
    }

    /// <summary>Writes the products and the searches for a peer in another language.</summary>
    internal async Task WriteAsync(string path, int products, int searches)
    {
        var rows = Enumerable.Range(0, products).Select(Make)
            .Select(r => new { id = r.Sku, r.Name, r.Brand, r.Category, r.SubCategory, r.Description, r.Price, InStock = r.OnHand > 0 }).ToList();
        var asked = Searches(searches).Select(s => new { s.Kind, s.Filter.Q, s.Filter.Category, s.Filter.PriceMax, s.Filter.InStock, s.Filter.Sort }).ToList();
        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, new { products = rows, searches = asked }, Json.Wire);
    }

    /// <summary>Searches by kind: what the shopper does and its parameters.</summary>
    internal IEnumerable<(string Kind, SearchProducts.Filter Filter)> Searches(int count)
    {
        const string Facets = "category,brand";
        for (var i = 0; i < count; i++)
        {
            var kind = _kinds[_random.Next(_kinds.Count)];
            var noun = Word(kind.Name!);
            yield return (i % 8) switch
            {
                0 => ("one word", new SearchProducts.Filter(noun, Facets: Facets)),
                1 => ("two words", new SearchProducts.Filter($"{Pick(Adjectives)} {noun}", Facets: Facets)),
                2 => ("brand and word", new SearchProducts.Filter($"{Brand()} {noun}", Facets: Facets)),
                3 => ("being typed", new SearchProducts.Filter(noun[..Math.Max(3, noun.Length - 2)], Facets: Facets)),
                4 => ("misspelled", new SearchProducts.Filter(Misspell(noun), Facets: Facets)),
                5 => ("filtered", new SearchProducts.Filter(noun, Category: [kind.Category!], PriceMax: 50_000, InStock: true, Facets: Facets, Disjunctive: Facets)),
                6 => ("by price", new SearchProducts.Filter(noun, Sort: "price", Facets: Facets)),
                _ => ("category", new SearchProducts.Filter(Category: [kind.Category!], Facets: "brand,subCategory")),
            };
        }
    }

    private ProductRow Make(int number)
    {
        var kind = _kinds[_random.Next(_kinds.Count)];
        var name = $"{Brand()} {Pick(Adjectives)} {kind.Name}{(_random.Next(3) == 0 ? " " + Pick(Tastes) : "")}";
        return kind with
        {
            Line = number,
            Sku = number.ToString(CultureInfo.InvariantCulture),
            Name = name,
            Brand = name.Split(' ')[0],
            Description = $"{kind.Description} {Pick(Adjectives)} and {Pick(Tastes)}.",
            Price = 1_000 + (_random.Next(900) * 100),
            Mrp = null,
            OnHand = _random.Next(4),
        };
    }

    /// <summary>A few brands have most of the products.</summary>
    private string Brand() => _brands[(int)(Math.Pow(_random.NextDouble(), 3) * _brands.Count)];

    private string Misspell(string word)
    {
        if (word.Length < 5) return word + "z";
        var at = 1 + _random.Next(word.Length - 3);
        return _random.Next(3) switch
        {
            0 => word.Remove(at, 1),
            1 => word[..at] + word[at + 1] + word[at] + word[(at + 2)..],
            _ => word[..at] + (char)('a' + _random.Next(26)) + word[(at + 1)..],
        };
    }

    private string Word(string name)
    {
        var words = SearchWords.In(name).Select(w => w.Text).Where(w => w.Length > 2).ToList();
        return words[_random.Next(words.Count)];
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}

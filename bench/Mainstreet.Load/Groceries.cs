using System.Globalization;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Load;

/// <summary>A generated catalogue and what shoppers type into its search: the same for every system that is measured.</summary>
internal static class Groceries
{
    /// <summary>Pieces of each product: more than any drive buys.</summary>
    private const int OnHand = 1_000_000;

    private static readonly string[] Brands =
    [
        "Amber Acre", "Bell Farm", "Cedar Row", "Dovecote", "Elm Street", "Fernhill", "Gold Mill", "Harbour", "Ivy Lane", "Juniper",
        "Kestrel", "Lamp Lane", "Maple", "Northgate", "Orchard", "Pebble", "Quarry", "Riverside", "Sunfield", "Tamarind",
    ];

    private static readonly string[] Qualities = ["fresh", "organic", "premium", "daily", "classic", "golden", "sweet", "salted", "roasted", "instant", "whole", "light", "pure", "select", "village", "family"];

    private static readonly string[] Goods =
    [
        "milk", "rice", "flour", "lentils", "paneer", "butter", "ghee", "biscuits", "noodles", "tea", "coffee", "sugar", "salt", "turmeric", "chilli", "onions", "potatoes", "tomatoes",
        "bananas", "apples", "mangoes", "curd", "cheese", "bread", "eggs", "oil", "shampoo", "soap", "detergent", "juice", "crisps", "snacks", "chocolate", "honey", "oats", "semolina", "pickle",
        "almonds", "raisins", "vinegar",
    ];

    /// <summary>Words, beginnings of words and brands, each found in some products.</summary>
    internal static readonly string[] Searches = ["milk", "rice", "maple", "harbour", "paneer", "fresh", "organic", "bisc", "choc", "turm"];

    internal sealed record Article(string Sku, string Name, string Brand, string Category, string Description, long Price);

    /// <param name="count">How many; the same number makes the same articles.</param>
    internal static IReadOnlyList<Article> Make(int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        // Steps that share no divisor with the lengths: every good meets every brand.
        var (brand, quality, good) = (Brands[(i + (i / 40)) % Brands.Length], Qualities[i * 7 % Qualities.Length], Goods[i * 13 % Goods.Length]);
        return new Article(
            string.Create(CultureInfo.InvariantCulture, $"G-{i:D5}"), string.Create(CultureInfo.InvariantCulture, $"{brand} {quality} {good} {i}"), brand, good,
            $"{char.ToUpperInvariant(quality[0])}{quality[1..]} {good} from {brand}", 500 + (i * 7_919L % 90_000));
    })];

    /// <summary>As the import takes it.</summary>
    internal static string Csv(IEnumerable<Article> articles, bool active)
    {
        var csv = new StringBuilder("sku,name,brand,category,description,price,taxClass,onHand,active\n");
        foreach (var a in articles)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{a.Sku},{a.Name},{a.Brand},{a.Category},{a.Description},{a.Price / 100m:0.00},standard,{(active ? OnHand.ToString(CultureInfo.InvariantCulture) : "")},{(active ? "true" : "false")}\n");
        }

        return csv.ToString();
    }

    /// <summary>Prints articles and searches as JSON, for a peer in another language.</summary>
    internal static int Print(int count)
    {
        Console.WriteLine(JsonSerializer.Serialize(new { OnHand, Searches, Articles = Make(count) }, Json.Wire));
        return 0;
    }
}

using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Catalogue;

/// <summary>
/// The rates that hold on one day. Rates are dated rows, not constants: an order is taxed by the day it is placed, and an old
/// invoice keeps its rate. Seeded with India's GST before and after the reform of 22 September 2025 (CBIC notification 9/2025).
/// </summary>
internal sealed class TaxRates
{
    /// <summary>No tax: fresh fruit and vegetables, milk, loose grain, eggs, bread.</summary>
    internal const string Exempt = "exempt";

    /// <summary>5 % until 2025-09-21, then none: packed paneer, UHT milk, roti.</summary>
    internal const string Staple = "staple";

    /// <summary>5 % throughout: sugar, tea, edible oil, spices, packed atta and rice.</summary>
    internal const string Essential = "essential";

    /// <summary>12 % until 2025-09-21, then 5 %: butter, ghee, cheese, dry fruits, juices, namkeen.</summary>
    internal const string Processed = "processed";

    /// <summary>18 % until 2025-09-21, then 5 %: biscuits, chocolate, noodles, soap, shampoo, toothpaste.</summary>
    internal const string Daily = "daily";

    /// <summary>18 % throughout: detergents, cleaners, cosmetics.</summary>
    internal const string Standard = "standard";

    /// <summary>28 % until 2025-09-21, then 40 %: aerated and caffeinated drinks.</summary>
    internal const string Luxury = "luxury";

    private readonly Dictionary<string, int> _rates;

    private TaxRates(Dictionary<string, int> rates) => _rates = rates;

    internal static IReadOnlyList<string> Classes { get; } = [Exempt, Staple, Essential, Processed, Daily, Standard, Luxury];

    /// <summary>Hundredths of a per cent.</summary>
    /// <exception cref="KeyNotFoundException">The class has no rate on that day.</exception>
    internal int this[string taxClass] => _rates[taxClass];

    /// <summary>Reads the rates of a day in the shop's country.</summary>
    internal static async Task<TaxRates> OnAsync(StoreDb db, DateOnly day, CancellationToken cancel)
    {
        var rows = await db.TaxRates.AsNoTracking().Where(r => r.ValidFrom <= day).ToListAsync(cancel);
        return new TaxRates(rows.GroupBy(r => r.TaxClass).ToDictionary(g => g.Key, g => g.MaxBy(r => r.ValidFrom)!.RateBp));
    }
}

using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Store;

/// <summary>The shop's times and limits. Section <c>Store</c>.</summary>
public sealed class StoreOptions
{
    /// <summary>How long stock is held for an order that is not paid, in minutes. Default 15.</summary>
    [Range(1, 1440)]
    public int ReservationMinutes { get; set; } = 15;

    /// <summary>Saved searches that one account may keep. Default 50.</summary>
    [Range(1, 1000)]
    public int SavedSearches { get; set; } = 50;

    /// <summary>Products up to which each replica keeps what the search reads in memory, about 0.6 KB a product. Default 300,000; 0: it always asks the database.</summary>
    [Range(0, 2_000_000)]
    public int SearchInMemory { get; set; } = 300_000;

    /// <summary>Address of a map tile server, with {z}, {x} and {y}. Default none: maps then show their points on plain ground.</summary>
    [Url]
    public string? MapTiles { get; set; }
}

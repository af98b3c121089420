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

    /// <summary>Address of a map tile server, with {z}, {x} and {y}. Default none: maps then show their points on plain ground.</summary>
    [Url]
    public string? MapTiles { get; set; }
}

namespace Mainstreet.Store.Catalogue;

/// <summary>
/// How many of a product there are. Contended: changed by one guarded UPDATE per row, in ascending product id. The database keeps
/// 0 &lt;= reserved &lt;= on_hand, and a trigger keeps the search's <c>in_stock</c> with it.
/// </summary>
internal sealed class StockItem
{
    public Guid ProductId { get; set; }

    public Guid ShopId { get; set; }

    /// <summary>Pieces in the shop, those reserved included.</summary>
    public int OnHand { get; set; }

    /// <summary>Pieces held for orders that are not packed yet.</summary>
    public int Reserved { get; set; }

    public int Version { get; set; }

    public int Available => OnHand - Reserved;
}

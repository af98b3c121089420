namespace Mainstreet.Store.Search;

/// <summary>What the search knows of a product: one narrow row, written in the transaction that writes the product.</summary>
internal sealed class SearchEntry
{
    public Guid ProductId { get; set; }

    public Guid BusinessId { get; set; }

    public bool Synthetic { get; set; }

    public bool Active { get; set; }

    public string Category { get; set; } = "";

    public string SubCategory { get; set; } = "";

    public string Brand { get; set; } = "";

    public long PriceAmount { get; set; }

    /// <summary>Kept by a trigger on the stock; written here only with the product's first row.</summary>
    public bool InStock { get; set; }

    /// <summary>The name's words, for sorting: see <c>SearchWords</c>.</summary>
    public string NameKey { get; set; } = "";

    /// <summary>Number of words in the name: of two equal matches the shorter name is the closer.</summary>
    public int NameLength { get; set; }

    /// <summary>When the product was added, in microseconds since 1970.</summary>
    public long Listed { get; set; }

    /// <summary>Every word once, and those of the name once more with a dot in front; separated by spaces.</summary>
    public string Words { get; set; } = "";
}

namespace Mainstreet.Store.Search;

/// <summary>A search that an account keeps and is told about when a new product fits it.</summary>
internal sealed class SavedSearch
{
    public Guid Id { get; set; }

    public Guid AccountId { get; set; }

    public string Name { get; set; } = "";

    /// <summary>The search as JSON; see <see cref="SearchFilter"/>.</summary>
    public string Query { get; set; } = "";

    public bool Synthetic { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A product that an account was told of for a search: once.</summary>
internal sealed class SavedSearchHit
{
    public Guid SearchId { get; set; }

    public Guid ProductId { get; set; }

    public DateTimeOffset At { get; set; }
}

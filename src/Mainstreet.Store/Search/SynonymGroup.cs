namespace Mainstreet.Store.Search;

/// <summary>Words and phrases that mean the same to a shopper: each finds the others.</summary>
internal sealed class SynonymGroup
{
    public Guid Id { get; set; }

    /// <summary>Null: for every shop.</summary>
    public Guid? BusinessId { get; set; }

    /// <summary>Two or more, normalised, separated by a comma; a phrase has spaces.</summary>
    public string Terms { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }
}

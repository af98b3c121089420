namespace Mainstreet.Occasions.Recipients;

/// <summary>A business's customer, somebody to greet.</summary>
internal sealed class Recipient
{
    public Guid Id { get; set; }

    public Guid BusinessId { get; set; }

    public string FirstName { get; set; } = "";

    public string LastName { get; set; } = "";

    public string? Email { get; set; }

    /// <summary>E.164.</summary>
    public string? Phone { get; set; }

    /// <summary><c>YYYY-MM-DD</c>, or <c>--MM-DD</c> without a year.</summary>
    public string? Birthday { get; set; }

    /// <summary>Month * 100 + day of <see cref="Birthday"/>, for the planner's index.</summary>
    public int? BirthdayDay { get; set; }

    /// <inheritdoc cref="Birthday"/>
    public string? Anniversary { get; set; }

    public int? AnniversaryDay { get; set; }

    /// <summary>IANA zone, canonical or an alias of tzdb.</summary>
    public string TimeZone { get; set; } = "";

    /// <summary>BCP 47; null for the business's language.</summary>
    public string? Language { get; set; }

    /// <summary>Channels in order of preference, separated by a comma; empty for the business's.</summary>
    public string Channels { get; set; } = "";

    /// <summary>Held: nothing is sent until it is lifted.</summary>
    public bool Paused { get; set; }

    /// <summary>Names and e-mail, folded for the search of lists; see <see cref="SearchText"/>.</summary>
    public string Search { get; set; } = "";

    /// <summary>Rises with every change; the ETag. The planner inserts a plan only for the version it read.</summary>
    public int Version { get; set; }

    public bool Synthetic { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

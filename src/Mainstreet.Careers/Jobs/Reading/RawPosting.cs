namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>A posting as a source words it, nothing understood yet. Null: the source does not say.</summary>
internal sealed record RawPosting
{
    /// <summary>The source's own id.</summary>
    internal string? Id { get; init; }

    internal string? Title { get; init; }

    internal string? Company { get; init; }

    /// <summary>Free text, possibly several places in one.</summary>
    internal string? Place { get; init; }

    /// <summary>Places whose parts the source names; they come before <see cref="Place"/>.</summary>
    internal IReadOnlyList<RawPlace> Places { get; init; } = [];

    /// <summary>Text or HTML.</summary>
    internal string? Description { get; init; }

    internal string? Url { get; init; }

    internal string? ApplyUrl { get; init; }

    internal string? PostedAt { get; init; }

    internal string? ValidUntil { get; init; }

    internal string? Workplace { get; init; }

    internal string? Employment { get; init; }

    internal string? PayText { get; init; }

    /// <summary>Pay whose parts the source names; it comes before <see cref="PayText"/>.</summary>
    internal RawPay? Pay { get; init; }
}

/// <summary>An address whose parts are named.</summary>
internal sealed record RawPlace(string? Town, string? Region, string? Country);

/// <param name="Least">Units of the currency, not minor ones.</param>
/// <param name="Most">Null: as <paramref name="Least"/>.</param>
/// <param name="Currency">ISO 4217, as it came.</param>
/// <param name="Per">Hour, week, YEAR, per-year-salary, ...</param>
internal sealed record RawPay(decimal? Least, decimal? Most, string? Currency, string? Per);

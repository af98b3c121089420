namespace Mainstreet.Careers.Jobs.Search;

/// <summary>What the search knows of a posting: one narrow row, written in the transaction that writes the posting.</summary>
internal sealed class PostingEntry
{
    public Guid PostingId { get; set; }

    public bool Synthetic { get; set; }

    public bool Open { get; set; }

    /// <summary>Empty when unknown.</summary>
    public string Company { get; set; } = "";

    /// <summary>See <see cref="Posting.Places"/>.</summary>
    public string Places { get; set; } = "";

    public Workplace? Workplace { get; set; }

    public Employment? Employment { get; set; }

    public Seniority? Seniority { get; set; }

    /// <summary>Names with commas between.</summary>
    public string Sources { get; set; } = "";

    public string? Currency { get; set; }

    /// <summary>Whole units a year; null when unknown.</summary>
    public long? YearlyLeast { get; set; }

    public long? YearlyMost { get; set; }

    /// <summary>Microseconds since 1970: when it was posted, or first seen.</summary>
    public long Posted { get; set; }

    /// <summary>Microseconds since 1970; the greatest number when no end is known.</summary>
    public long Ends { get; set; }

    /// <summary>See <see cref="Reading.JobWords.Indexed"/>.</summary>
    public string Words { get; set; } = "";
}

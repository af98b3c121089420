namespace Mainstreet.Careers.Jobs;

/// <summary>A posting as one source has it.</summary>
internal sealed class PostingAdvert
{
    /// <summary>The source's name, such as <c>greenhouse</c>.</summary>
    public string Source { get; set; } = "";

    /// <summary>The company's board there; empty where a source has no boards.</summary>
    public string Board { get; set; } = "";

    /// <summary>The source's own id, or one made of the content.</summary>
    public string ExternalId { get; set; } = "";

    public bool Synthetic { get; set; }

    public Guid PostingId { get; set; }

    public string? Url { get; set; }

    /// <summary>SHA-256 of all that was read, in hexadecimal: the same again changes nothing.</summary>
    public string ContentHash { get; set; } = "";

    /// <summary>This advert speaks for the posting; the others fill in what it leaves out.</summary>
    public bool IsFirst { get; set; }

    public DateTimeOffset SeenAt { get; set; }

    /// <summary>When a complete reading of the source did not have it any more.</summary>
    public DateTimeOffset? GoneAt { get; set; }
}

/// <summary>A hash that adverts of one job may share; see <see cref="Intake.PostingTraits"/>.</summary>
internal sealed class PostingKey
{
    public long Hash { get; set; }

    public Guid PostingId { get; set; }
}

/// <summary>The one row that whoever takes postings in holds meanwhile.</summary>
internal sealed class IntakeTurn
{
    public int Id { get; set; }

    public long Turn { get; set; }
}

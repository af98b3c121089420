namespace Mainstreet.Careers.Profiles;

/// <summary>A person's whole working life: one an account. The document is kept as it came, members that we do not know too.</summary>
internal sealed class CandidateProfile
{
    public Guid AccountId { get; set; }

    /// <summary>JSON Resume (1.2.1, or what came before it), as text: member order and numbers stay as they were written.</summary>
    public string Document { get; set; } = "{}";

    /// <summary>The last part of the public address; null until it is first published.</summary>
    public string? Slug { get; set; }

    /// <summary>The document as it was when it was published; null when it is not public.</summary>
    public string? PublishedDocument { get; set; }

    public DateTimeOffset? PublishedAt { get; set; }

    /// <summary>Whoever has this secret reads the CV, published or not; null: nobody.</summary>
    public string? ShareToken { get; set; }

    /// <summary>The audiences, as JSON: a list of masks.</summary>
    public string Masks { get; set; } = "[]";

    /// <summary>What the last import was unsure of, as JSON; a list of notes, each with a path into the document.</summary>
    public string Notes { get; set; } = "[]";

    public bool Synthetic { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Rises with every change; the ETag.</summary>
    public int Version { get; set; }
}

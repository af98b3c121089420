namespace Mainstreet.Careers.Jobs.Alerts;

/// <summary>A search that an account keeps and is told about when a new posting fits it.</summary>
internal sealed class SavedJobSearch
{
    public Guid Id { get; set; }

    public Guid AccountId { get; set; }

    public string Name { get; set; } = "";

    /// <summary>The search as JSON; see <see cref="Search.JobFilter"/>.</summary>
    public string Query { get; set; } = "";

    /// <summary>Whether mail is wanted too; the live notification comes always.</summary>
    public bool ByEmail { get; set; }

    public bool Synthetic { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A posting that an account was told of for a search: once.</summary>
internal sealed class JobSearchHit
{
    public Guid SearchId { get; set; }

    public Guid PostingId { get; set; }

    public DateTimeOffset At { get; set; }

    /// <summary>The mail that names it; null while none does.</summary>
    public Guid? AlertId { get; set; }
}

/// <summary>How far a mail is.</summary>
internal enum AlertState
{
    /// <summary>To be sent.</summary>
    Waiting,

    /// <summary>Begun; if nobody ends it, nobody knows whether it left.</summary>
    Sending,

    Sent,

    /// <summary>Refused for good, or nobody to send it to.</summary>
    Failed,

    /// <summary>May have arrived; it is not sent again where that could mean twice.</summary>
    Unknown,
}

/// <summary>One mail about one search. Its id is the key by which a provider knows it again.</summary>
internal sealed class JobAlert
{
    public Guid Id { get; set; }

    public Guid SearchId { get; set; }

    public AlertState State { get; set; }

    /// <summary>How many postings it tells of.</summary>
    public int Postings { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset NotBefore { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

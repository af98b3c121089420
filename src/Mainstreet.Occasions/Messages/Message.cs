namespace Mainstreet.Occasions.Messages;

/// <summary>
/// One greeting for one occasion of one local year: the database lets (recipient, occasion, local year) exist once. Work on it is
/// taken by raising <see cref="Fence"/>; a write that names an older fence changes nothing.
/// </summary>
internal sealed class Message
{
    public Guid Id { get; set; }

    public Guid BusinessId { get; set; }

    /// <summary>Outlives the recipient's row, as history.</summary>
    public Guid RecipientId { get; set; }

    public Occasion Occasion { get; set; }

    /// <summary>Year of <see cref="LocalDate"/> in the recipient's zone.</summary>
    public int LocalYear { get; set; }

    /// <summary>Day on which the occasion is kept, <c>YYYY-MM-DD</c> in the recipient's zone.</summary>
    public string LocalDate { get; set; } = "";

    /// <summary>IANA zone at planning.</summary>
    public string TimeZone { get; set; } = "";

    public DateTimeOffset DueAt { get; set; }

    /// <summary>After this instant the message is skipped as too late.</summary>
    public DateTimeOffset SendBy { get; set; }

    public MessageStatus Status { get; set; }

    /// <summary>Why the day or the instant is not the plain one: words such as <c>leapDay</c>, <c>missingDay</c>, <c>gap</c>, <c>late</c>, separated by a space.</summary>
    public string? Reason { get; set; }

    /// <summary>When a worker may take it next. While a worker holds it: the end of its lease. Null unless queued or sending.</summary>
    public DateTimeOffset? WorkAt { get; set; }

    /// <summary>A worker holds it, or held it when it died: the outcome of that attempt is not known.</summary>
    public bool InFlight { get; set; }

    public long Fence { get; set; }

    public int Attempts { get; set; }

    /// <summary>Attempts made before the last replay by hand: those do not count against the limit any more.</summary>
    public int AttemptsBefore { get; set; }

    /// <summary>Some attempt ended without a clear answer: the provider may have sent it.</summary>
    public bool Uncertain { get; set; }

    /// <summary>Channel of the last attempt.</summary>
    public string? Channel { get; set; }

    /// <summary>Provider of the last attempt.</summary>
    public string? Provider { get; set; }

    /// <summary>The provider's own id, for receipts.</summary>
    public string? ProviderReference { get; set; }

    public string? LastError { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Last receipt: <c>delivered</c>, <c>bounced</c>, <c>complained</c>.</summary>
    public string? Receipt { get; set; }

    public DateTimeOffset? ReceiptAt { get; set; }

    /// <summary>Attempts as JSON objects, one a line, oldest first; see <see cref="MessageAttempt"/>.</summary>
    public string? History { get; set; }

    /// <summary>Made by <c>mainstreet prove</c>.</summary>
    public bool Synthetic { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

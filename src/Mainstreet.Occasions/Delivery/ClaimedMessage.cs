using Mainstreet.Occasions.Messages;

namespace Mainstreet.Occasions.Delivery;

/// <summary>A message that this process holds, with what was true of its recipient and business when it was claimed.</summary>
internal sealed class ClaimedMessage
{
    public required Guid Id { get; init; }

    public required Guid BusinessId { get; init; }

    public required Guid RecipientId { get; init; }

    public required Occasion Occasion { get; init; }

    public required int LocalYear { get; init; }

    public required string LocalDate { get; init; }

    /// <summary>IANA zone at planning.</summary>
    public required string PlannedZone { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public required DateTimeOffset SendBy { get; init; }

    public required long Fence { get; init; }

    public required int Attempts { get; init; }

    public required int AttemptsBefore { get; init; }

    public required bool Uncertain { get; init; }

    public required bool Synthetic { get; init; }

    /// <summary>Provider of the last attempt, or the one that a worker was about to try.</summary>
    public string? Provider { get; init; }

    /// <summary>Null for a message without attempts.</summary>
    public string? History { get; init; }

    /// <summary>Null when the recipient is gone.</summary>
    public Addressee? Recipient { get; init; }

    /// <summary>The recipient, the occasion or the business is paused.</summary>
    public bool Paused { get; init; }

    /// <summary>The business's channels, separated by a comma; null without settings.</summary>
    public string? Channels { get; init; }

    public string? QuietFrom { get; init; }

    public string? QuietUntil { get; init; }

    /// <summary>Monotonic timestamp from before the lease was last granted.</summary>
    internal long HeldSince { get; set; }

    /// <summary>The same for every attempt, for a replay and for a rescheduled row.</summary>
    internal string Key => KeyOf(RecipientId, Occasion, LocalYear);

    internal static string KeyOf(Guid recipientId, Occasion occasion, int localYear) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ms-{recipientId:N}-{(occasion == Occasion.Birthday ? "birthday" : "anniversary")}-{localYear}");
}

/// <summary>Whom a message is for, as its row stands now.</summary>
/// <param name="FirstName">As given.</param>
/// <param name="LastName">As given; may be empty.</param>
/// <param name="Email">Null for none.</param>
/// <param name="Phone">E.164; null for none.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="Language">BCP 47; null for the business's.</param>
/// <param name="Channels">In order of preference, separated by a comma; empty for the business's.</param>
/// <param name="Date">The date that the occasion keeps, <c>YYYY-MM-DD</c> or <c>--MM-DD</c>.</param>
/// <param name="EmailSuppressed">The business sends nothing to the address.</param>
/// <param name="PhoneSuppressed">The business sends nothing to the number.</param>
internal sealed record Addressee(
    string FirstName, string LastName, string? Email, string? Phone, string TimeZone, string? Language, string Channels, string? Date, bool EmailSuppressed, bool PhoneSuppressed);

/// <summary>What became of a claimed message; written only while the claim still stands.</summary>
internal sealed class Completion
{
    public required Guid Id { get; init; }

    public required long Fence { get; init; }

    public required MessageStatus Status { get; init; }

    /// <summary>When it may be taken again; null at the end of its way.</summary>
    public DateTimeOffset? WorkAt { get; init; }

    /// <summary>The claim goes on: only what is known so far is written.</summary>
    public bool Held { get; init; }

    /// <summary>Attempts made under this claim and not written yet.</summary>
    public int Tried { get; init; }

    public bool Uncertain { get; init; }

    public string? Channel { get; init; }

    public string? Provider { get; init; }

    public string? Reference { get; init; }

    public string? Error { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>The attempts as JSON objects, one a line.</summary>
    public string? History { get; init; }

    /// <summary>New plan, where the misfire policy moved it; null leaves it as it is.</summary>
    public Moved? Moved { get; init; }
}

/// <summary>Where a message was moved to.</summary>
internal sealed record Moved(DateTimeOffset DueAt, DateTimeOffset SendBy, string? Reason);

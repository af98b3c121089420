namespace Mainstreet.Occasions.Settings;

/// <summary>How one business greets. A business without a row has the defaults of <see cref="OccasionsOptions"/>.</summary>
internal sealed class BusinessSettings
{
    public Guid BusinessId { get; set; }

    /// <summary>Local time of day to send, <c>HH:mm</c>.</summary>
    public string SendAt { get; set; } = "09:00";

    public LeapDayRule LeapDay { get; set; }

    public MisfirePolicy Misfire { get; set; }

    /// <summary>How late <see cref="MisfirePolicy.SendLate"/> may send, in minutes.</summary>
    public int LateLimitMinutes { get; set; }

    /// <summary>Start of the quiet hours, local <c>HH:mm</c>; null for none.</summary>
    public string? QuietFrom { get; set; }

    /// <summary>End of the quiet hours, local <c>HH:mm</c>; may be earlier than the start (over midnight).</summary>
    public string? QuietUntil { get; set; }

    /// <summary>For recipients created without a zone; null means the zone is required.</summary>
    public string? DefaultTimeZone { get; set; }

    public string Language { get; set; } = "en";

    /// <summary>Channels in order of preference, separated by a comma.</summary>
    public string Channels { get; set; } = "webhook";

    public bool Paused { get; set; }

    public bool BirthdayPaused { get; set; }

    public bool AnniversaryPaused { get; set; }

    public int Version { get; set; }

    /// <summary>The deployment's defaults, as a business without a row has them.</summary>
    internal static BusinessSettings Default(Guid businessId, OccasionsOptions options) => new()
    {
        BusinessId = businessId, SendAt = options.SendAt, LeapDay = options.LeapDay, Misfire = options.Misfire, LateLimitMinutes = options.LateLimitMinutes,
    };
}

/// <summary>When 29 February is kept in common years.</summary>
public enum LeapDayRule
{
    February28,
    March1,
}

/// <summary>What happens to a message whose instant passed while nothing ran.</summary>
public enum MisfirePolicy
{
    /// <summary>Sent at once, within a limit; later it is skipped.</summary>
    SendLate,

    /// <summary>Skipped.</summary>
    Skip,

    /// <summary>Sent at the next local send time.</summary>
    NextWindow,
}

using Mainstreet.Occasions.Settings;

using NodaTime;

namespace Mainstreet.Occasions.Time;

/// <summary>How one business greets, ready to compute with: its settings, or the deployment's defaults.</summary>
/// <param name="SendAt">Local time of day.</param>
/// <param name="LeapDay">When 29 February is kept in common years.</param>
/// <param name="Misfire">What happens to a message whose instant passed.</param>
/// <param name="LateLimit">How late <see cref="MisfirePolicy.SendLate"/> may send.</param>
/// <param name="Grace">Lateness up to this is none: queues and retries take their time.</param>
/// <param name="QuietFrom">Start of the quiet hours; null for none.</param>
/// <param name="QuietUntil">Their end, which is not quiet any more; earlier than the start when they last over midnight.</param>
/// <param name="DefaultTimeZone">For recipients created without a zone; null means it is required.</param>
/// <param name="Language">BCP 47.</param>
/// <param name="Channels">In order of preference.</param>
/// <param name="Paused">Everything is held.</param>
/// <param name="BirthdayPaused">Birthdays are held.</param>
/// <param name="AnniversaryPaused">Anniversaries are held.</param>
/// <param name="Version">Of the settings; 0 for the defaults.</param>
internal sealed record SendPolicy(
    LocalTime SendAt, LeapDayRule LeapDay, MisfirePolicy Misfire, TimeSpan LateLimit, TimeSpan Grace, LocalTime? QuietFrom, LocalTime? QuietUntil,
    string? DefaultTimeZone, string Language, IReadOnlyList<string> Channels, bool Paused, bool BirthdayPaused, bool AnniversaryPaused, int Version)
{
    /// <summary>The settings, or without a row the defaults.</summary>
    public static SendPolicy Of(BusinessSettings? settings, OccasionsOptions options)
    {
        settings ??= BusinessSettings.Default(Guid.Empty, options);
        return new SendPolicy(
            ParseTime(settings.SendAt), settings.LeapDay, settings.Misfire, TimeSpan.FromMinutes(settings.LateLimitMinutes),
            TimeSpan.FromMinutes(options.MisfireGraceMinutes),
            settings.QuietFrom is { } from ? ParseTime(from) : null, settings.QuietUntil is { } until ? ParseTime(until) : null,
            settings.DefaultTimeZone, settings.Language, settings.Channels.Split(',', StringSplitOptions.RemoveEmptyEntries),
            settings.Paused, settings.BirthdayPaused, settings.AnniversaryPaused, settings.Version);
    }

    /// <summary>The business, or this occasion of it, is held.</summary>
    public bool Holds(Occasion occasion) => Paused || (occasion == Occasion.Birthday ? BirthdayPaused : AnniversaryPaused);

    /// <summary>The last instant at which a message due then may be sent; after it the misfire policy decides.</summary>
    public DateTimeOffset SendBy(DateTimeOffset dueAt) => dueAt + (Misfire == MisfirePolicy.SendLate ? LateLimit : Grace);

    /// <summary>Whether local clocks stand inside the quiet hours.</summary>
    public bool IsQuiet(LocalTime time) => QuietFrom is { } from && QuietUntil is { } until
        && (from < until ? time >= from && time < until : time >= from || time < until);

    /// <summary>Reads <c>HH:mm</c>, as the settings' validation lets it through.</summary>
    internal static LocalTime ParseTime(string text) =>
        new(int.Parse(text.AsSpan(0, 2), System.Globalization.CultureInfo.InvariantCulture), int.Parse(text.AsSpan(3, 2), System.Globalization.CultureInfo.InvariantCulture));
}

using System.Globalization;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Time;

using NodaTime;

namespace Mainstreet.Occasions.Recipients;

/// <summary>What a recipient may be told by others, checked and in the form that is stored.</summary>
internal sealed partial record RecipientFields(
    string FirstName, string LastName, string? Email, string? Phone, OccasionDate? Birthday, OccasionDate? Anniversary,
    string TimeZone, string? Language, string Channels, bool? Paused)
{
    internal const int LongestName = 200;

    private static readonly string[] KnownChannels = ["webhook", "email", "sms"];

    /// <summary>
    /// Reads the fields as they came from a request or a file.
    /// </summary>
    /// <param name="given">As it came.</param>
    /// <param name="defaultTimeZone">The business's zone for recipients without one; null when a zone is required.</param>
    /// <param name="now">Dates after this instant's day in the recipient's zone are in the future.</param>
    /// <returns>The fields, or <c>invalid_request</c> with every complaint; <c>unknown_time_zone</c> when the zone is among them.</returns>
    internal static Outcome<RecipientFields> Read(CreateRecipient.Request given, string? defaultTimeZone, DateTimeOffset now)
    {
        var errors = new Dictionary<string, string[]>();
        void Complain(string field, string message) => errors[field] = [message];

        var firstName = Name(given.FirstName);
        var lastName = Name(given.LastName);
        if (firstName is null) Complain("firstName", NameRule);
        if (lastName is null) Complain("lastName", NameRule);
        var email = Trimmed(given.Email);
        if (email is not null && !EmailAddresses.IsValid(email)) Complain("email", "is not an e-mail address");
        var phone = Trimmed(given.Phone);
        if (phone is not null && !E164().IsMatch(phone)) Complain("phone", "must be a number as in E.164, for example +14155550123");

        Problem? unknownZone = null;
        var zone = Trimmed(given.TimeZone) ?? defaultTimeZone;
        if (zone is null) Complain("timeZone", "is needed: the name of an IANA zone such as America/New_York");
        else if (Zones.Find(zone) is null) unknownZone = UnknownTimeZone(zone);
        if (unknownZone is not null) Complain("timeZone", unknownZone.Errors!["timeZone"][0]);

        var today = Today(zone, now);
        var birthday = Date("birthday", given.Birthday);
        var anniversary = Date("anniversary", given.Anniversary);
        var language = Trimmed(given.Language) is { } tag ? LanguageTags.Normalise(tag) : null;
        if (language is null && Trimmed(given.Language) is not null) Complain("language", "must be a language tag such as en or de-AT");
        var channels = (given.Channels ?? []).Distinct(StringComparer.Ordinal).ToArray();
        if (channels.Any(c => !KnownChannels.Contains(c, StringComparer.Ordinal))) Complain("channels", $"must be among {string.Join(", ", KnownChannels)}");

        if (errors.Count > 0)
            return (unknownZone ?? new Problem(400, "invalid_request", "The request is not valid.")) with { Errors = errors };
        return new RecipientFields(firstName!, lastName!, email, phone, birthday, anniversary, zone!, language, string.Join(',', channels), given.Paused);

        OccasionDate? Date(string field, string? text)
        {
            text = Trimmed(text);
            if (text is null) return null;
            if (OccasionDate.Parse(text) is not { } date)
            {
                Complain(field, "must be a day that exists, as YYYY-MM-DD from 1800 on, or --MM-DD without its year");
                return null;
            }

            if (date.Year is { } year && new LocalDate(year, date.Month, date.Day) > today) Complain(field, "must not be in the future");
            return date;
        }
    }

    /// <summary>400 that names zones that were probably meant.</summary>
    internal static Problem UnknownTimeZone(string typed)
    {
        var near = NearZones.To(typed);
        var message = near.Count == 0 ? "is not the name of an IANA time zone" : $"is not the name of an IANA time zone; near it: {string.Join(", ", near)}";
        return new Problem(400, "unknown_time_zone", "There is no time zone of this name.")
        {
            Detail = near.Count == 0 ? null : $"Did you mean {string.Join(" or ", near)}?",
            Errors = new Dictionary<string, string[]> { ["timeZone"] = [message] },
        };
    }

    /// <summary>Writes the fields to a row and raises its version.</summary>
    internal void WriteTo(Recipient row, DateTimeOffset now)
    {
        row.FirstName = FirstName;
        row.LastName = LastName;
        row.Email = Email;
        row.Phone = Phone;
        row.Birthday = Birthday?.ToString();
        row.BirthdayDay = Birthday?.MonthDay;
        row.Anniversary = Anniversary?.ToString();
        row.AnniversaryDay = Anniversary?.MonthDay;
        row.TimeZone = TimeZone;
        row.Language = Language;
        row.Channels = Channels;
        row.Paused = Paused ?? row.Paused;
        row.Search = SearchText.Of(FirstName, LastName, Email);
        row.Version++;
        row.UpdatedAt = now;
    }

    private static readonly string NameRule = $"must have 1 to {LongestName} characters and no control characters";

    private static string? Name(string? text)
    {
        text = Trimmed(text);
        return text is null || text.Length > LongestName || text.Any(IsUnprintable) ? null : text;
    }

    // Control characters, line separators, and the marks that turn the reading direction of what follows.
    private static bool IsUnprintable(char c) =>
        CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';

    private static string? Trimmed(string? text) => text?.Trim() is { Length: > 0 } some ? some : null;

    private static LocalDate Today(string? zone, DateTimeOffset now)
    {
        var instant = Instant.FromDateTimeOffset(now);
        // Without a zone: the latest day that it is anywhere.
        return Zones.Find(zone) is { } known
            ? instant.InZone(known).Date
            : instant.WithOffset(Offset.FromHours(14)).Date;
    }

    [GeneratedRegex(@"\A\+[1-9][0-9]{6,14}\z")]
    private static partial Regex E164();
}

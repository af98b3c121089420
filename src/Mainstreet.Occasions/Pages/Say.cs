using System.Globalization;

using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Time;

namespace Mainstreet.Occasions.Pages;

/// <summary>The contract's words as people read them; dates and numbers in the reader's culture.</summary>
internal static class Say
{
    internal static string Of(Occasion occasion) => occasion == Occasion.Birthday ? "Birthday" : "Anniversary";

    internal static string Of(MessageStatus status) => status switch
    {
        MessageStatus.Dead => "Failed",
        _ => status.ToString(),
    };

    /// <summary>The class of a status's badge and of its part of a chart.</summary>
    internal static string Kind(MessageStatus status) => status switch
    {
        MessageStatus.Scheduled => "info",
        MessageStatus.Queued or MessageStatus.Sending => "busy",
        MessageStatus.Sent => "good",
        MessageStatus.Dead => "bad",
        MessageStatus.Skipped => "warn",
        _ => "mute",
    };

    internal static string Wire<T>(T value)
        where T : struct, Enum => Words.Of(value);

    /// <summary>Words of <c>reason</c> in plain English.</summary>
    internal static string Reason(string word) => word switch
    {
        "leapDay" => "29 February in a common year",
        "missingDay" => "the day itself never existed there",
        "gap" => "clocks go forward over the hour",
        "overlap" => "clocks show the hour twice",
        "quietHours" => "moved out of the quiet hours",
        "late" => "sent late",
        "nextWindow" => "waits for the next send time",
        "paused" => "recipient paused",
        "occasionPaused" => "occasion paused",
        "businessPaused" => "everything paused",
        "suppressed" => "address suppressed",
        "noAddress" => "no address",
        "alreadySent" => "sent already",
        _ => word,
    };

    /// <summary>A birthday or anniversary: day and month, and the year when it is known.</summary>
    internal static string Date(string? text)
    {
        if (OccasionDate.Parse(text) is not { } date) return "";
        var day = new DateOnly(date.Year ?? 2000, date.Month, date.Day);
        return date.Year is null ? day.ToString("M", CultureInfo.CurrentCulture) : day.ToString("d", CultureInfo.CurrentCulture);
    }

    /// <summary>A day as <c>YYYY-MM-DD</c> in the reader's form.</summary>
    internal static string Day(string date) =>
        DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day.ToString("D", CultureInfo.CurrentCulture) : date;

    internal static string Number(long count) => count.ToString("N0", CultureInfo.CurrentCulture);

    internal static string Count(long count, string one, string many) => count == 1 ? $"1 {one}" : $"{Number(count)} {many}";
}

using System.Globalization;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Messages;

namespace Mainstreet.Occasions.Delivery;

/// <summary>Attempts as they stand in a message's history: JSON objects, one a line.</summary>
internal static class AttemptLine
{
    internal const string Accepted = "accepted";
    internal const string Rejected = "rejected";
    internal const string Retry = "retry";
    internal const string Unknown = "unknown";

    /// <summary>RFC 3339 in UTC.</summary>
    internal static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary>One line, written by hand because it is written for every message.</summary>
    internal static string Write(MessageAttempt attempt)
    {
        var text = new StringBuilder(256);
        text.Append("{\"number\":").Append(attempt.Number);
        Text(text, "provider", attempt.Provider);
        Text(text, "channel", attempt.Channel);
        Text(text, "startedAt", attempt.StartedAt is { } started ? Instant(started) : null);
        Text(text, "endedAt", Instant(attempt.EndedAt));
        Text(text, "outcome", attempt.Outcome);
        text.Append(",\"statusCode\":");
        if (attempt.StatusCode is { } status) text.Append(status);
        else text.Append("null");
        Text(text, "error", attempt.Error);
        Text(text, "reference", attempt.Reference);
        return text.Append('}').ToString();
    }

    /// <summary>Oldest first.</summary>
    internal static IReadOnlyList<MessageAttempt> Read(string? history) => string.IsNullOrEmpty(history)
        ? []
        : [.. history.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<MessageAttempt>(line, Json.Stored)!)];

    private static void Text(StringBuilder text, string name, string? value)
    {
        text.Append(",\"").Append(name).Append("\":");
        if (value is null) text.Append("null");
        else text.Append('"').Append(JsonEncodedText.Encode(value)).Append('"');
    }
}

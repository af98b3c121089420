using System.Globalization;

using Mainstreet.Foundation.Time;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>Reads instants: RFC 3339, <c>YYYY-MM-DD</c> (midnight UTC), milliseconds or seconds since 1970. Day and month of "3/4/2025" nobody can know.</summary>
internal static class PostingDates
{
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] Forms =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss", "yyyyMMdd"];

    /// <param name="text">As it came.</param>
    /// <param name="latest">Later ones are mistakes.</param>
    internal static DateTimeOffset? Read(string? text, DateTimeOffset latest)
    {
        if (text is null || text.Length > 40) return null;
        var trimmed = text.Trim();
        DateTimeOffset instant;
        if (trimmed.Length is 10 or 13 && long.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            instant = trimmed.Length == 13 ? DateTimeOffset.FromUnixTimeMilliseconds(number) : DateTimeOffset.FromUnixTimeSeconds(number);
        else if (!DateTimeOffset.TryParseExact(trimmed, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant))
            return null;
        return instant < Earliest || instant > latest ? null : instant.Cut();
    }
}

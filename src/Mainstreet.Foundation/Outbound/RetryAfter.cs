using System.Globalization;

namespace Mainstreet.Foundation.Outbound;

/// <summary>The <c>Retry-After</c> header (RFC 9110, section 10.2.3): seconds, or a date in one of HTTP's three forms (section 5.6.7).</summary>
public static class RetryAfter
{
    private static readonly string[] Dates =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'", // IMF-fixdate, the one that is written today
        "dddd, dd-MMM-yy HH:mm:ss 'GMT'", // RFC 850
        "ddd MMM d HH:mm:ss yyyy", // asctime
    ];

    /// <summary>The instant it names; never before <paramref name="now"/>, nor more than <paramref name="longest"/> after it. Null when it is not well formed.</summary>
    public static DateTimeOffset? Parse(string? value, DateTimeOffset now, TimeSpan longest)
    {
        var text = value.AsSpan().Trim(" \t");
        if (text.IsEmpty) return null;
        TimeSpan wait;
        if (!text.ContainsAnyExceptInRange('0', '9'))
        {
            // Beyond the longest wait all numbers are alike, also those that no type holds.
            var digits = text.TrimStart('0');
            wait = digits.Length > 9 ? longest : TimeSpan.FromSeconds(digits.IsEmpty ? 0 : int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture));
        }
        else if (DateTimeOffset.TryParseExact(text, Dates, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out var date))
        {
            wait = date - now;
        }
        else
        {
            return null;
        }

        return now + (wait < TimeSpan.Zero ? TimeSpan.Zero : wait > longest ? longest : wait);
    }
}

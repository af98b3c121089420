using System.Globalization;
using System.Text.Json;

using Mainstreet.Foundation.Outbound;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>
/// When a provider may be asked again: <c>Retry-After</c>; else <c>X-RateLimit-Reset</c> as seconds since 1970 (Vercel, Railway), as a date
/// (Netlify) or as seconds from now; else Vercel's <c>error.limit.reset</c>.
/// </summary>
internal static class Pauses
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(2);

    internal static DateTimeOffset? Of(HttpResponseMessage response, byte[] body, DateTimeOffset now)
    {
        if (RetryAfter.Parse(Header(response, "Retry-After"), now, Longest) is { } told) return told;
        if (Header(response, "X-RateLimit-Reset") is { } reset) return Read(reset, now);
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Member("error")?.Member("limit")?.Text("reset") is { } at ? Read(at, now) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static DateTimeOffset? Read(string text, DateTimeOffset now)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            // A count of seconds from now is small; an instant in seconds has ten digits, in milliseconds thirteen.
            var at = number < 1e8 ? now.AddSeconds(number) : number < 1e11 ? DateTimeOffset.UnixEpoch.AddSeconds(number)
                : number < 1e14 ? DateTimeOffset.UnixEpoch.AddMilliseconds(number) : (DateTimeOffset?)null;
            return at is { } instant ? instant < now ? now : instant : null;
        }

        var date = text.Replace(" UTC", "Z", StringComparison.Ordinal);
        return DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed)
            ? parsed < now ? now : parsed : null;
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}

using System.Globalization;
using System.Text.Json;
using NodaTime;

namespace Mainstreet.Trades.Matching;

/// <summary>
/// A weekly rule of working hours in an IANA time zone, as
/// <c>{"monday":[{"from":"08:00","to":"17:00"}],...}</c>. Days left out are free.
/// </summary>
/// <remarks>
/// The rule speaks of the wall clock: an instant is working when the local day and time it shows lie within a span, start
/// included, end excluded. A span whose end is not after its start ends on the next day (<c>22:00</c> to <c>06:00</c>;
/// <c>08:00</c> to <c>08:00</c> is 24 hours); <c>24:00</c> may end a day. So when clocks go forward, the hour that does not exist
/// is not worked and the span is shorter; when they go back, the hour that comes twice is worked twice. Spans may overlap: they add up.
/// </remarks>
internal sealed class WorkingHours
{
    /// <summary>Longest rule that is read, in characters.</summary>
    public const int MaxLength = 8_192;

    /// <summary>Most spans on one day.</summary>
    public const int MaxSpansPerDay = 12;

    private const int MinutesPerDay = 24 * 60;
    private static readonly string[] Days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    private readonly Span[][] _days;
    private readonly DateTimeZone _zone;

    private WorkingHours(Span[][] days, DateTimeZone zone) => (_days, _zone) = (days, zone);

    /// <summary>Reads and checks a rule. Never throws for what it is given.</summary>
    /// <param name="json">The rule; null = always.</param>
    /// <param name="timeZone">IANA name, as <c>America/New_York</c>.</param>
    /// <returns>The rule, or every error found, each with the place it stands at.</returns>
    public static WorkingHoursReading Read(string? json, string timeZone)
    {
        var errors = new List<string>();
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone ?? "");
        if (zone is null) errors.Add("timeZone: not an IANA time zone, as America/New_York.");
        var days = new Span[7][];
        Array.Fill(days, json is null ? [new Span(0, MinutesPerDay)] : []);
        if (json is not null) ReadDays(json, days, errors);
        return errors.Count == 0 ? new(new WorkingHours(days, zone!), []) : new(null, errors);
    }

    /// <summary>Whether the rule says that this instant is worked.</summary>
    public bool IsWorking(Instant at)
    {
        var local = at.InZone(_zone).LocalDateTime;
        var minute = local.Hour * 60 + local.Minute;
        var day = (int)local.DayOfWeek - 1;
        foreach (var span in _days[day])
        {
            if (minute >= span.From && minute < span.To) return true;
        }
        foreach (var span in _days[(day + 6) % 7])
        {
            if (minute + MinutesPerDay < span.To) return true;
        }
        return false;
    }

    private static void ReadDays(string json, Span[][] days, List<string> errors)
    {
        if (json.Length > MaxLength)
        {
            errors.Add($"workingHours: longer than {MaxLength} characters.");
            return;
        }
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                errors.Add("workingHours: expected an object of days, as {\"monday\":[{\"from\":\"08:00\",\"to\":\"17:00\"}]}.");
                return;
            }
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                var day = Array.IndexOf(Days, property.Name);
                if (day < 0) errors.Add($"workingHours: a day is one of {string.Join(", ", Days)}, in lower case.");
                else if (!seen.Add(property.Name)) errors.Add($"{property.Name}: given twice.");
                else days[day] = ReadSpans(property.Name, property.Value, errors);
            }
        }
        catch (JsonException broken)
        {
            errors.Add($"workingHours: not JSON (line {broken.LineNumber + 1}, byte {broken.BytePositionInLine}).");
        }
    }

    private static Span[] ReadSpans(string day, JsonElement value, List<string> errors)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            errors.Add($"{day}: expected a list of spans.");
            return [];
        }
        if (value.GetArrayLength() > MaxSpansPerDay)
        {
            errors.Add($"{day}: more than {MaxSpansPerDay} spans.");
            return [];
        }
        var spans = new List<Span>();
        foreach (var (index, item) in value.EnumerateArray().Index())
        {
            var place = $"{day}[{index}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                errors.Add($"{place}: expected {{\"from\":\"HH:mm\",\"to\":\"HH:mm\"}}.");
                continue;
            }
            foreach (var name in item.EnumerateObject().Select(p => p.Name).Where(n => n is not ("from" or "to")).Take(1))
                errors.Add($"{place}: only from and to are known.");
            var from = ReadTime($"{place}.from", item, "from", allowMidnightEnd: false, errors);
            var to = ReadTime($"{place}.to", item, "to", allowMidnightEnd: true, errors);
            if (from is { } start && to is { } end) spans.Add(new Span(start, end > start ? end : end + MinutesPerDay));
        }
        return [.. spans];
    }

    private static int? ReadTime(string place, JsonElement span, string name, bool allowMidnightEnd, List<string> errors)
    {
        if (!span.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
        {
            errors.Add($"{place}: a time HH:mm is required.");
            return null;
        }
        var text = value.GetString()!;
        if (allowMidnightEnd && text == "24:00") return MinutesPerDay;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time.Hour * 60 + time.Minute;
        errors.Add($"{place}: not a time HH:mm between 00:00 and {(allowMidnightEnd ? "24:00" : "23:59")}.");
        return null;
    }

    /// <summary>Minutes since the day's midnight; an end past 1440 lies on the next day.</summary>
    private readonly record struct Span(int From, int To);
}

/// <summary>A rule that was read, or null and what is wrong with it.</summary>
internal sealed record WorkingHoursReading(WorkingHours? Value, IReadOnlyList<string> Errors);

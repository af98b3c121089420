using System.Buffers;

namespace Mainstreet.Foundation.Observability;

/// <summary>What an instrument is to Prometheus.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>OpenTelemetry names and units as Prometheus spells them ("Prometheus and OpenMetrics Compatibility", OpenTelemetry specification).</summary>
internal static class MetricNames
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:");

    /// <summary><c>http.server.request.duration</c> in <c>s</c> becomes <c>http_server_request_duration_seconds</c>.</summary>
    internal static string Of(string name, string? unit, MetricKind kind)
    {
        var text = Sanitize(name, colons: true);
        if (kind == MetricKind.Counter && text.EndsWith("_total", StringComparison.Ordinal)) text = text[..^"_total".Length];
        var suffix = UnitSuffix(unit, kind);
        if (suffix.Length > 0 && text != suffix && !text.EndsWith("_" + suffix, StringComparison.Ordinal)) text += "_" + suffix;
        return kind == MetricKind.Counter ? text + "_total" : text;
    }

    /// <summary>A label name; <c>http.route</c> becomes <c>http_route</c>.</summary>
    internal static string Label(string name) => Sanitize(name, colons: false);

    private static string Sanitize(string name, bool colons)
    {
        if (name.Length == 0) return "_";
        var clean = !name.AsSpan().ContainsAnyExcept(NameCharacters) && (colons || !name.Contains(':')) && !name.Contains("__", StringComparison.Ordinal);
        if (clean && !char.IsAsciiDigit(name[0])) return name;
        var text = new System.Text.StringBuilder(name.Length + 1);
        if (char.IsAsciiDigit(name[0])) text.Append('_');
        foreach (var c in name)
        {
            var kept = NameCharacters.Contains(c) && (colons || c != ':') ? c : '_';
            if (kept != '_' || text.Length == 0 || text[^1] != '_') text.Append(kept);
        }

        return text.ToString();
    }

    private static string UnitSuffix(string? unit, MetricKind kind)
    {
        if (string.IsNullOrEmpty(unit)) return "";
        if (unit == "1") return kind == MetricKind.Gauge ? "ratio" : "";
        // Annotations such as {request} are for people.
        for (var brace = unit.IndexOf('{', StringComparison.Ordinal); brace >= 0; brace = unit.IndexOf('{', StringComparison.Ordinal))
        {
            var end = unit.IndexOf('}', brace);
            unit = end < 0 ? unit[..brace] : unit.Remove(brace, end - brace + 1);
        }

        if (unit.Length == 0) return "";
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? Word(unit) : $"{Word(unit[..slash])}_per_{Single(Word(unit[(slash + 1)..]))}".Trim('_');
    }

    private static string Word(string unit) => unit switch
    {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "KBy" => "kilobytes",
        "MBy" => "megabytes",
        "GBy" => "gigabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "%" => "percent",
        _ => Sanitize(unit, colons: false).Trim('_'),
    };

    private static string Single(string plural) => plural.EndsWith('s') && plural.Length > 1 ? plural[..^1] : plural;
}

using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Mainstreet.Foundation.Observability;

/// <summary>All series of one metric name.</summary>
internal sealed class MetricFamily(string name, MetricKind kind, string help, double[] bounds, int maxSeries)
{
    /// <summary>Where label values beyond the cap are counted (OpenTelemetry metrics SDK, "Overflow attribute").</summary>
    private const string Overflow = "otel_metric_overflow=\"true\"";

    [ThreadStatic]
    private static Scratch? _scratch;

    /// <summary>A power of two: how many tag sets are remembered as they come.</summary>
    private const int Remembered = 64;

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private volatile Seen?[] _seen = new Seen?[Remembered];

    internal string Name => name;

    internal MetricKind Kind => kind;

    /// <summary>Name of a counter that is written besides: how often the histogram was recorded into.</summary>
    internal string? CountsAs { get; set; }

    /// <summary>Adds to a counter or an up-down counter, or records into a histogram.</summary>
    internal void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (double.IsNaN(value)) return;
        var series = Find(tags);
        lock (series)
        {
            series.Sum += value;
            series.Count++;
            if (kind != MetricKind.Histogram) return;
            var bucket = Array.BinarySearch(bounds, value);
            series.Buckets![bucket >= 0 ? bucket : ~bucket]++;
        }
    }

    /// <summary>Takes what an observable instrument or a gauge says now.</summary>
    internal void Set(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Find(tags);
        lock (series) series.Sum = value;
    }

    /// <summary>Forgets all series: what an observable instrument no longer reports is no longer so.</summary>
    internal void Clear()
    {
        _series.Clear();
        _seen = new Seen?[Remembered];
    }

    internal void Write(StringBuilder text)
    {
        if (_series.IsEmpty) return;
        text.Append("# HELP ").Append(name).Append(' ');
        Escape(text, help, quotes: false);
        text.Append("\n# TYPE ").Append(name).Append(' ').Append(kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        }).Append('\n');
        foreach (var (labels, series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            lock (series)
            {
                if (kind == MetricKind.Histogram) WriteHistogram(text, labels, series);
                else Line(text, name, "", labels, null, series.Sum);
            }
        }

        if (CountsAs is { } counter) WriteCounts(text, counter);
    }

    private void WriteCounts(StringBuilder text, string counter)
    {
        text.Append("# HELP ").Append(counter).Append(" The count of ").Append(name).Append(".\n# TYPE ").Append(counter).Append(" counter\n");
        foreach (var (labels, series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            lock (series) Line(text, counter, "", labels, null, series.Count);
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Series series)
    {
        var below = 0L;
        for (var i = 0; i <= bounds.Length; i++)
        {
            below += series.Buckets![i];
            Line(text, name, "_bucket", labels, i < bounds.Length ? Number(bounds[i]) : "+Inf", below);
        }

        Line(text, name, "_sum", labels, null, series.Sum);
        Line(text, name, "_count", labels, null, series.Count);
    }

    private static void Line(StringBuilder text, string name, string suffix, string labels, string? le, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0 || le is not null)
        {
            text.Append('{').Append(labels);
            if (le is not null) text.Append(labels.Length > 0 ? "," : "").Append("le=\"").Append(le).Append('"');
            text.Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    internal static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    // Called several times a request: the same few tag sets come again and again, and writing them out as labels to find their
    // series was 8 % of a read's time.
    private Series Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var seen = _seen;
        var slot = Hash(tags) & (Remembered - 1);
        if (seen[slot] is { } last && last.Has(tags)) return last.Series;
        var series = FindByLabels(tags);
        seen[slot] = new Seen(tags.ToArray(), series);
        return series;
    }

    private static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = tags.Length;
        foreach (var (_, value) in tags) hash = hash * 31 + (value?.GetHashCode() ?? 0);
        return hash ^ hash >>> 16;
    }

    private Series FindByLabels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (_scratch ??= new Scratch()).Labels(tags);
        var known = _series.GetAlternateLookup<ReadOnlySpan<char>>();
        if (known.TryGetValue(key, out var series)) return series;
        return _series.GetOrAdd(_series.Count >= maxSeries ? Overflow : key.ToString(),
            static (_, buckets) => new Series(buckets), kind == MetricKind.Histogram ? bounds.Length + 1 : 0);
    }

    private static void Escape(StringBuilder text, string value, bool quotes)
    {
        if (value.AsSpan().IndexOfAny('\\', '\n', '"') < 0)
        {
            text.Append(value);
            return;
        }

        foreach (var c in value)
        {
            switch (c)
            {
                case '\\':
                    text.Append(@"\\");
                    break;
                case '\n':
                    text.Append(@"\n");
                    break;
                case '"' when quotes:
                    text.Append("\\\"");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
    }

    /// <summary>Writes labels into room that the thread keeps.</summary>
    private sealed class Scratch
    {
        private readonly List<KeyValuePair<string, object?>> _sorted = [];
        private readonly StringBuilder _text = new(512);
        private char[] _chars = new char[512];

        /// <summary>Sorted by name, since the same labels may come in another order and must still be one series.</summary>
        internal ReadOnlySpan<char> Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.Length == 0) return [];
            _sorted.Clear();
            foreach (var (key, value) in tags)
            {
                if (value is null) continue;
                var label = MetricNames.Label(key);
                _sorted.Add(new(label == "le" ? "le_" : label, value));
            }

            _sorted.Sort(static (x, y) => string.CompareOrdinal(x.Key, y.Key));
            _text.Clear();
            string? last = null;
            foreach (var (label, value) in _sorted)
            {
                if (label == last) continue;
                last = label;
                if (_text.Length > 0) _text.Append(',');
                _text.Append(label).Append("=\"");
                switch (value)
                {
                    case string text:
                        Escape(_text, text, quotes: true);
                        break;
                    case bool truth:
                        _text.Append(truth ? "true" : "false");
                        break;
                    case int number:
                        _text.Append(CultureInfo.InvariantCulture, $"{number}");
                        break;
                    default:
                        Escape(_text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true);
                        break;
                }

                _text.Append('"');
            }

            if (_chars.Length < _text.Length) _chars = new char[_text.Length * 2];
            _text.CopyTo(0, _chars, _text.Length);
            return _chars.AsSpan(0, _text.Length);
        }
    }

    /// <summary>Tags exactly as they came, in their order, and the series that they mean.</summary>
    private sealed class Seen(KeyValuePair<string, object?>[] tags, Series series)
    {
        internal Series Series => series;

        internal bool Has(ReadOnlySpan<KeyValuePair<string, object?>> other)
        {
            if (other.Length != tags.Length) return false;
            for (var i = 0; i < tags.Length; i++)
            {
                if (!ReferenceEquals(other[i].Key, tags[i].Key) && other[i].Key != tags[i].Key) return false;
                if (!ReferenceEquals(other[i].Value, tags[i].Value) && !Equals(other[i].Value, tags[i].Value)) return false;
            }

            return true;
        }
    }

    private sealed class Series(int buckets)
    {
        internal double Sum { get; set; }

        internal long Count { get; set; }

        internal long[]? Buckets { get; } = buckets == 0 ? null : new long[buckets];
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Observability;

/// <summary>
/// Collects what the process measures (our meters, ASP.NET Core's, the runtime's, Npgsql's) and writes it in Prometheus's
/// text format 0.0.4. Instruments of another host's meter factory in the same process are left alone.
/// </summary>
internal sealed partial class MetricsRegistry(IOptions<MetricsOptions> options, IMeterFactory meters, IEnumerable<IKnownSeries> known, ILogger<MetricsRegistry> log) : IHostedService, IDisposable
{
    private static readonly string[] Meters = ["Mainstreet.", "Microsoft.AspNetCore.", "System.Runtime", "System.Net.Http", "Npgsql"];

    /// <summary>Seconds, as the HTTP semantic conventions of OpenTelemetry advise; below 5 ms as well, since ours are often faster.</summary>
    private static readonly double[] SecondBounds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30];

    private static readonly double[] ByteBounds = [256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864, 268_435_456];

    /// <summary>OpenTelemetry's default for everything else.</summary>
    private static readonly double[] PlainBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

    [ThreadStatic]
    private static KeyValuePair<string, object?>[]? _relabelled;

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MetricFamily, bool> _observed = new();
    private readonly Lock _scrape = new();
    private MeterListener? _listener;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _listener = new MeterListener { InstrumentPublished = Publish };
        _listener.SetMeasurementEventCallback<byte>((i, v, t, s) => Record(i, v, t, s));
        _listener.SetMeasurementEventCallback<short>((i, v, t, s) => Record(i, v, t, s));
        _listener.SetMeasurementEventCallback<int>((i, v, t, s) => Record(i, v, t, s));
        _listener.SetMeasurementEventCallback<long>((i, v, t, s) => Record(i, v, t, s));
        _listener.SetMeasurementEventCallback<float>((i, v, t, s) => Record(i, v, t, s));
        _listener.SetMeasurementEventCallback<double>(Record);
        _listener.SetMeasurementEventCallback<decimal>((i, v, t, s) => Record(i, (double)v, t, s));
        _listener.Start();
        foreach (var each in known) each.Begin();
        return Task.CompletedTask;
    }

    // Measures until the end: what happens while the others stop counts too.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _listener?.Dispose();

    /// <summary>Everything, as text; families sorted by name.</summary>
    internal string Write()
    {
        lock (_scrape)
        {
            foreach (var family in _observed.Keys) family.Clear();
            try
            {
                _listener?.RecordObservableInstruments();
            }
            catch (AggregateException exception)
            {
                // One instrument that cannot answer must not hide all the others.
                Log.Unanswered(log, exception.InnerExceptions.Count, exception.InnerExceptions[0]);
            }

            var text = new StringBuilder(16_384);
            text.Append("# HELP target_info The program that these metrics are of.\n# TYPE target_info gauge\ntarget_info{service_name=\"mainstreet\",service_version=\"")
                .Append(HealthEndpoints.Version).Append("\"} 1\n");
            foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)) family.Write(text);
            return text.ToString();
        }
    }

    private void Publish(Instrument instrument, MeterListener listener)
    {
        var meter = instrument.Meter;
        if (meter.Scope is IMeterFactory factory && !ReferenceEquals(factory, meters)) return;
        if (!Meters.Any(m => m.EndsWith('.') ? meter.Name.StartsWith(m, StringComparison.Ordinal) : meter.Name == m)) return;
        if (KindOf(instrument) is not { } kind) return;
        var fixedName = FixedNames.Of(instrument.Name);
        var absolute = instrument.IsObservable || IsGauge(instrument);
        Target target;
        if (fixedName?.Split is { } split)
        {
            var families = new Dictionary<string, MetricFamily>(StringComparer.Ordinal);
            foreach (var (value, each) in split.Names)
            {
                if (FamilyOf(each, kind, instrument) is { } one) families[value] = one;
            }

            target = new Target(null, absolute, fixedName.Labels, split.Attribute, families);
        }
        else if (FamilyOf(fixedName?.Name ?? MetricNames.Of(instrument.Name, instrument.Unit, kind), kind, instrument) is { } family)
        {
            family.CountsAs = fixedName?.Counts;
            target = new Target(family, absolute, fixedName?.Labels);
        }
        else
        {
            return;
        }

        listener.EnableMeasurementEvents(instrument, target);
    }

    /// <summary>The family of that name, or null when it is of another kind.</summary>
    private MetricFamily? FamilyOf(string name, MetricKind kind, Instrument instrument)
    {
        var family = _families.GetOrAdd(name, _ => new MetricFamily(
            name, kind, instrument.Description is { Length: > 0 } help ? help : instrument.Name, BoundsOf(instrument), options.Value.MaxSeries));
        if (family.Kind != kind)
        {
            Log.Collides(log, instrument.Meter.Name, instrument.Name, name);
            return null;
        }

        if (instrument.IsObservable) _observed[family] = true;
        return family;
    }

    private static void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var target = (Target)state!;
        var family = target.Family;
        if (target.Families is { } families)
        {
            if (ValueOf(tags, target.SplitBy!) is not string word || !families.TryGetValue(word, out family)) return;
        }

        if (target.Labels is { } labels) tags = Relabelled(labels, tags);
        if (target.Absolute) family!.Set(value, tags);
        else family!.Record(value, tags);
    }

    // In room that the thread keeps: this happens at every request.
    private static ReadOnlySpan<KeyValuePair<string, object?>> Relabelled(IReadOnlyList<FixedLabel> labels, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (labels.Count == 0) return [];
        var room = _relabelled ??= new KeyValuePair<string, object?>[8];
        for (var i = 0; i < labels.Count; i++) room[i] = new(labels[i].Label, ValueOf(tags, labels[i].Attribute) ?? labels[i].Absent);
        return room.AsSpan(0, labels.Count);
    }

    private static object? ValueOf(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var (key, value) in tags)
        {
            if (key == name) return value;
        }

        return null;
    }

    private static MetricKind? KindOf(Instrument instrument) => Open(instrument) switch
    {
        var type when type == typeof(Counter<>) || type == typeof(ObservableCounter<>) => MetricKind.Counter,
        var type when type == typeof(Histogram<>) => MetricKind.Histogram,
        var type when type == typeof(UpDownCounter<>) || type == typeof(ObservableUpDownCounter<>)
            || type == typeof(ObservableGauge<>) || type == typeof(Gauge<>) => MetricKind.Gauge,
        _ => null,
    };

    private static bool IsGauge(Instrument instrument) => Open(instrument) == typeof(Gauge<>);

    private static Type? Open(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type ? type.GetGenericTypeDefinition() : null;

    private static double[] BoundsOf(Instrument instrument)
    {
        double[]? advised = instrument switch
        {
            Histogram<double> h => h.Advice?.HistogramBucketBoundaries?.ToArray(),
            Histogram<long> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b).ToArray(),
            Histogram<int> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b).ToArray(),
            _ => null,
        };
        return advised is { Length: > 0 } ? advised : instrument.Unit switch
        {
            "s" => SecondBounds,
            "By" => ByteBounds,
            _ => PlainBounds,
        };
    }

    /// <summary>Where an instrument's values go: one family, or one by the value of an attribute.</summary>
    private sealed record Target(
        MetricFamily? Family, bool Absolute, IReadOnlyList<FixedLabel>? Labels = null, string? SplitBy = null, IReadOnlyDictionary<string, MetricFamily>? Families = null);

    private static partial class Log
    {
        [LoggerMessage(1123, LogLevel.Warning, "Left out {Meter}/{Instrument}: {Name} is already a metric of another kind")]
        internal static partial void Collides(ILogger log, string meter, string instrument, string name);

        [LoggerMessage(1124, LogLevel.Warning, "{Count} instruments could not be read")]
        internal static partial void Unanswered(ILogger log, int count, Exception exception);
    }
}

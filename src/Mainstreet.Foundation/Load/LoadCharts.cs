using Mainstreet.Foundation.Proving;

namespace Mainstreet.Foundation.Load;

/// <summary>The run's charts as inline SVG, from what the recorders kept.</summary>
internal static class LoadCharts
{
    private static readonly (string Name, double Share)[] Percentiles = [("p50", 0.50), ("p95", 0.95), ("p99", 0.99)];

    /// <summary>Percentiles of 2xx over the run.</summary>
    internal static string Latency(IReadOnlyList<PhaseResult> phases)
    {
        var slices = Slices(phases).Where(s => s.Tally.Ok > 0).ToArray();
        return slices.Length == 0 ? "" : Charts.Lines("Latency over the run", "seconds; milliseconds upwards", logarithmic: true,
            [.. Percentiles.Select(p => (p.Name, (IReadOnlyList<(double, double)>)[.. slices.Select(s => (s.Second, s.Tally.Latency.At(p.Share) / 1e3))]))]);
    }

    /// <summary>Requests a second: offered, good, and all others.</summary>
    internal static string Rates(IReadOnlyList<PhaseResult> phases)
    {
        var slices = Slices(phases).ToArray();
        return Charts.Lines("Requests a second", "seconds; requests a second upwards: offered (amber), 2xx (green), others (red)", logarithmic: false,
        [
            ("p95", [.. slices.Select(s => (s.Second, s.Tally.Sent / s.Length))]),
            ("p50", [.. slices.Select(s => (s.Second, s.Tally.Ok / s.Length))]),
            ("p99", [.. slices.Select(s => (s.Second, s.Tally.Failed / s.Length))]),
        ]);
    }

    /// <summary>Counts by latency of one phase, or of one kind of request in it.</summary>
    internal static string Histogram(string name, LatencyRecorder recorder) => recorder.Count == 0 ? "" : Charts.Histogram(
        name, [.. recorder.Filled().Select(f => (f.Microseconds / 1e3, f.Count))], [.. Percentiles.Select(p => (p.Name, recorder.At(p.Share) / 1e3))]);

    /// <summary>What was offered and what came of it, step by step.</summary>
    internal static string Goodput(IReadOnlyList<PhaseResult> phases) => Charts.Lines("Goodput by what was offered", "requests a second offered; 2xx a second upwards", logarithmic: false,
        [("p50", [.. phases.Select(p => (p.Tally.All.Sent / p.Phase.Length.TotalSeconds, p.Tally.Goodput)).OrderBy(p => p.Item1)])]);

    private static IEnumerable<(double Second, double Length, LoadTally Tally)> Slices(IReadOnlyList<PhaseResult> phases)
    {
        var from = 0.0;
        foreach (var phase in phases)
        {
            var length = phase.Phase.Length.TotalSeconds / phase.Tally.OverTime.Count;
            for (var i = 0; i < phase.Tally.OverTime.Count; i++) yield return (from + ((i + 0.5) * length), length, phase.Tally.OverTime[i]);
            from += phase.Phase.Length.TotalSeconds;
        }
    }
}

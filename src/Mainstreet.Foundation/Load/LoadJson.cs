using System.Text.Json;

using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Load;

/// <summary>The result for machines. Milliseconds, requests a second, shares from 0 to 1; names are stable.</summary>
public static class LoadJson
{
    private static readonly JsonSerializerOptions Indented = new(Json.Wire) { WriteIndented = true };

    public static string Write(LoadResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return JsonSerializer.Serialize(Shape(result), Indented);
    }

    private static object Shape(LoadResult result) => new
    {
        scenario = result.Run.Plan.Scenario,
        model = result.Run.Plan.Closed is null ? "open" : "closed",
        targets = result.Run.Targets,
        result.Run.Seed,
        result.StartedAt,
        seconds = result.Took.TotalSeconds,
        server = result.ServerVersion,
        client = ProofReport.ClientVersion,
        result.Mixes,
        thinkSeconds = result.Run.Plan.Think.TotalSeconds,
        phases = result.Phases.Select(p => new
        {
            p.Phase.Name,
            p.Phase.Agents,
            p.Phase.Measured,
            seconds = p.Phase.Length.TotalSeconds,
            offeredPerSecond = p.Tally.All.Sent / p.Phase.Length.TotalSeconds,
            goodputPerSecond = p.Tally.Goodput,
            requests = Counts(p.Tally.All),
            acts = p.Tally.Acts.OrderBy(a => a.Key, StringComparer.Ordinal).ToDictionary(a => a.Key, a => Counts(a.Value)),
            startLagP99 = p.Tally.Lag.At(0.99) / 1e3,
            use = p.Use,
            saturated = p.Saturated,
        }),
        result.Thresholds,
        breaking = result.Breaking,
        memory = result.Memory,
        figuresMissing = result.Unread,
        result.Met,
        result.ExitCode,
    };

    private static object Counts(LoadTally tally) => new
    {
        tally.Sent,
        tally.Ok,
        errorShare = tally.Sent == 0 ? 0 : (double)tally.Failed / tally.Sent,
        byOutcome = tally.ByOutcome.OrderBy(o => o.Key, StringComparer.Ordinal).ToDictionary(o => o.Key, o => o.Value),
        latency = Latency(tally.Latency),
        refusal = tally.TurnedAway == 0 ? null : Latency(tally.Refusal),
    };

    private static object Latency(LatencyRecorder recorder) => new
    {
        recorder.Count,
        mean = recorder.Mean / 1e3,
        p50 = recorder.At(0.50) / 1e3,
        p75 = recorder.At(0.75) / 1e3,
        p90 = recorder.At(0.90) / 1e3,
        p95 = recorder.At(0.95) / 1e3,
        p99 = recorder.At(0.99) / 1e3,
        max = recorder.Max / 1e3,
    };
}

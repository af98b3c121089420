using System.Globalization;
using System.Text;

namespace Mainstreet.Foundation.Load;

/// <summary>The result in a terminal.</summary>
public static class LoadText
{
    internal static string Line(PhaseResult result)
    {
        var (all, phase) = (result.Tally.All, result.Phase);
        return string.Create(CultureInfo.InvariantCulture,
            $"{phase.Name,-22} {all.Sent / phase.Length.TotalSeconds,7:F0}/s offered {result.Tally.Goodput,7:F0}/s good  p50 {all.Latency.At(0.5) / 1e3,7:F1}  p95 {all.Latency.At(0.95) / 1e3,7:F1}  p99 {all.Latency.At(0.99) / 1e3,7:F1} ms  errors {Percent(all)}{(phase.Measured ? "" : "  (not measured)")}");
    }

    public static string Write(LoadResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"load {result.Run.Plan.Scenario}: {Verdict(result)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  targets {string.Join(", ", result.Run.Targets)}  seed {result.Run.Seed}  took {result.Took.TotalSeconds:F0} s  {Model(result.Run.Plan)}");
        text.AppendLine();
        foreach (var phase in result.Phases)
        {
            text.AppendLine("  " + Line(phase));
            var bad = phase.Tally.All.ByOutcome.Where(o => !o.Key.StartsWith('2')).OrderByDescending(o => o.Value).ToArray();
            if (bad.Length > 0) text.AppendLine("    not 2xx: " + string.Join(", ", bad.Select(o => $"{o.Key} ({o.Value})")) + Refusals(phase.Tally.All));
            if (Use(phase.Use) is { Length: > 0 } use) text.AppendLine("    " + use);
            foreach (var part in phase.Saturated) text.AppendLine(CultureInfo.InvariantCulture, $"    used up: {part.Part}: {part.Figures}");
        }

        if (result.Unread is { } unread) text.AppendLine(CultureInfo.InvariantCulture, $"  the server's own figures are missing: {unread}");
        text.AppendLine();
        foreach (var threshold in result.Thresholds)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {(threshold.Met ? "met   " : "MISSED")} {threshold.Threshold,-12} {threshold.Phase,-22} {threshold.Value:0.###}");
        if (Breaking(result) is { } breaking) text.AppendLine("  " + breaking);
        if (result.Run.Plan.WatchMemory) text.AppendLine("  memory " + (result.Memory?.Verdict ?? "UNKNOWN: fewer than ten readings of the server's working set"));
        return text.ToString();
    }

    internal static string Verdict(LoadResult result) =>
        result.Breaking is { } point ? point.Phase is null ? "not broken" : $"broken at {point.Phase}" : result.Met ? "every threshold is met" : "THRESHOLDS MISSED";

    internal static string Model(LoadPlan plan) => plan.Closed is { } n
        ? string.Create(CultureInfo.InvariantCulture, $"closed loop of {n}, {plan.Think.TotalSeconds:0.###} s after each answer")
        : string.Create(CultureInfo.InvariantCulture, $"open model, a request of each agent every {plan.Think.TotalSeconds:0.###} s on average");

    internal static string? Breaking(LoadResult result) => result.Breaking switch
    {
        null => null,
        { Phase: null } none => none.Why,
        { First: null } point => $"broke at {point.Phase}: {point.Why}; no part was seen to be used up",
        { } point => $"broke at {point.Phase}: {point.Why}; first used up, at {point.FirstIn}: {point.First.Part} ({point.First.Figures})",
    };

    internal static string Percent(LoadTally tally) => tally.Sent == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * tally.Failed / tally.Sent:0.###} %");

    internal static string Refusals(LoadTally tally) => tally.Refusal.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
        $"; turned away after p50 {tally.Refusal.At(0.5) / 1e3:F1}, p95 {tally.Refusal.At(0.95) / 1e3:F1}, p99 {tally.Refusal.At(0.99) / 1e3:F1} ms");

    internal static string Use(PhaseUse use)
    {
        var parts = new List<string>();
        if (use.ServerCores is not null) Add($"server {use.ServerCores:F2} of {use.ServerCoresLimit:0.##} cores");
        if (use.MachineCores is not null) Add($"machine {use.MachineCores:F2} of {use.MachineCoresLimit} (PostgreSQL {use.DatabaseCores:F2}, generator {use.GeneratorCores:F2})");
        if (use.ConnectionsMost is not null) Add($"connections {use.ConnectionsMost}{(use.ConnectionsLimit is null ? "" : FormattableString.Invariant($" of {use.ConnectionsLimit}"))}");
        if (use.ThreadQueueMost is not null) Add($"thread queue {use.ThreadQueueMost}");
        if (use.CollectionShare is not null) Add($"collecting {100 * use.CollectionShare:F1} %");
        if (use.MemoryMost is not null) Add($"memory {use.MemoryMost / 1_048_576:F0} MiB");
        if (use.OverloadLimitLeast is not null) Add($"admission limit {use.OverloadLimitLeast}");
        return string.Join(", ", parts);

        void Add(FormattableString part) => parts.Add(part.ToString(CultureInfo.InvariantCulture));
    }
}

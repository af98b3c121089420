using System.Globalization;
using System.Text;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Foundation.Load;

/// <summary>The result as one self-contained page: no script, no outside file.</summary>
public static class LoadHtml
{
    public static string Write(LoadResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var html = new StringBuilder();
        var title = $"load {result.Run.Plan.Scenario}: {LoadText.Verdict(result)}";
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>{E(title)}</title><style>{HtmlReport.Style}</style></head><body><main>");
        html.Append(CultureInfo.InvariantCulture, $"<h1>load {E(result.Run.Plan.Scenario)}: <span class=\"{(result.Met ? "good" : "bad")}\">{E(LoadText.Verdict(result))}</span></h1><dl>");
        Fact(html, "Started", result.StartedAt.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        Fact(html, "Took", string.Create(CultureInfo.InvariantCulture, $"{result.Took.TotalSeconds:F0} s"));
        Fact(html, "Targets", string.Join(", ", result.Run.Targets));
        Fact(html, "Model", LoadText.Model(result.Run.Plan));
        Fact(html, "Asked for", string.Join(", ", result.Mixes));
        Fact(html, "Seed", result.Run.Seed.ToString(CultureInfo.InvariantCulture));
        Fact(html, "Server", result.ServerVersion ?? "does not say");
        Fact(html, "Generator", ProofReport.ClientVersion);
        if (LoadText.Breaking(result) is { } breaking) Fact(html, "Breaking point", breaking);
        if (result.Run.Plan.WatchMemory) Fact(html, "Memory", result.Memory?.Verdict ?? "fewer than ten readings: nothing can be said");
        if (result.Unread is { } unread) Fact(html, "Server's own figures", $"missing: {unread}");
        html.Append("</dl>");
        WriteThresholds(html, result);
        WritePhases(html, result);
        html.Append("<h2>Over the run</h2><div class=\"charts\">").Append(LoadCharts.Latency(result.Phases)).Append(LoadCharts.Rates(result.Phases)).Append(LoadCharts.Goodput(result.Phases)).Append("</div>");
        foreach (var phase in result.Phases.Where(p => p.Phase.Measured)) WriteActs(html, phase);
        return html.Append("</main></body></html>\n").ToString();
    }

    private static void WriteThresholds(StringBuilder html, LoadResult result)
    {
        if (result.Thresholds.Count == 0) return;
        html.Append("<h2>Thresholds</h2><table><thead><tr><th>Verdict</th><th>Threshold</th><th>Phase</th><th class=\"n\">Was</th></tr></thead><tbody>");
        foreach (var threshold in result.Thresholds)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{(threshold.Met ? "<span class=\"good\">✓ met</span>" : "<span class=\"bad\">✗ missed</span>")}</td><td><code>{E(threshold.Threshold)}</code></td><td>{E(threshold.Phase)}</td><td class=\"n\">{threshold.Value:0.###}</td></tr>");
        html.Append("</tbody></table>");
    }

    private static void WritePhases(StringBuilder html, LoadResult result)
    {
        html.Append("<h2>Phases</h2><p class=\"dim\">Latencies are of 2xx, from the instant at which a request was meant to start to its last byte.</p><div class=\"wide\"><table><thead><tr><th>Phase</th><th class=\"n\">Offered /s</th><th class=\"n\">Good /s</th>" + LatencyHead + "<th class=\"n\">Errors</th><th>Server and machine</th></tr></thead><tbody>");
        foreach (var phase in result.Phases)
        {
            var all = phase.Tally.All;
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{E(phase.Phase.Name)}{(phase.Phase.Measured ? "" : " <span class=\"dim\">(not measured)</span>")}</td><td class=\"n\">{all.Sent / phase.Phase.Length.TotalSeconds:F1}</td><td class=\"n\">{phase.Tally.Goodput:F1}</td>{LatencyCells(all.Latency)}<td class=\"n\">{E(LoadText.Percent(all))}</td><td>{E(LoadText.Use(phase.Use))}");
            foreach (var part in phase.Saturated) html.Append(CultureInfo.InvariantCulture, $"<br><span class=\"bad\">used up: {E(part.Part)}: {E(part.Figures)}</span>");
            html.Append("</td></tr>");
        }

        html.Append("</tbody></table></div>");
    }

    private static void WriteActs(StringBuilder html, PhaseResult phase)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{E(phase.Phase.Name)}</h2><div class=\"charts\">{LoadCharts.Histogram(phase.Phase.Name, phase.Tally.All.Latency)}</div><div class=\"wide\"><table><thead><tr><th>Request</th><th class=\"n\">Sent</th><th class=\"n\">2xx</th>{LatencyHead}<th>Others</th></tr></thead><tbody>");
        foreach (var (name, act) in phase.Tally.Acts.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            var others = string.Join(", ", act.ByOutcome.Where(o => !o.Key.StartsWith('2')).OrderByDescending(o => o.Value).Select(o => $"{o.Key}: {o.Value}")) + LoadText.Refusals(act);
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{E(name)}</td><td class=\"n\">{act.Sent}</td><td class=\"n\">{act.Ok}</td>{LatencyCells(act.Latency)}<td>{E(others)}</td></tr>");
        }

        html.Append("</tbody></table></div>");
    }

    private const string LatencyHead = "<th class=\"n\">p50 ms</th><th class=\"n\">p95 ms</th><th class=\"n\">p99 ms</th><th class=\"n\">max ms</th>";

    private static string LatencyCells(LatencyRecorder latency) => string.Create(CultureInfo.InvariantCulture,
        $"<td class=\"n\">{latency.At(0.5) / 1e3:F1}</td><td class=\"n\">{latency.At(0.95) / 1e3:F1}</td><td class=\"n\">{latency.At(0.99) / 1e3:F1}</td><td class=\"n\">{latency.Max / 1e3:F1}</td>");

    private static void Fact(StringBuilder html, string name, string value) => html.Append(CultureInfo.InvariantCulture, $"<dt>{E(name)}</dt><dd>{E(value)}</dd>");

    private static string E(string? text) => HtmlReport.Escape(text);
}

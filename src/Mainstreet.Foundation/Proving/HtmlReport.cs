using System.Globalization;
using System.Net;
using System.Text;

namespace Mainstreet.Foundation.Proving;

/// <summary>The report as one self-contained page: no script, no outside file, dark where the reader's system is dark.</summary>
public static class HtmlReport
{
    internal const string Style = """
        :root{color-scheme:light dark;--ink:#1c2330;--dim:#5b6577;--paper:#fff;--panel:#f4f6f9;--line:#d9dee7;--good:#1a7f37;--bad:#c5221f;--bar:#4c7dd1;--p50:#1a7f37;--p95:#b26a00;--p99:#c5221f}
        @media (prefers-color-scheme:dark){:root{--ink:#e6eaf2;--dim:#9aa5b8;--paper:#12161e;--panel:#1b212c;--line:#2e3746;--good:#4cc265;--bad:#ff7b72;--bar:#6d9bea;--p50:#4cc265;--p95:#e3a13c;--p99:#ff7b72}}
        *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        main{max-width:1220px;margin:0 auto;padding:1.5rem}h1{font-size:1.5rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.25rem 0 .25rem}
        .dim,.axis{color:var(--dim)}.good{color:var(--good)}.bad{color:var(--bad)}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}pre{background:var(--panel);padding:.6rem;overflow-x:auto;margin:.3rem 0;font-size:13px;white-space:pre-wrap}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0}dt{color:var(--dim)}dd{margin:0}.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:1rem}
        svg{width:100%;height:auto;background:var(--panel);border-radius:6px}.plot{fill:none;stroke:var(--line)}.bar{fill:var(--bar)}.dot{fill:var(--bar);opacity:.45}.dot.bad{fill:var(--bad);opacity:1}
        svg text{font:11px system-ui,sans-serif}text.axis{fill:var(--dim)}line.p50,polyline.p50{stroke:var(--p50)}line.p95,polyline.p95{stroke:var(--p95)}line.p99,polyline.p99{stroke:var(--p99)}
        polyline{fill:none;stroke-width:1.5}text.p50{fill:var(--p50)}text.p95{fill:var(--p95)}text.p99{fill:var(--p99)}.wide{overflow-x:auto}
        """;

    public static string Write(ProofReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>prove {Escape(report.Name)}: {(report.Holds ? "holds" : "broken")}</title><style>{Style}</style></head><body><main>");
        html.Append(CultureInfo.InvariantCulture, $"<h1>prove {Escape(report.Name)}: <span class=\"{(report.Holds ? "good\">every invariant holds" : "bad\">broken")}</span></h1>");
        WriteFacts(html, report);
        WriteInvariants(html, report);
        WriteLatencies(html, report);
        WriteCounts(html, report);
        WriteTimeline(html, report);
        return html.Append("</main></body></html>\n").ToString();
    }

    internal static string Escape(string? text) => WebUtility.HtmlEncode(text ?? "");

    private static void WriteFacts(StringBuilder html, ProofReport report)
    {
        html.Append("<dl>");
        Fact(html, "Started", report.StartedAt.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
        Fact(html, "Took", string.Create(CultureInfo.InvariantCulture, $"{report.Took.TotalSeconds:F1} s"));
        Fact(html, "Targets", string.Join(", ", report.Run.Targets));
        Fact(html, "Seed", report.Run.Seed.ToString(CultureInfo.InvariantCulture));
        Fact(html, "Faults", report.Run.Faults ? "expected: 503 with Retry-After and lost connections count as weather" : "none expected");
        Fact(html, "Server", report.ServerVersion ?? "does not say");
        Fact(html, "Checked by", ProofReport.ClientVersion);
        foreach (var (name, value) in report.Figures) Fact(html, name, value);
        html.Append("</dl>");
    }

    private static void Fact(StringBuilder html, string name, string value) =>
        html.Append(CultureInfo.InvariantCulture, $"<dt>{Escape(name)}</dt><dd>{Escape(value)}</dd>");

    private static void WriteInvariants(StringBuilder html, ProofReport report)
    {
        html.Append("<h2>Invariants</h2><div class=\"wide\"><table><thead><tr><th>Verdict</th><th>Invariant</th><th class=\"n\">Checks</th><th class=\"n\">Broken</th><th>Statement</th></tr></thead><tbody>");
        foreach (var result in report.Results)
        {
            var verdict = result.Holds ? "<span class=\"good\">✓ holds</span>" : result.Checked == 0 ? "<span class=\"bad\">– untried</span>" : "<span class=\"bad\">✗ broken</span>";
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{verdict}</td><td><code>{Escape(result.Invariant.Id)}</code></td><td class=\"n\">{result.Checked}</td><td class=\"n\">{result.Broken}</td><td>{Escape(result.Invariant.Statement)}");
            foreach (var example in result.CounterExamples) html.Append(CultureInfo.InvariantCulture, $"<pre>{Escape(example)}</pre>");
            html.Append("</td></tr>");
        }

        html.Append("</tbody></table></div>");
    }

    private static void WriteLatencies(StringBuilder html, ProofReport report)
    {
        html.Append("<h2>Latency of answered requests</h2><div class=\"wide\"><table><thead><tr><th>Operation</th><th class=\"n\">Count</th><th class=\"n\">p50 ms</th><th class=\"n\">p95 ms</th><th class=\"n\">p99 ms</th><th class=\"n\">max ms</th></tr></thead><tbody>");
        foreach (var latency in report.Latencies())
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escape(latency.Name)}</td><td class=\"n\">{latency.Count}</td><td class=\"n\">{latency.P50:F1}</td><td class=\"n\">{latency.P95:F1}</td><td class=\"n\">{latency.P99:F1}</td><td class=\"n\">{latency.Max:F1}</td></tr>");
        }

        html.Append("</tbody></table></div>");
        foreach (var group in report.Operations.Where(o => o.Status != 0).GroupBy(o => o.Name, StringComparer.Ordinal).OrderByDescending(g => g.Count()))
        {
            var answers = group.OrderBy(o => o.End).ToArray();
            html.Append(CultureInfo.InvariantCulture, $"<h3>{Escape(group.Key)}</h3><div class=\"charts\">");
            html.Append(Charts.Histogram(group.Key, [.. answers.Select(o => (o.End - o.Start) / 1000.0)]));
            html.Append(Charts.OverTime(group.Key, [.. answers.Select(o => (o.End / 1e6, (o.End - o.Start) / 1000.0, o.Status >= 500))]));
            html.Append("</div>");
        }
    }

    private static void WriteCounts(StringBuilder html, ProofReport report)
    {
        html.Append("<h2>Answers</h2><div class=\"wide\"><table><thead><tr><th>Operation</th><th>Answer</th><th class=\"n\">Count</th></tr></thead><tbody>");
        foreach (var (name, outcome, count) in report.Counts())
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Escape(name)}</td><td>{Escape(outcome)}</td><td class=\"n\">{count}</td></tr>");
        }

        html.Append("</tbody></table></div>");
    }

    private static void WriteTimeline(StringBuilder html, ProofReport report)
    {
        html.Append("<h2>Timeline</h2><details><summary>Answers a second</summary><table><thead><tr><th class=\"n\">Second</th><th class=\"n\">Done (2xx)</th><th class=\"n\">Refused (4xx)</th><th class=\"n\">No clear answer</th></tr></thead><tbody>");
        foreach (var (second, done, refused, unclear) in report.Timeline())
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"n\">{second}</td><td class=\"n\">{done}</td><td class=\"n\">{refused}</td><td class=\"n{(unclear > 0 ? " bad" : "")}\">{unclear}</td></tr>");
        }

        html.Append("</tbody></table></details>");
    }
}

using System.Globalization;
using System.Text;

namespace Mainstreet.Foundation.Proving;

/// <summary>The report in a terminal: at most a screen or two.</summary>
public static class TextReport
{
    private const int Lines = 12;

    public static string Write(ProofReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"prove {report.Name}: {(report.Holds ? "every invariant holds" : "BROKEN")}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  targets {string.Join(", ", report.Run.Targets)}  seed {report.Run.Seed}  faults {(report.Run.Faults ? "expected" : "none")}  took {report.Took.TotalSeconds:F1} s");
        if (report.ServerVersion is { } version) text.AppendLine(CultureInfo.InvariantCulture, $"  server {version}");
        foreach (var (name, value) in report.Figures) text.AppendLine(CultureInfo.InvariantCulture, $"  {name}: {value}");
        text.AppendLine();
        foreach (var result in report.Results)
        {
            var word = result.Holds ? "holds " : result.Checked == 0 ? "UNTRIED" : "BROKEN";
            text.AppendLine(CultureInfo.InvariantCulture, $"  {word} {result.Invariant.Id,-28} {result.Checked,7} checks  {result.Invariant.Statement}");
            foreach (var example in result.CounterExamples.Take(3)) text.AppendLine("           " + string.Join("\n           ", example.Split('\n').Take(Lines)));
            if (result.Broken > 3) text.AppendLine(CultureInfo.InvariantCulture, $"           … {result.Broken} in all");
        }

        text.AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"  {"operation",-16}{"count",8}{"p50 ms",10}{"p95 ms",10}{"p99 ms",10}{"max ms",10}");
        foreach (var latency in report.Latencies())
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {latency.Name,-16}{latency.Count,8}{latency.P50,10:F1}{latency.P95,10:F1}{latency.P99,10:F1}{latency.Max,10:F1}");
        }

        text.AppendLine();
        foreach (var operation in report.Counts().GroupBy(c => c.Name))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {operation.Key,-16}{string.Join("  ", operation.Select(c => $"{c.Outcome}: {c.Count}"))}");
        }

        return text.ToString();
    }
}

using System.Globalization;
using System.Text;

namespace Mainstreet.Foundation.Proving;

/// <summary>Latency charts as inline SVG; colours come from the page's custom properties, so they follow dark mode.</summary>
internal static class Charts
{
    private const double Width = 560, Height = 220, Left = 52, Right = 12, Top = 12, Bottom = 34;
    private const double PlotWidth = Width - Left - Right, PlotHeight = Height - Top - Bottom;
    private const int Points = 1500;
    private static readonly (string Name, double Share)[] Percentiles = [("p50", 0.50), ("p95", 0.95), ("p99", 0.99)];

    /// <summary>Counts by latency, on a logarithmic axis of milliseconds, with p50, p95 and p99 marked.</summary>
    internal static string Histogram(string name, IReadOnlyList<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToArray();
        return Histogram(name, [.. sorted.Select(m => (m, 1))], [.. Percentiles.Select(p => (p.Name, Latency.At(sorted, p.Share)))]);
    }

    /// <summary>The same from values with their counts, and percentiles that are known already.</summary>
    internal static string Histogram(string name, IReadOnlyList<(double Milliseconds, int Count)> values, IReadOnlyList<(string Name, double Milliseconds)> marks)
    {
        const int bars = 48;
        var scale = LogScale([.. values.Select(v => v.Milliseconds)]);
        var counts = new int[bars];
        foreach (var (value, count) in values) counts[Math.Clamp((int)(scale.Share(value) * bars), 0, bars - 1)] += count;
        var highest = Math.Max(1, counts.Max());

        var svg = Open($"Histogram of {name} latency");
        for (var bar = 0; bar < bars; bar++)
        {
            if (counts[bar] == 0) continue;
            var height = Math.Max(1, PlotHeight * counts[bar] / highest);
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar\" x=\"{Left + PlotWidth * bar / bars:F1}\" y=\"{Top + PlotHeight - height:F1}\" width=\"{PlotWidth / bars - 1:F1}\" height=\"{height:F1}\"><title>{scale.At((double)bar / bars):G3}–{scale.At((bar + 1.0) / bars):G3} ms: {counts[bar]}</title></rect>");
        }

        foreach (var (label, value) in marks)
        {
            var x = Left + PlotWidth * scale.Share(value);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"{label}\" x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"{Top}\" y2=\"{Top + PlotHeight}\"/><text class=\"{label}\" x=\"{x + 3:F1}\" y=\"{Top + 10 + (label == "p50" ? 0 : label == "p95" ? 12 : 24)}\">{label}</text>");
        }

        foreach (var tick in scale.Ticks()) XTick(svg, Left + PlotWidth * scale.Share(tick), tick.ToString("G3", CultureInfo.InvariantCulture));
        YTick(svg, Top, highest.ToString(CultureInfo.InvariantCulture));
        YTick(svg, Top + PlotHeight, "0");
        return Close(svg, "milliseconds");
    }

    /// <summary>Lines over one axis; their names are classes of the page's style.</summary>
    internal static string Lines(string label, string caption, bool logarithmic, IReadOnlyList<(string Class, IReadOnlyList<(double X, double Y)> Points)> lines)
    {
        var all = lines.SelectMany(l => l.Points).ToArray();
        var (from, most) = (all.Min(p => p.X), Math.Max(1e-6, all.Max(p => p.Y)));
        var span = Math.Max(1e-3, all.Max(p => p.X) - from);
        var scale = LogScale([.. all.Select(p => p.Y)]);
        double X(double x) => Left + (PlotWidth * (x - from) / span);
        double Y(double y) => Top + (PlotHeight * (1 - (logarithmic ? scale.Share(y) : y / most)));

        var svg = Open(label);
        foreach (var (name, points) in lines)
        {
            var text = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):F1},{Y(p.Y):F1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{name}\" points=\"{text}\"><title>{HtmlReport.Escape(name)}</title></polyline>");
        }

        IEnumerable<double> ticks = logarithmic ? scale.Ticks() : [0, most / 4, most / 2, most * 3 / 4, most];
        foreach (var tick in ticks) YTick(svg, Y(tick), tick.ToString("G3", CultureInfo.InvariantCulture));
        for (var i = 0; i <= 4; i++) XTick(svg, Left + (PlotWidth * i / 4), string.Create(CultureInfo.InvariantCulture, $"{from + (span * i / 4):0.#}"));
        return Close(svg, HtmlReport.Escape(caption));
    }

    /// <summary>Each answer as a dot over the run's seconds, percentiles a time slice as lines.</summary>
    internal static string OverTime(string name, IReadOnlyList<(double Second, double Milliseconds, bool Unclear)> answers)
    {
        const int slices = 40;
        var scale = LogScale([.. answers.Select(a => a.Milliseconds)]);
        var from = answers.Min(a => a.Second);
        var span = Math.Max(0.001, answers.Max(a => a.Second) - from);
        double X(double second) => Left + PlotWidth * (second - from) / span;
        double Y(double value) => Top + PlotHeight * (1 - scale.Share(value));

        var svg = Open($"{name} latency over time");
        var step = Math.Max(1, answers.Count / Points);
        for (var i = 0; i < answers.Count; i += step)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot{(answers[i].Unclear ? " bad" : "")}\" cx=\"{X(answers[i].Second):F1}\" cy=\"{Y(answers[i].Milliseconds):F1}\" r=\"1.4\"/>");
        }

        var bySlice = answers.GroupBy(a => Math.Min(slices - 1, (int)((a.Second - from) / span * slices))).OrderBy(g => g.Key)
            .Select(g => (Middle: from + (g.Key + 0.5) * span / slices, Sorted: g.Select(a => a.Milliseconds).Order().ToArray())).ToArray();
        foreach (var (label, share) in Percentiles)
        {
            var line = string.Join(' ', bySlice.Select(s => string.Create(CultureInfo.InvariantCulture, $"{X(s.Middle):F1},{Y(Latency.At(s.Sorted, share)):F1}")));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"{label}\" points=\"{line}\"/>");
        }

        foreach (var tick in scale.Ticks()) YTick(svg, Y(tick), tick.ToString("G3", CultureInfo.InvariantCulture));
        for (var i = 0; i <= 4; i++) XTick(svg, Left + PlotWidth * i / 4, string.Create(CultureInfo.InvariantCulture, $"{from + span * i / 4:F1}"));
        return Close(svg, "seconds since the run began; milliseconds upwards");
    }

    private static Scale LogScale(IReadOnlyList<double> values)
    {
        var least = Math.Max(0.01, values.Min());
        var most = Math.Max(least * 2, values.Max());
        return new Scale(Math.Log10(least), Math.Log10(most));
    }

    private static StringBuilder Open(string label) => new StringBuilder().Append(
        CultureInfo.InvariantCulture,
        $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{HtmlReport.Escape(label)}\"><rect class=\"plot\" x=\"{Left}\" y=\"{Top}\" width=\"{PlotWidth}\" height=\"{PlotHeight}\"/>");

    private static string Close(StringBuilder svg, string caption) => svg
        .Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{Left + PlotWidth / 2}\" y=\"{Height - 4}\" text-anchor=\"middle\">{caption}</text></svg>").ToString();

    private static void XTick(StringBuilder svg, double x, string label) => svg.Append(
        CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{x:F1}\" y=\"{Top + PlotHeight + 14}\" text-anchor=\"middle\">{label}</text>");

    private static void YTick(StringBuilder svg, double y, string label) => svg.Append(
        CultureInfo.InvariantCulture, $"<text class=\"axis\" x=\"{Left - 5}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{label}</text>");

    private readonly record struct Scale(double Low, double High)
    {
        internal double Share(double value) => Math.Clamp((Math.Log10(Math.Max(value, 1e-6)) - Low) / (High - Low), 0, 1);

        internal double At(double share) => Math.Pow(10, Low + share * (High - Low));

        /// <summary>1, 2 and 5 of each decade within the scale.</summary>
        internal IEnumerable<double> Ticks()
        {
            for (var decade = (int)Math.Floor(Low); decade <= High; decade++)
            {
                foreach (var digit in High - Low > 2 ? [1] : new[] { 1, 2, 5 })
                {
                    var tick = digit * Math.Pow(10, decade);
                    if (Math.Log10(tick) >= Low && Math.Log10(tick) <= High) yield return tick;
                }
            }
        }
    }
}

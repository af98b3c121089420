using System.Globalization;

namespace Mainstreet.Foundation.Load;

/// <summary>A reading of <c>/metrics</c> (Prometheus text format 0.0.4): series by name with their labels as they stand there.</summary>
internal sealed class ServerFigures
{
    private readonly List<(string Name, string Labels, double Value)> _series = [];

    internal static ServerFigures Read(string text)
    {
        var figures = new ServerFigures();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || line[0] == '#') continue;
            var end = line.LastIndexOf(' ');
            if (end < 0 || !double.TryParse(line[(end + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) continue;
            var brace = line.IndexOf('{');
            var name = brace < 0 ? line[..end] : line[..brace];
            figures._series.Add((name.ToString(), brace < 0 ? "" : line[brace..end].ToString(), value));
        }

        return figures;
    }

    /// <summary>The sum of a metric's series; null when there is none.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="label">Only series with this label, written <c>status_code="503"</c>.</param>
    internal double? Sum(string name, string? label = null)
    {
        double? sum = null;
        foreach (var (each, labels, value) in _series)
        {
            if (each == name && (label is null || labels.Contains(label, StringComparison.Ordinal))) sum = (sum ?? 0) + value;
        }

        return sum;
    }
}

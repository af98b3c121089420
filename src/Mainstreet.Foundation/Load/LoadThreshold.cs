using System.Globalization;

namespace Mainstreet.Foundation.Load;

/// <summary>A bound on a figure of each measured phase, written as k6 writes it: <c>p95&lt;200</c>.</summary>
/// <param name="Figure">One of <see cref="Figures"/>.</param>
/// <param name="Below">True when the figure must be less than the bound, false when more.</param>
/// <param name="Bound">In the figure's unit.</param>
internal sealed record LoadThreshold(string Figure, bool Below, double Bound)
{
    /// <summary>Milliseconds of 2xx; percent of requests that were not 2xx; 2xx a second.</summary>
    internal static IReadOnlyList<string> Figures { get; } = ["p50", "p95", "p99", "max", "errors", "goodput"];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Figure}{(Below ? '<' : '>')}{Bound}");

    /// <returns>Null when the text is no threshold.</returns>
    internal static LoadThreshold? Read(string text)
    {
        var at = text.AsSpan().IndexOfAny('<', '>');
        if (at < 1 || !Figures.Contains(text[..at].Trim())) return null;
        return double.TryParse(text.AsSpan(at + 1).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) && bound >= 0
            ? new LoadThreshold(text[..at].Trim(), text[at] == '<', bound) : null;
    }

    internal double ValueIn(PhaseTally tally) => Figure switch
    {
        "p50" => tally.All.Latency.At(0.50) / 1e3,
        "p95" => tally.All.Latency.At(0.95) / 1e3,
        "p99" => tally.All.Latency.At(0.99) / 1e3,
        "max" => tally.All.Latency.Max / 1e3,
        "errors" => tally.All.Sent == 0 ? 0 : 100.0 * tally.All.Failed / tally.All.Sent,
        _ => tally.Goodput,
    };

    /// <summary>A phase in which nothing succeeded meets no bound on latencies.</summary>
    internal bool MetBy(PhaseTally tally)
    {
        if (tally.All.Ok == 0) return false;
        var value = ValueIn(tally);
        return Below ? value < Bound : value > Bound;
    }
}

using Mainstreet.Foundation.Observability;

namespace Mainstreet.Foundation.Outbound;

/// <summary>Outside services can be called.</summary>
internal sealed class ProvidersHealth(OutboundMetrics metrics) : IHealthPart
{
    public string Name => "providers";

    public Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var circuits = metrics.Circuits.OrderBy(c => c.Service, StringComparer.Ordinal).ToList();
        var closed = circuits.Where(c => c.Position != CircuitPosition.Closed || c.ClosedUntil is not null).ToList();
        var figures = circuits.Select(c => (c.Service, (object?)new Dictionary<string, object?>
        {
            ["breaker"] = c.Position switch { CircuitPosition.Open => "open", CircuitPosition.HalfOpen => "halfOpen", _ => "closed" },
            ["closedUntil"] = c.ClosedUntil,
            ["inFlight"] = c.InFlight,
            ["failures"] = c.Calls.Failures,
            ["successes"] = c.Calls.Successes,
        }));
        return Task.FromResult(closed.Count == 0
            ? PartHealth.Up(null, figures)
            : PartHealth.Degraded(string.Join("; ", closed.Select(c =>
                $"{c.Service}: {c.ClosedBecause}{(c.Position != CircuitPosition.Closed && c.LastError is { } error ? $", last failure: {error}" : "")}")), figures));
    }
}

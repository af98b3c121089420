using Mainstreet.Foundation.Observability;

using Microsoft.Extensions.Hosting;

namespace Mainstreet.Foundation.Live;

/// <summary>The pump keeps up with the feed.</summary>
internal sealed class LiveHealth(IEnumerable<IHostedService> hosted, LiveHistory history, LiveConnections connections) : IHealthPart
{
    /// <summary>A burst may put the pump this many events behind for a moment.</summary>
    private const long Behind = 1_000;

    public string Name => "live";

    public async Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var end = await history.LastIdAsync(cancel);
        // Asked after the feed, so what the pump carried meanwhile does not count as lag.
        if (hosted.OfType<LivePump>().FirstOrDefault()?.Last is not { } carried) return PartHealth.Degraded("the pump has not started");
        var lag = Math.Max(0, end - carried);
        (string, object?)[] figures = [("lag", lag), ("connections", connections.Count)];
        return lag > Behind ? PartHealth.Degraded($"the pump is {lag} events behind", figures) : PartHealth.Up(null, figures);
    }
}

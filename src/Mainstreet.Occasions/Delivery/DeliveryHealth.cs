using System.Globalization;

using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Time;

using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Delivery;

/// <summary>Due messages are delivered in time.</summary>
internal sealed class DeliveryHealth(IDueRows rows, DeliveryState state, OccasionClock clock, IOptions<DeliveryOptions> options) : IHealthPart
{
    public string Name => "delivery";

    public async Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var backlog = await rows.BacklogAsync(now, cancel);
        var age = backlog.Oldest is { } oldest && oldest < now ? Math.Round((now - oldest).TotalSeconds, 1) : 0;
        (string, object?)[] figures =
        [
            ("workers", state.Running ? options.Value.Concurrency : 0), ("waiting", backlog.Waiting), ("oldestSeconds", age), ("inFlight", backlog.InFlight),
            ("heldHere", state.Held), ("dead", backlog.Dead), ("lastClaimAt", state.LastClaimAt),
        ];
        if (age > options.Value.BacklogAge.TotalSeconds)
            return PartHealth.Degraded($"the oldest due message has waited {age.ToString(CultureInfo.InvariantCulture)} s", figures);
        return state.WaitsForProviders ? PartHealth.Degraded("every provider is closed; messages wait", figures) : PartHealth.Up(null, figures);
    }
}

using System.Globalization;

using Mainstreet.Foundation.Observability;

namespace Mainstreet.Foundation.Broker;

/// <summary>The broker is there and no queue has dead letters. Its absence stops nothing, so the part is never down.</summary>
internal sealed class BrokerHealth(IWorkQueues queues) : IHealthPart
{
    public string Name => "broker";

    public async Task<PartHealth> CheckAsync(CancellationToken cancel)
    {
        if (queues is not RabbitWorkQueues rabbit) return PartHealth.Up("none configured; the database carries the work");
        var figures = new List<(string, object?)> { ("publishing", rabbit.Publishing.Up) };
        if (rabbit.Consuming is { } consuming) figures.Add(("consuming", consuming));
        if (rabbit.Publishing.Blocked) return PartHealth.Degraded("the broker is short of memory or disk and takes no messages; the database carries the work", figures);
        if (!rabbit.Connected) return PartHealth.Degraded("cannot be reached; the database carries the work", figures);
        long dead = 0;
        try
        {
            foreach (var queue in rabbit.Known)
            {
                if (await queues.DepthAsync(queue, cancel) is not { } depth) continue;
                dead += depth.Dead;
                figures.Add(($"{queue}Waiting", depth.Waiting));
                figures.Add(($"{queue}Consumers", depth.Consumers));
                figures.Add(($"{queue}Dead", depth.Dead));
            }
        }
        catch (BrokerException)
        {
            return PartHealth.Degraded("cannot be reached; the database carries the work", figures);
        }

        if (rabbit.Consuming is false) return PartHealth.Degraded("messages cannot be received here", figures);
        return dead > 0
            ? PartHealth.Degraded(string.Create(CultureInfo.InvariantCulture, $"{dead} messages were given up; they wait in the queues' dead letters"), figures)
            : PartHealth.Up(null, figures);
    }
}

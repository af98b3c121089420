using RabbitMQ.Client;

namespace Mainstreet.Foundation.Broker;

/// <summary>
/// How queues are called and made. A quorum queue's arguments can never change, so the name carries a version: raise it
/// together with any change here or in a message's form.
/// </summary>
internal sealed class QueueNames(BrokerOptions options)
{
    /// <summary>Repeated deliveries of one message before it is dead. RabbitMQ before 4.0 has no limit of its own.</summary>
    internal const int DeliveryLimit = 20;

    /// <summary>Dead letters kept for people to look at; the oldest go first.</summary>
    private const int MostDead = 10_000;

    private const int Version = 1;

    internal string Of(string queue) => $"{options.QueuePrefix}.{queue}.v{Version}";

    internal string DeadOf(string queue) => $"{Of(queue)}.dead";

    /// <summary>Makes the queue and its dead letters unless they exist.</summary>
    internal async Task DeclareAsync(IChannel channel, string queue, CancellationToken cancel)
    {
        await channel.QueueDeclareAsync(DeadOf(queue), durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-max-length"] = MostDead,
        }, cancellationToken: cancel);
        await channel.QueueDeclareAsync(Of(queue), durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-delivery-limit"] = DeliveryLimit,
            ["x-dead-letter-exchange"] = "",
            ["x-dead-letter-routing-key"] = DeadOf(queue),
            // A dead letter leaves this queue only when the other one has it; that wants this overflow rule.
            ["x-dead-letter-strategy"] = "at-least-once",
            ["x-overflow"] = "reject-publish",
        }, cancellationToken: cancel);
    }
}

using Mainstreet.Foundation.Broker;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Occasions.Delivery;

/// <summary>
/// Ids of due messages through a durable queue, some hundred a time. A message is marked queued only after the broker confirmed its id; what
/// the broker loses all the same, the workers' poll takes two minutes later. While it is away, the table alone carries.
/// </summary>
internal sealed partial class BrokerTransport(IWorkQueues queues, IDueRows rows, ILogger<BrokerTransport> log) : IDeliveryTransport
{
    internal const string Queue = "deliveries";

    private const int IdsABody = 200;
    private const int IdBytes = 16;
    private const int Prefetch = 4;

    private static readonly TimeSpan SafetyNet = TimeSpan.FromMinutes(2);

    public async Task<int> HandOverAsync(DateTimeOffset after, DateTimeOffset now, int count, CancellationToken cancel)
    {
        if (!queues.Connected) return await rows.QueueDueAsync(after, now, count, cancel);
        var ids = await rows.FindDueAsync(after, now, count, cancel);
        if (ids.Length == 0) return 0;
        var workAt = now + SafetyNet;
        try
        {
            await queues.PublishAsync(Queue, [.. ids.Chunk(IdsABody).Select(Write)], cancel);
        }
        catch (BrokerException exception)
        {
            // Some may have arrived: a message that comes twice is claimed once.
            Log.NotPublished(log, exception);
            workAt = now;
        }

        foreach (var chunk in ids.Chunk(IdsABody)) await rows.QueueAsync(chunk, workAt, cancel);
        return ids.Length;
    }

    public IAsyncDisposable? Receive(Func<Guid[], CancellationToken, Task> take) =>
        queues.Enabled ? queues.Consume(Queue, Prefetch, (item, cancel) => take(Read(item.Body.Span), cancel)) : null;

    private static ReadOnlyMemory<byte> Write(Guid[] ids)
    {
        var body = new byte[ids.Length * IdBytes];
        for (var i = 0; i < ids.Length; i++) ids[i].TryWriteBytes(body.AsSpan(i * IdBytes), bigEndian: true, out _);
        return body;
    }

    internal static Guid[] Read(ReadOnlySpan<byte> body)
    {
        var ids = new Guid[body.Length / IdBytes];
        for (var i = 0; i < ids.Length; i++) ids[i] = new Guid(body.Slice(i * IdBytes, IdBytes), bigEndian: true);
        return ids;
    }

    private static partial class Log
    {
        [LoggerMessage(3341, LogLevel.Warning, "The broker did not take due messages; the table carries them")]
        internal static partial void NotPublished(ILogger log, Exception exception);
    }
}

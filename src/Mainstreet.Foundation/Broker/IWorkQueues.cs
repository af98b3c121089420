namespace Mainstreet.Foundation.Broker;

/// <summary>
/// Durable queues between replicas. They carry hints about work whose truth is in the database: a message may come more
/// than once, late, or (when the broker loses its disk) never, and the work must not depend on it. Safe for many callers.
/// </summary>
public interface IWorkQueues
{
    /// <summary>A broker is configured. Never changes while the process runs.</summary>
    bool Enabled { get; }

    /// <summary>A message could be published at this moment. While it is false work goes on through the database.</summary>
    bool Connected { get; }

    /// <summary>
    /// Puts the bodies, in their order, into the queue and returns when the broker confirmed that all are on its disk.
    /// Makes the queue when it does not exist.
    /// </summary>
    /// <param name="queue">Bare name, for example <c>events</c>; the program's prefix and a version are added.</param>
    /// <param name="bodies">Messages of at most 128 KiB; any number, of which a bounded part is in flight at one time.</param>
    /// <param name="cancel">Ends the waiting; what was sent may arrive all the same.</param>
    /// <exception cref="BrokerException">Not connected, refused or not confirmed in time. Any part may have arrived: publish again when repeats do no harm.</exception>
    Task PublishAsync(string queue, IReadOnlyList<ReadOnlyMemory<byte>> bodies, CancellationToken cancel);

    /// <summary>
    /// Handles messages of the queue until disposed, over any number of lost connections. A message whose handler returns is
    /// done. One whose handler throws is offered again after a growing pause, to any replica; after 20 repeats it is
    /// moved to the queue's dead letters. A handler should end within 25 minutes, or the broker offers its message again.
    /// </summary>
    /// <param name="queue">Bare name.</param>
    /// <param name="prefetch">Messages handled at the same time in this process, 1 to 10,000.</param>
    /// <param name="handle">The token is cancelled when the process stops and its patience is over.</param>
    /// <returns>Disposing stops new messages, waits a few seconds for handlers and gives back what is not done.</returns>
    IAsyncDisposable Consume(string queue, int prefetch, Func<WorkItem, CancellationToken, Task> handle);

    /// <summary>What the broker holds of the queue; null when the queue does not exist.</summary>
    /// <exception cref="BrokerException">Not connected.</exception>
    Task<QueueDepth?> DepthAsync(string queue, CancellationToken cancel);
}

/// <summary>A message.</summary>
/// <param name="Body">The handler's own copy.</param>
/// <param name="Deliveries">How often it was offered before; 0 the first time.</param>
public readonly record struct WorkItem(ReadOnlyMemory<byte> Body, int Deliveries);

/// <summary>A queue as the broker sees it.</summary>
/// <param name="Waiting">Messages that nobody has yet.</param>
/// <param name="Consumers">Consumers of all replicas.</param>
/// <param name="Dead">Messages given up.</param>
public readonly record struct QueueDepth(long Waiting, int Consumers, long Dead);

/// <summary>The broker is away, or did not take or confirm a message. Trying later may help.</summary>
public sealed class BrokerException(string message, Exception? inner = null) : Exception(message, inner);

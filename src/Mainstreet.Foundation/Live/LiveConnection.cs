using System.Collections.Concurrent;
using System.Threading.Channels;

using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Foundation.Live;

/// <summary>One thing to write, and the subscription that it belongs to: what waits for an ended subscription is not sent.</summary>
internal readonly record struct LiveDelivery(LiveItem Item, LiveSubscription? Subscription);

/// <summary>One socket, whichever its transport. Whoever owns the socket reads <see cref="Queue"/> and watches <see cref="CutReason"/>.</summary>
internal sealed class LiveConnection(string id, string transport, Caller caller, Guid? sessionId, int queueLength, Action<LiveConnection, string> onCut)
{
    private readonly Channel<LiveDelivery> _queue =
        Channel.CreateBounded<LiveDelivery>(new BoundedChannelOptions(queueLength) { SingleReader = true });

    private readonly TaskCompletionSource<string> _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = id;

    public string Transport { get; } = transport;

    public Guid AccountId { get; } = caller.Id;

    public Guid? SessionId { get; } = sessionId;

    /// <summary>As last looked up.</summary>
    public Caller Caller { get; set; } = caller;

    public ConcurrentDictionary<string, LiveSubscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    public ChannelReader<LiveDelivery> Queue => _queue.Reader;

    public int QueueLength { get; } = queueLength;

    /// <summary>Completes with a reason when the server ends the connection.</summary>
    public Task<string> CutReason => _cut.Task;

    /// <summary>False, and the connection is cut, when its reader is too slow.</summary>
    public bool TryQueue(LiveDelivery delivery)
    {
        if (_queue.Writer.TryWrite(delivery)) return true;
        Cut("slow_reader");
        return false;
    }

    public void Cut(string reason)
    {
        if (!_queue.Writer.TryComplete()) return;
        onCut(this, reason);
        _cut.TrySetResult(reason);
    }

    /// <summary>The socket is gone.</summary>
    public void End() => _queue.Writer.TryComplete();
}

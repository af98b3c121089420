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

    private volatile bool _ended;

    public string Id { get; } = id;

    public string Transport { get; } = transport;

    public Guid AccountId { get; } = caller.Id;

    public Guid? SessionId { get; } = sessionId;

    /// <summary>As last looked up.</summary>
    public Caller Caller { get; set; } = caller;

    public ConcurrentDictionary<string, LiveSubscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    public ChannelReader<LiveDelivery> Queue => _queue.Reader;

    public int QueueLength { get; } = queueLength;

    /// <summary>Held while an item is written: whoever takes it after ending a subscription knows that nothing of it follows.</summary>
    public SemaphoreSlim Writing { get; } = new(1, 1);

    /// <summary>What the pump grants this socket when it is behind; only the pump touches it.</summary>
    public LivePatience Patience { get; } = new();

    /// <summary>Completes with a reason when the server ends the connection.</summary>
    public Task<string> CutReason => _cut.Task;

    /// <summary>False, and the connection is cut, when its reader is too slow.</summary>
    public bool TryQueue(LiveDelivery delivery)
    {
        if (_queue.Writer.TryWrite(delivery)) return true;
        // A queue that is full, not one that has ended.
        Cut("slow_reader");
        return false;
    }

    public void Cut(string reason)
    {
        // The reason comes first: whoever sees the end of the queue asks for it.
        if (_ended || !_cut.TrySetResult(reason)) return;
        onCut(this, reason);
        _queue.Writer.TryComplete();
    }

    /// <summary>The socket is gone.</summary>
    public void End()
    {
        _ended = true;
        _queue.Writer.TryComplete();
    }
}

/// <summary>
/// How long the pump still waits for one socket that is behind. A socket that takes what it is given is waited for in a
/// burst; one that stands still, or is behind for good, is not, so that it cannot hold up the others.
/// </summary>
internal sealed class LivePatience
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Standstill = TimeSpan.FromMilliseconds(300);

    // Where the process itself was starved, time passed but nobody had a chance to move: a look costs no more than a few of its pauses, and a standstill is many looks.
    private static readonly TimeSpan MostOfALook = TimeSpan.FromMilliseconds(20);
    private const int StandstillLooks = 30;

    private TimeSpan _left = Longest;
    private long _seenAt;
    private long _movedAt;
    private int _looks;
    private int _waiting;
    private bool _stalled;

    /// <summary>Looks at the socket's queue; true when it is worth waiting a little longer.</summary>
    /// <param name="waiting">Items in the queue.</param>
    /// <param name="paused">True when the pump has been waiting since the last look.</param>
    /// <param name="clock">The clock.</param>
    public bool Has(int waiting, bool paused, TimeProvider clock)
    {
        var now = clock.GetTimestamp();
        var since = _seenAt == 0 ? TimeSpan.Zero : clock.GetElapsedTime(_seenAt, now);
        _seenAt = now;
        // Waiting uses it up; a fifth of all other time restores it.
        _left = !paused ? _left + since / 5 : _left - (since < MostOfALook ? since : MostOfALook);
        if (_left > Longest) _left = Longest;

        // Without a pause the queue has been filled since: if it is no longer than before, the socket moved.
        if (waiting < _waiting || (!paused && waiting == _waiting)) _stalled = false;
        if (waiting < _waiting || !paused) (_movedAt, _looks) = (now, 0);
        _waiting = waiting;
        _stalled |= ++_looks > StandstillLooks && clock.GetElapsedTime(_movedAt, now) >= Standstill;
        return !_stalled && _left > TimeSpan.Zero;
    }
}

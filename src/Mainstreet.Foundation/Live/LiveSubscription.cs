namespace Mainstreet.Foundation.Live;

/// <summary>
/// One connection following one topic. It holds events back until the replay has been written, then lets through exactly the
/// next offset each time: an offset seen before is dropped, and one that skips holds everything back until the feed has
/// filled the gap.
/// </summary>
internal sealed class LiveSubscription(LiveConnection connection, string topic, Action<LiveSubscription> onGap)
{
    private readonly Lock _gate = new();
    private List<LiveEvent>? _held = [];
    private bool _started;
    private long _last;

    public LiveConnection Connection { get; } = connection;

    public string Topic { get; } = topic;

    public bool Ended { get; private set; }

    /// <summary>The last offset let through; <c>null</c> while events are held back.</summary>
    public long? Position
    {
        get
        {
            lock (_gate) return _held is null ? _last : null;
        }
    }

    /// <summary>Takes an event from the feed.</summary>
    public void Offer(LiveEvent live)
    {
        lock (_gate)
        {
            if (Ended) return;
            if (_held is { } held)
            {
                if (held.Count >= Connection.QueueLength) Connection.Cut("slow_reader");
                else held.Add(live);
                return;
            }

            Pass(live);
        }
    }

    /// <summary>The replay up to the offset has been written: from here on events flow.</summary>
    public void GoLive(long offset)
    {
        lock (_gate)
        {
            if (_started || Ended) return;
            _started = true;
            _last = offset;
            Release();
        }
    }

    /// <summary>Holds back from now on when the topic has reached an offset that this subscription has not.</summary>
    public void Expect(long offset)
    {
        lock (_gate)
        {
            if (Ended || _held is not null || _last >= offset) return;
            _held = [];
        }

        onGap(this);
    }

    /// <summary>From where the feed must fill the gap.</summary>
    public long Behind
    {
        get
        {
            lock (_gate) return _last;
        }
    }

    /// <summary>Lets through what the feed still had, then what was held back.</summary>
    public void Fill(IReadOnlyList<LiveEvent> missed)
    {
        lock (_gate)
        {
            if (Ended || _held is null) return;
            _held.InsertRange(0, missed);
            Release();
        }
    }

    public void End()
    {
        lock (_gate)
        {
            Ended = true;
            _held = null;
        }
    }

    private void Release()
    {
        var held = _held!;
        _held = null;
        foreach (var live in held)
        {
            if (_held is { } again) again.Add(live);
            else Pass(live);
        }
    }

    private void Pass(LiveEvent live)
    {
        if (live.Offset <= _last) return;
        if (live.Offset > _last + 1)
        {
            _held = [live];
            onGap(this);
            return;
        }

        if (Connection.TryQueue(new LiveDelivery(live, this))) _last = live.Offset;
    }
}

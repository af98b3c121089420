namespace Mainstreet.Occasions.Delivery;

/// <summary>What this process's delivery is doing, for health and metrics.</summary>
internal sealed class DeliveryState
{
    private int _held;
    private long _lastClaimTicks;

    /// <summary>True while messages are delivered here (role <c>worker</c>).</summary>
    public bool Running { get; set; }

    /// <summary>Messages that this process holds.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Last look for work that succeeded, real time; null before the first.</summary>
    public DateTimeOffset? LastClaimAt => Interlocked.Read(ref _lastClaimTicks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>As last counted; null before that.</summary>
    public Backlog? Backlog { get; set; }

    /// <summary>Claims are held back because every provider is closed.</summary>
    public bool WaitsForProviders { get; set; }

    internal void Claimed(DateTimeOffset at) => Interlocked.Exchange(ref _lastClaimTicks, at.UtcTicks);

    internal int Hold(int more) => Interlocked.Add(ref _held, more);
}

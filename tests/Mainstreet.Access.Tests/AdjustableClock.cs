namespace Mainstreet.Access.Tests;

/// <summary>The system's clock, moved forward by the test.</summary>
internal sealed class AdjustableClock : TimeProvider
{
    private long _offsetTicks;

    internal void Advance(TimeSpan by) => Interlocked.Add(ref _offsetTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _offsetTicks));

    public override long GetTimestamp() =>
        System.GetTimestamp() + (long)(Interlocked.Read(ref _offsetTicks) / (double)TimeSpan.TicksPerSecond * TimestampFrequency);
}

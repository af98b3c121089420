namespace Mainstreet.Foundation.Outbound;

/// <summary>Runs on when the wall clock is set: a breaker must not stay open for an hour because the hour came twice.</summary>
internal sealed class SteadyClock(TimeProvider clock) : TimeProvider
{
    private readonly long _start = clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + clock.GetElapsedTime(_start);

    public override long GetTimestamp() => clock.GetTimestamp();

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.CreateTimer(callback, state, dueTime, period);
}

namespace Mainstreet.Occasions.Time;

/// <summary>
/// The module's clock: the real one, moved in Development by what <c>POST /v1/test/clock</c> set. Everything in the module takes its
/// "now" from here; timers and delays run on real time.
/// </summary>
internal sealed class OccasionClock(TimeProvider real) : TimeProvider
{
    private long _offset;

    /// <summary>What is added to the real time; zero outside Development.</summary>
    public TimeSpan Offset
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _offset));
        set => Interlocked.Exchange(ref _offset, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Offset;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => real.TimestampFrequency;

    public override long GetTimestamp() => real.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        real.CreateTimer(callback, state, dueTime, period);
}

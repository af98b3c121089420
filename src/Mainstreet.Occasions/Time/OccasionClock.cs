namespace Mainstreet.Occasions.Time;

/// <summary>
/// The module's clock: the real one, moved in Development by what <c>POST /v1/test/clock</c> set. Everything in the module takes its
/// "now" from here; timers and delays run on real time.
/// </summary>
internal sealed class OccasionClock(TimeProvider real) : TimeProvider
{
    private readonly Lock _gate = new();
    private long _offset;
    private int _moves;

    /// <summary>What is added to the real time; zero outside Development.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    /// <summary>How often it was moved here; see <see cref="Follow"/>.</summary>
    internal int Moves => Volatile.Read(ref _moves);

    /// <summary>Moves the clock, in this process.</summary>
    internal void Move(TimeSpan offset)
    {
        lock (_gate)
        {
            _moves++;
            Interlocked.Exchange(ref _offset, offset.Ticks);
        }
    }

    /// <summary>Takes over what was read from the database, unless the clock was moved here since the reading began.</summary>
    internal void Follow(TimeSpan offset, int moves)
    {
        lock (_gate)
        {
            if (_moves == moves) Interlocked.Exchange(ref _offset, offset.Ticks);
        }
    }

    public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Offset;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => real.TimestampFrequency;

    public override long GetTimestamp() => real.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        real.CreateTimer(callback, state, dueTime, period);
}

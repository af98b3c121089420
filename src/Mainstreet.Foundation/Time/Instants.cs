namespace Mainstreet.Foundation.Time;

/// <summary>Instants and ids as the house stores them.</summary>
public static class Instants
{
    /// <summary>Now in UTC, cut to microseconds: what PostgreSQL keeps, so that a value reads back equal.</summary>
    public static DateTimeOffset Now(this TimeProvider clock) => clock.GetUtcNow().Cut();

    /// <summary>The instant in UTC, cut to microseconds.</summary>
    public static DateTimeOffset Cut(this DateTimeOffset instant) =>
        new(instant.UtcTicks - instant.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>A new UUIDv7 (RFC 9562). Ordered by millisecond only.</summary>
    public static Guid NewId(this TimeProvider clock) => Guid.CreateVersion7(clock.GetUtcNow());

    public static long ToMicroseconds(this DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.Ticks + microseconds * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}

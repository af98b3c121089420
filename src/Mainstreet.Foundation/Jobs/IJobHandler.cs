using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Jobs;

/// <summary>A due job as its handler sees it. <c>DueAt</c> is when this attempt was due; attempts count from 1.</summary>
public sealed record JobExecution(Guid Id, string Kind, string Key, string? Payload, DateTimeOffset DueAt, int Attempt)
{
    /// <summary>The payload, as the type that was scheduled.</summary>
    public T Read<T>() => JsonSerializer.Deserialize<T>(Payload ?? "null", Json.Stored) ?? throw new JsonException("The job has no payload.");
}

/// <summary>
/// Does a delayed job. Called inside a transaction of <see cref="Db"/>; the runner deletes the job's row in the same
/// transaction, fenced, so the effect happens once. An exception rolls back and the job comes again with back-off.
/// The row is deleted, and on PostgreSQL locked, before <see cref="RunAsync"/>: the handler may schedule the same kind and key
/// again. A use case that unschedules a job which may be running waits for it; to keep one order of locks it unschedules before it
/// changes the rows that the handler changes (else PostgreSQL ends one of the two as a deadlock, which is then run again).
/// </summary>
public interface IJobHandler
{
    ModuleDb Db { get; }

    Task RunAsync(JobExecution job, CancellationToken cancel);
}

/// <summary>Work that comes round; one replica runs it at a time. It must be safe to run twice.</summary>
public interface IRecurringJob
{
    Task RunAsync(CancellationToken cancel);
}

/// <param name="Kind">Unique.</param>
/// <param name="Handler">An <see cref="IJobHandler"/> in the short lane, else an <see cref="ILongJobHandler"/>.</param>
/// <param name="Lane">Whose slots it takes.</param>
internal sealed record JobRegistration(string Kind, Type Handler, JobLane Lane = JobLane.Short);

/// <param name="Name">Unique; by convention <c>module.job</c>.</param>
/// <param name="Handler">An <see cref="IRecurringJob"/>.</param>
/// <param name="Interval">From the end of one run to the start of the next.</param>
/// <param name="Aligned">Due at whole multiples of the interval since 1970 instead: a day is 00:00 UTC, a minute is its beginning.</param>
internal sealed record RecurringRegistration(string Name, Type Handler, TimeSpan Interval, bool Aligned = false)
{
    /// <summary>When it is due after a good run that ended then. What became due while it ran is due at once, once.</summary>
    internal DateTimeOffset NextAfter(DateTimeOffset started, DateTimeOffset finished)
    {
        if (!Aligned) return finished + Interval;
        var since = started - DateTimeOffset.UnixEpoch;
        return DateTimeOffset.UnixEpoch + TimeSpan.FromTicks((since.Ticks / Interval.Ticks + 1) * Interval.Ticks);
    }
}

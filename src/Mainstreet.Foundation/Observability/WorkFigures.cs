using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Observability;

/// <summary>Work that should be done by now. Told by each worker, so also when the one that ought to do it does not run.</summary>
internal sealed class WorkFigures(FoundationDb db, TimeProvider clock) : IFigures
{
    private const string Overdue = "mainstreet.job.overdue";
    private const string GivenUp = "mainstreet.job.given_up";
    private const string Late = "mainstreet.recurring.late";
    private const string Failing = "mainstreet.recurring.failing";
    private const string Rows = "mainstreet.outbox.rows";
    private const string Age = "mainstreet.outbox.age";
    private const string DeadRows = "mainstreet.outbox.given_up";

    public static IReadOnlyList<FigureShape> Shapes { get; } =
    [
        new(Overdue, "{job}", "Jobs that were due more than a minute ago."),
        new(GivenUp, "{job}", "Jobs that stay after their last run failed."),
        new(Late, "s", "How long the recurring job that waits longest has been due."),
        new(Failing, "{job}", "Recurring jobs whose last run failed."),
        new(Rows, "{row}", "Rows that wait in the outbox."),
        new(Age, "s", "Age of the oldest outbox row."),
        new(DeadRows, "{row}", "Events that stay after their last delivery failed."),
    ];

    public async Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var late = now - TimeSpan.FromMinutes(1);
        var oldest = await db.Outbox.OrderBy(r => r.Id).Select(r => (DateTimeOffset?)r.At).FirstOrDefaultAsync(cancel);
        var due = await db.Recurring.OrderBy(r => r.NextDue).Select(r => (DateTimeOffset?)r.NextDue).FirstOrDefaultAsync(cancel);
        return
        [
            new(Overdue, await db.Jobs.CountAsync(j => !j.Dead && j.DueAt <= late, cancel)),
            new(GivenUp, await db.Jobs.CountAsync(j => j.Dead, cancel)),
            new(Late, Since(due, now)),
            new(Failing, await db.Recurring.CountAsync(r => r.LastError != null, cancel)),
            new(Rows, await db.Outbox.CountAsync(cancel)),
            new(Age, Since(oldest, now)),
            new(DeadRows, await db.DeadEvents.CountAsync(cancel)),
        ];
    }

    private static double Since(DateTimeOffset? instant, DateTimeOffset now) => instant is null ? 0 : Math.Max(0, (now - instant.Value).TotalSeconds);
}

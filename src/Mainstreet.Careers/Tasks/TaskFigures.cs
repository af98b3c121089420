using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Tasks;

/// <summary>Tasks that should have gone on by now; those of proofs do not count.</summary>
internal sealed class TaskFigures(CareersDb db, TimeProvider clock) : IFigures
{
    /// <summary>A task that is at work tells of a step far more often.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private const string Open = "mainstreet.careers.task.open";
    private const string Stuck = "mainstreet.careers.task.stuck";

    public static IReadOnlyList<FigureShape> Shapes { get; } =
    [
        new(Open, "{task}", "Tasks that wait or run."),
        new(Stuck, "{task}", "Tasks that wait or run, are not put off, and have not moved for 15 minutes."),
    ];

    public async Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        var before = now - Patience;
        var open = db.Tasks.Where(t => (t.State == TaskState.Pending || t.State == TaskState.Running) && !t.Synthetic);
        return
        [
            new(Open, await open.CountAsync(cancel)),
            new(Stuck, await open.CountAsync(t => t.UpdatedAt < before && (t.NextAttemptAt == null || t.NextAttemptAt < before), cancel)),
        ];
    }
}

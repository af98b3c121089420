using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks;

/// <summary>
/// A task in the hands of its runner. Each of its transactions holds the job under its fence and the task's row, so a runner that was
/// overtaken, or whose task was paused or cancelled, writes nothing any more: it gets an exception and should let it pass.
/// </summary>
internal sealed class TaskContext(CareersDb db, JobHold hold, CareerTask begun, TimeProvider clock)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(250);

    private readonly int _run = begun.Run;
    private long _told;

    internal Guid Id { get; } = begun.Id;

    internal Guid AccountId { get; } = begun.AccountId;

    internal bool Synthetic { get; } = begun.Synthetic;

    internal TaskInputs.TaskInput Input { get; } = begun.Read<TaskInputs.TaskInput>();

    /// <summary>What an earlier run saved last; null at the first.</summary>
    internal T? Checkpoint<T>() where T : class => begun.ReadCheckpoint<T>();

    /// <summary>Saves and tells how far it is. Calls that come faster than four a second are passed over, so it may be called in a loop.</summary>
    internal Task ProgressAsync(int done, int? total, string? note, object? checkpoint, CancellationToken cancel)
    {
        if (_told != 0 && clock.GetElapsedTime(_told) < Often) return Task.CompletedTask;
        return StepAsync(_ => Task.CompletedTask, done, total, note, checkpoint, cancel);
    }

    /// <summary>Does a part of the work for good: its effect, the checkpoint behind it and the news of it in one transaction.</summary>
    /// <param name="effect">Changes rows through the runner's context, short and without calls to anybody outside. May be run again.</param>
    /// <param name="done">Steps done with it.</param>
    /// <param name="total">Steps in all, where known.</param>
    /// <param name="note">What it is at, one line.</param>
    /// <param name="checkpoint">What a later run goes on from; null leaves the last.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal async Task StepAsync(Func<CancellationToken, Task> effect, int done, int? total, string? note, object? checkpoint, CancellationToken cancel)
    {
        await hold.InTransactionAsync(async token =>
        {
            var task = await MineAsync(token);
            await effect(token);
            task.Advance(done, total, note, checkpoint, clock.Now());
            Tell(db, task);
            return await db.SaveChangesAsync(token);
        }, cancel);
        _told = clock.GetTimestamp();
    }

    /// <summary>Ends the task well: its last effect and its completion in one transaction.</summary>
    /// <param name="effect">As in <see cref="StepAsync"/>; answers the result.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal Task CompleteAsync(Func<CancellationToken, Task<object?>> effect, CancellationToken cancel) => EndAsync(async (task, token) =>
    {
        task.Complete(await effect(token), clock.Now());
        return "task.completed";
    }, cancel);

    /// <summary>Ends the task for a reason that another run would not change.</summary>
    internal Task FailAsync(Problem problem, CancellationToken cancel) => EndAsync((task, _) =>
    {
        task.Fail(problem.Code, $"{problem.Title} {problem.Detail}".Trim(), clock.Now());
        return Task.FromResult("task.failed");
    }, cancel);

    /// <summary>Queues the news of a task for its owner.</summary>
    internal static void Tell(CareersDb db, CareerTask task) =>
        db.Notify(CareerTask.Stream(task.Id), "task.changed", TaskView.Of(task, withResult: false), $"user:{task.AccountId}");

    private Task<int> EndAsync(Func<CareerTask, CancellationToken, Task<string>> end, CancellationToken cancel) => hold.CompleteAsync(async token =>
    {
        var task = await MineAsync(token);
        var act = await end(task, token);
        await db.AuditAsync(new AuditEntry(CareerTask.Stream(Id), null, act, Detail: new { task.Type, task.ErrorCode, task.Attempts }), token);
        Tell(db, task);
        return await db.SaveChangesAsync(token);
    }, cancel);

    private async Task<CareerTask> MineAsync(CancellationToken cancel) =>
        await CareerTask.HoldAsync(db, Id, cancel) is { } task && task.IsRunBy(_run, hold.Fence) ? task : throw new TaskStoppedException();
}

/// <summary>The task was paused, cancelled or resumed elsewhere: this run of it is over.</summary>
internal sealed class TaskStoppedException() : Exception("The task was paused, cancelled or resumed.");

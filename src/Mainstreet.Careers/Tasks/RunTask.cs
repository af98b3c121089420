using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Careers.Tasks;

/// <summary>Runs tasks as long jobs: the queue, leases, fences, back-off and giving up are Foundation's; this keeps the person's row in step.</summary>
internal sealed partial class RunTask(
    CareersDb db, IEnumerable<ITaskRunner> runners, RunningTasks running, TaskMetrics metrics, TimeProvider clock, ILogger<RunTask> log) : ILongJobHandler
{
    internal const string Kind = "careers.task";

    /// <param name="Run">Of the task, when the job was scheduled.</param>
    internal sealed record Order(Guid TaskId, int Run);

    public ModuleDb Db => db;

    public async Task RunAsync(JobHold job, CancellationToken cancel)
    {
        var order = job.Execution.Read<Order>();
        var begun = await job.InTransactionAsync(async token =>
        {
            if (await CareerTask.HoldAsync(db, order.TaskId, token) is not { } task || !task.Begin(order.Run, job.Fence, clock.Now())) return null;
            TaskContext.Tell(db, task);
            await db.SaveChangesAsync(token);
            return task;
        }, cancel);
        if (begun is null)
        {
            await DropAsync(job, order, cancel);
            return;
        }

        var started = clock.GetTimestamp();
        using var stop = running.Enter(begun.Id, cancel);
        try
        {
            var context = new TaskContext(db, job, begun, clock);
            if (runners.FirstOrDefault(r => r.Type == begun.Type) is { } runner) await runner.RunAsync(context, stop.Token);
            else await context.FailAsync(TaskProblems.Unavailable, stop.Token);
            metrics.Ran(begun.Type, clock.GetElapsedTime(started));
        }
        catch (Exception exception) when (exception is TaskStoppedException || (exception is OperationCanceledException && stop.IsAsked && !cancel.IsCancellationRequested))
        {
            Log.Stopped(log, begun.Type, begun.Id);
            await DropAsync(job, order, cancel);
        }
    }

    public async Task FailedAsync(JobExecution job, JobFailure failure, CancellationToken cancel)
    {
        var order = job.Read<Order>();
        if (await CareerTask.HoldAsync(db, order.TaskId, cancel) is not { } task || task.Run != order.Run || task.State is not (TaskState.Pending or TaskState.Running)) return;
        if (failure.NextAt is { } next)
        {
            task.Wait(next, clock.Now());
        }
        else
        {
            task.Fail(TaskProblems.GivenUp.Code, TaskProblems.GivenUp.Title, clock.Now());
            await db.AuditAsync(new AuditEntry(CareerTask.Stream(task.Id), null, "task.failed", Detail: new { task.Type, task.ErrorCode, task.Attempts }), cancel);
        }

        metrics.Broke(task.Type);
        TaskContext.Tell(db, task);
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Removes a job that is out of date: the task was paused, ended, or goes on with a job of its next run.</summary>
    private Task<int> DropAsync(JobHold job, Order order, CancellationToken cancel) => job.CompleteAsync(async token =>
    {
        var task = await CareerTask.HoldAsync(db, order.TaskId, token);
        if (task is not null && task.Run == order.Run && task.State is TaskState.Pending or TaskState.Running)
            throw new InvalidOperationException("The run was stopped although its task goes on.");
        return 0;
    }, cancel);

    private static partial class Log
    {
        [LoggerMessage(5201, LogLevel.Information, "Task {Type} {TaskId} was paused or cancelled while it ran")]
        internal static partial void Stopped(ILogger log, string type, Guid taskId);
    }
}

using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Tasks;

/// <summary>
/// Pauses, resumes and cancels one's own tasks. Asking for the state that a task is in already changes nothing. A paused task keeps what it
/// has done; a failed one may be resumed too. Errors: not_found, task_wrong_state.
/// </summary>
internal static class ControlTask
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/tasks/{id:guid}/pause", Pause)
            .WithName("careers.tasks.pause").WithSummary("Pause a task; what it has done so far is kept")
            .RequireAuthorization(CareersPermissions.Apply).ProducesProblem(404).ProducesProblem(409);
        routes.MapPost("/v1/tasks/{id:guid}/resume", Resume)
            .WithName("careers.tasks.resume").WithSummary("Have a paused task go on, or a failed one tried again")
            .RequireAuthorization(CareersPermissions.Apply).ProducesProblem(404).ProducesProblem(409);
        routes.MapPost("/v1/tasks/{id:guid}/cancel", Cancel)
            .WithName("careers.tasks.cancel").WithSummary("Cancel a task for good")
            .RequireAuthorization(CareersPermissions.Apply).ProducesProblem(404).ProducesProblem(409);
    }

    internal static Task<Results<Ok<TaskView>, ProblemHttpResult>> Pause(Guid id, Caller caller, CareersDb db, RunningTasks running, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync(id, TaskState.Paused, "task.paused", (task, now) => task.Pause(now), caller, db, running, clock, cancel);

    internal static Task<Results<Ok<TaskView>, ProblemHttpResult>> Resume(Guid id, Caller caller, CareersDb db, RunningTasks running, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync(id, TaskState.Pending, "task.resumed", (task, now) => task.State == TaskState.Running ? TaskProblems.WrongState.With("It is running.") : task.Resume(now), caller, db, running, clock, cancel);

    internal static Task<Results<Ok<TaskView>, ProblemHttpResult>> Cancel(Guid id, Caller caller, CareersDb db, RunningTasks running, TimeProvider clock, CancellationToken cancel) =>
        ChangeAsync(id, TaskState.Cancelled, "task.cancelled", (task, now) => task.Cancel(now), caller, db, running, clock, cancel);

    private static async Task<Results<Ok<TaskView>, ProblemHttpResult>> ChangeAsync(
        Guid id, TaskState wanted, string act, Func<CareerTask, DateTimeOffset, Problem?> change, Caller caller, CareersDb db, RunningTasks running, TimeProvider clock, CancellationToken cancel)
    {
        if (!await db.Tasks.AnyAsync(t => t.Id == id && t.AccountId == caller.Id, cancel)) return Problem.NotFound.ToHttp();
        var changed = await db.InTransactionAsync<Outcome<TaskView>>(async token =>
        {
            if (await CareerTask.HoldAsync(db, id, token) is not { } task) return Problem.NotFound;
            if (task.State == wanted) return TaskView.Of(task);
            var before = task.State;
            if (change(task, clock.Now()) is { } problem) return problem;
            if (task.State == TaskState.Pending) db.Schedule(RunTask.Kind, task.JobKey, clock.Now(), new RunTask.Order(task.Id, task.Run));
            // One that is being run at this moment keeps its job; its runner finds the task changed and drops it.
            else await db.UnscheduleAsync(RunTask.Kind, task.JobKey, token);
            await db.AuditAsync(new AuditEntry(CareerTask.Stream(id), caller.Id, act, before.ToString(), task.State.ToString()), token);
            TaskContext.Tell(db, task);
            await db.SaveChangesAsync(token);
            return TaskView.Of(task);
        }, cancel);
        if (!changed.Ok) return changed.Problem.ToHttp();
        if (wanted != TaskState.Pending) running.Stop(id);
        return TypedResults.Ok(changed.Value);
    }
}

using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Tasks;

/// <summary>Takes tasks in. Errors: invalid_request, task_type_unavailable, too_many_tasks.</summary>
internal sealed class TaskDesk(CareersDb db, IEnumerable<ITaskRunner> runners, IOptions<CareersOptions> options, TimeProvider clock)
{
    /// <summary>Makes a task and queues it. The limit on unfinished tasks keeps people apart from each other and may be passed by a few when many are asked for at once.</summary>
    internal async Task<Outcome<TaskView>> StartAsync(Caller caller, string type, TaskInputs.TaskInput input, IdempotentCall call, CancellationToken cancel)
    {
        if (runners.FirstOrDefault(r => r.Type == type) is not { } runner) return TaskProblems.Unavailable;
        if (runner.Check(input) is { } problem) return problem;
        var most = options.Value.UnfinishedTasks;
        if (await db.Tasks.CountAsync(t => t.AccountId == caller.Id && (t.State == TaskState.Pending || t.State == TaskState.Running || t.State == TaskState.Paused), cancel) >= most)
            return TaskProblems.TooMany.With($"The most is {most}.");

        var task = CareerTask.Create(clock.NewId(), caller, type, input, clock.Now());
        db.Tasks.Add(task);
        db.Schedule(RunTask.Kind, task.JobKey, clock.Now(), new RunTask.Order(task.Id, task.Run));
        db.AuditFirst(new AuditEntry(CareerTask.Stream(task.Id), caller.Id, "task.created", Detail: new { task.Type }));
        TaskContext.Tell(db, task);
        var view = TaskView.Of(task);
        call.Answer(db, StatusCodes.Status202Accepted, view, $"/v1/tasks/{task.Id}");
        await db.SaveChangesAsync(cancel);
        return view;
    }
}

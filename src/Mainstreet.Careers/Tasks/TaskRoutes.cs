using System.ComponentModel.DataAnnotations;

using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Tasks;

/// <summary>One's own background tasks. Errors: not_found, invalid_request, task_type_unavailable, too_many_tasks.</summary>
internal static class TaskRoutes
{
    /// <param name="Type">search_jobs, analyze_compatibility, bulk_analysis, tailor_resume, generate_letter, generate_applications or follow_up.</param>
    public sealed record Request([Required, StringLength(40)] string Type, TaskInputs.TaskInput? Input = null);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/tasks", Start)
            .WithName("careers.tasks.start").WithSummary("Start a background task; follow it on the live topic user:{id}")
            .RequireAuthorization(CareersPermissions.Apply).Idempotent()
            .ProducesValidationProblem().ProducesProblem(409).ProducesProblem(422).ProducesProblem(429);
        routes.MapGet("/v1/tasks", List)
            .WithName("careers.tasks.list").WithSummary("List your background tasks, newest first, without their results")
            .RequireAuthorization(CareersPermissions.Apply).ProducesProblem(400);
        routes.MapGet("/v1/tasks/{id:guid}", One)
            .WithName("careers.tasks.get").WithSummary("Read a background task with its progress and result")
            .RequireAuthorization(CareersPermissions.Apply).ProducesProblem(404);
    }

    internal static async Task<Results<Accepted<TaskView>, ProblemHttpResult>> Start(Request request, Caller caller, IdempotentCall call, TaskDesk desk, CancellationToken cancel)
    {
        if (!TaskTypes.All.Contains(request.Type)) return Problem.Invalid("type", $"must be one of {string.Join(", ", TaskTypes.All)}").ToHttp();
        return Answer(await desk.StartAsync(caller, request.Type, request.Input ?? new TaskInputs.TaskInput(), call, cancel));
    }

    internal static async Task<Results<Ok<Page<TaskView>>, ProblemHttpResult>> List(
        Caller caller, CareersDb db, string? state = null, string? type = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var from = Cursor.Parse(cursor);
        if (from.Problem is { } problem) return problem.ToHttp();
        if (type is not null && !TaskTypes.All.Contains(type)) return Problem.Invalid("type", $"must be one of {string.Join(", ", TaskTypes.All)}").ToHttp();
        var query = db.Tasks.AsNoTracking().Where(t => t.AccountId == caller.Id);
        var only = Words.Parse<TaskState>("state", state);
        if (only.Problem is { } wrong) return wrong.ToHttp();
        if (only.Value is { } asked) query = query.Where(t => t.State == asked);

        if (type is not null) query = query.Where(t => t.Type == type);
        if (from.Value is { } at) query = query.Where(t => t.CreatedAt < at.At || (t.CreatedAt == at.At && t.Id.CompareTo(at.Id) < 0));
        // Without the results: they may be long.
        var rows = await query.OrderByDescending(t => t.CreatedAt).ThenByDescending(t => t.Id).Take(size.Value + 1)
            .Select(t => new { t.Id, t.Type, t.State, t.Done, t.Total, t.Note, t.ErrorCode, t.ErrorDetail, t.Attempts, t.NextAttemptAt, t.CreatedAt, t.StartedAt, t.EndedAt, t.UpdatedAt })
            .ToListAsync(cancel);
        var items = rows.Take(size.Value).Select(t => new TaskView(
            t.Id, t.Type, Words.Of(t.State), new TaskView.ProgressView(t.Done, t.Total, t.Note), null, t.ErrorCode is null ? null : new TaskView.ErrorView(t.ErrorCode, t.ErrorDetail ?? ""),
            t.Attempts, t.NextAttemptAt, t.CreatedAt, t.StartedAt, t.EndedAt, t.UpdatedAt)).ToList();
        return TypedResults.Ok(new Page<TaskView>(items, rows.Count > size.Value ? new Cursor(items[^1].CreatedAt, items[^1].Id).ToString() : null));
    }

    internal static async Task<Results<Ok<TaskView>, ProblemHttpResult>> One(Guid id, Caller caller, HttpContext http, CareersDb db, CancellationToken cancel)
    {
        if (await db.Tasks.AsNoTracking().SingleOrDefaultAsync(t => t.Id == id && t.AccountId == caller.Id, cancel) is not { } task) return Problem.NotFound.ToHttp();
        http.SetETag(task.Version);
        return TypedResults.Ok(TaskView.Of(task));
    }

    /// <summary>202 with where the task is to be read, or what stood in its way.</summary>
    internal static Results<Accepted<TaskView>, ProblemHttpResult> Answer(Outcome<TaskView> started) =>
        started.Ok ? TypedResults.Accepted($"/v1/tasks/{started.Value.Id}", started.Value) : started.Problem.ToHttp();
}

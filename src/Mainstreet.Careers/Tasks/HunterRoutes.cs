using System.ComponentModel.DataAnnotations;

using Mainstreet.Careers.Jobs;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Careers.Tasks;

/// <summary>The hunter's routes that start tasks. Errors: invalid_request, task_type_unavailable, too_many_tasks.</summary>
internal static class HunterRoutes
{
    /// <param name="Query">Words to look for.</param>
    /// <param name="Filters">As GET /v1/jobs names them.</param>
    /// <param name="Sources">Names of sources; left out, all.</param>
    public sealed record Request(
        [Required, StringLength(300)] string Query, [StringLength(200)] string? Location = null, bool? Remote = null,
        FindJobs.Filters? Filters = null, [MaxLength(30)] IReadOnlyList<string>? Sources = null);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/hunter/find-jobs", Find)
            .WithName("careers.hunter.find").WithSummary("Search the sources of postings; answers the task that does it")
            .RequireAuthorization(CareersPermissions.Search).Idempotent()
            .ProducesValidationProblem().ProducesProblem(409).ProducesProblem(422).ProducesProblem(429);
        routes.MapPost("/v1/hunter/tailor-resume/{jobId:guid}", Tailor)
            .WithName("careers.hunter.tailor").WithSummary("Have a résumé written for a posting; answers the task that does it")
            .RequireAuthorization(CareersPermissions.Apply).Idempotent().ProducesProblem(409).ProducesProblem(422).ProducesProblem(429);
        routes.MapPost("/v1/hunter/generate-letter/{jobId:guid}", Letter)
            .WithName("careers.hunter.letter").WithSummary("Have a cover letter written for a posting; answers the task that does it")
            .RequireAuthorization(CareersPermissions.Apply).Idempotent().ProducesProblem(409).ProducesProblem(422).ProducesProblem(429);
    }

    internal static async Task<Results<Accepted<TaskView>, ProblemHttpResult>> Find(Request request, Caller caller, IdempotentCall call, TaskDesk desk, CancellationToken cancel)
    {
        var input = new TaskInputs.TaskInput(Query: request.Query, Location: request.Location, Remote: request.Remote, Filters: request.Filters, Sources: request.Sources);
        return TaskRoutes.Answer(await desk.StartAsync(caller, TaskTypes.SearchJobs, input, call, cancel));
    }

    internal static async Task<Results<Accepted<TaskView>, ProblemHttpResult>> Tailor(Guid jobId, Caller caller, IdempotentCall call, TaskDesk desk, CancellationToken cancel) =>
        TaskRoutes.Answer(await desk.StartAsync(caller, TaskTypes.TailorResume, new TaskInputs.TaskInput(JobId: jobId), call, cancel));

    internal static async Task<Results<Accepted<TaskView>, ProblemHttpResult>> Letter(Guid jobId, Caller caller, IdempotentCall call, TaskDesk desk, CancellationToken cancel) =>
        TaskRoutes.Answer(await desk.StartAsync(caller, TaskTypes.GenerateLetter, new TaskInputs.TaskInput(JobId: jobId), call, cancel));
}

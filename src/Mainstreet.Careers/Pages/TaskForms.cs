using Mainstreet.Careers.Data;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Authorization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Careers.Pages;

/// <summary>Pausing, resuming and cancelling tasks from the board, without script.</summary>
internal static class TaskForms
{
    private const string Page = "/careers/applications";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/careers/tasks/{id:guid}/pause", async (Guid id, Caller caller, CareersDb db, RunningTasks running, TimeProvider clock, CancellationToken cancel) =>
            CareersPages.Back(Page, CareersPages.ProblemOf((await ControlTask.Pause(id, caller, db, running, clock, cancel)).Result))).RequireAuthorization(CareersPermissions.Apply).ExcludeFromDescription();
        routes.MapPost("/careers/tasks/{id:guid}/resume", async (Guid id, Caller caller, CareersDb db, RunningTasks running, TimeProvider clock, CancellationToken cancel) =>
            CareersPages.Back(Page, CareersPages.ProblemOf((await ControlTask.Resume(id, caller, db, running, clock, cancel)).Result))).RequireAuthorization(CareersPermissions.Apply).ExcludeFromDescription();
        routes.MapPost("/careers/tasks/{id:guid}/cancel", async (Guid id, Caller caller, CareersDb db, RunningTasks running, TimeProvider clock, CancellationToken cancel) =>
            CareersPages.Back(Page, CareersPages.ProblemOf((await ControlTask.Cancel(id, caller, db, running, clock, cancel)).Result))).RequireAuthorization(CareersPermissions.Apply).ExcludeFromDescription();
    }
}

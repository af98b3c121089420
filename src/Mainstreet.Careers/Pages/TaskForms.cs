using Mainstreet.Careers.Data;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Authorization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Careers.Pages;

/// <summary>Pausing, resuming and cancelling tasks without script; each form says on which page it stands.</summary>
internal static class TaskForms
{
    private delegate Task<Results<Ok<TaskView>, ProblemHttpResult>> Control(Guid id, Caller caller, CareersDb db, RunningTasks running, TimeProvider clock, CancellationToken cancel);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        Post("pause", ControlTask.Pause);
        Post("resume", ControlTask.Resume);
        Post("cancel", ControlTask.Cancel);

        void Post(string act, Control control) => routes.MapPost(
            $"/careers/tasks/{{id:guid}}/{act}",
            async (Guid id, Caller caller, HttpContext http, CareersDb db, RunningTasks running, TimeProvider clock, CancellationToken cancel) =>
            {
                var fields = await CareersPages.ReadFormAsync(http, cancel);
                return CareersPages.Back(PageOf(fields.GetValueOrDefault("back")), CareersPages.ProblemOf((await control(id, caller, db, running, clock, cancel)).Result));
            }).RequireAuthorization(CareersPermissions.Apply).ExcludeFromDescription();
    }

    /// <summary>A page of this module and nothing else, whatever the field holds.</summary>
    private static string PageOf(string? back) =>
        back is not null && back.StartsWith(CareersPages.Home + "/", StringComparison.Ordinal) && back.Length <= 100 && back.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-')
            ? back : CareersPages.Home;
}

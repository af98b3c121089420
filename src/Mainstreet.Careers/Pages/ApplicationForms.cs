using System.Globalization;

using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Pages;

/// <summary>The board's and the application page's forms: the use cases of the API, for browsers without script.</summary>
internal static class ApplicationForms
{
    private const string Board = "/careers/applications";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        Post(Board, Add);
        Post(Board + "/start/{jobId:guid}", Start);
        Post(Board + "/{id:guid}/show", Show);
        Post(Board + "/{id:guid}/submit", Submit);
        Post(Board + "/{id:guid}/move", Move);
        Post(Board + "/{id:guid}/checklist", Checklist);
        Post(Board + "/{id:guid}/notes", Notes);
        Post(Board + "/{id:guid}/reminder", Reminder);
        Post(Board + "/{id:guid}/settle", Settle);

        void Post(string path, Delegate handler) => routes.MapPost(path, handler).RequireAuthorization(CareersPermissions.Apply).ExcludeFromDescription();
    }

    internal static string PageOf(Guid id) => $"{Board}/{id}";

    private static async Task<IResult> Add(Caller caller, HttpContext http, IdempotentCall call, CareersDb db, TimeProvider clock, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        if (Field(fields, "title") is not { Length: <= 300 } title || Field(fields, "company") is { Length: > 200 } || Field(fields, "url") is { Length: > 2000 })
            return CareersPages.Back(Board, Problem.Invalid("title", "is required"));
        var made = (await ApplicationRoutes.Write(new ApplicationRoutes.Request(title, Field(fields, "company"), null, Field(fields, "url")), caller, call, db, clock, cancel)).Result;
        return made is Created<ApplicationView> { Value: { } view } ? new SeeOther(PageOf(view.Id)) : CareersPages.Back(Board, CareersPages.ProblemOf(made));
    }

    /// <summary>
    /// From a posting: to the application that there is; or to a draft with the documents that are written for it already; or else a task that
    /// writes both and the draft.
    /// </summary>
    private static async Task<IResult> Start(Guid jobId, Caller caller, IdempotentCall call, TaskDesk desk, SubmitApplication submit, CareersDb db, CancellationToken cancel)
    {
        if (await ApplicationRoutes.FindAsync(db, caller.Id, jobId, cancel) is { } known) return new SeeOther(PageOf(known));
        if (await db.Documents.AnyAsync(d => d.AccountId == caller.Id && d.JobId == jobId, cancel))
        {
            var drafted = await submit.RunAsync(jobId, null, new SubmitRoutes.Request(), caller, call, cancel);
            return drafted.Ok ? new SeeOther(PageOf(drafted.Value.View.Id)) : CareersPages.Back($"{JobForms.Page}/{jobId}", drafted.Problem);
        }

        var started = await desk.StartAsync(caller, TaskTypes.GenerateApplications, new TaskInputs.TaskInput(JobIds: [jobId]), call, cancel);
        return CareersPages.Back(Board, started.Problem);
    }

    private static async Task<IResult> Show(Guid id, Caller caller, HttpContext http, IdempotentCall call, SubmitApplication submit, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        var shown = await submit.RunAsync(null, id, new SubmitRoutes.Request(false, Field(fields, "method"), Field(fields, "to")), caller, call, cancel);
        return CareersPages.Back(PageOf(id), shown.Problem);
    }

    private static async Task<IResult> Submit(Guid id, Caller caller, HttpContext http, IdempotentCall call, SubmitApplication submit, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        if (fields.GetValueOrDefault("confirm") != "true") return CareersPages.Back(PageOf(id), ApplicationProblems.NeedsYes);
        var request = new SubmitRoutes.Request(
            true, Field(fields, "method"), Field(fields, "to"), Id(fields, "resumeId"), Number(fields, "resumeVersion"), Id(fields, "letterId"), Number(fields, "letterVersion"));
        return CareersPages.Back(PageOf(id), (await submit.RunAsync(null, id, request, caller, call, cancel)).Problem);
    }

    private static async Task<IResult> Move(Guid id, Caller caller, HttpContext http, CareersDb db, DailyQuota quota, TimeProvider clock, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        var back = fields.GetValueOrDefault("back") == "board" ? Board : PageOf(id);
        return await ChangeAsync(id, back, new ChangeApplication.Request(State: Field(fields, "state")), fields, caller, http, db, quota, clock, cancel);
    }

    private static async Task<IResult> Checklist(Guid id, Caller caller, HttpContext http, CareersDb db, DailyQuota quota, TimeProvider clock, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        var ticked = ApplyChecklist.Keys.Where(key => fields.GetValueOrDefault($"step-{key}") == "true").ToList();
        return await ChangeAsync(id, PageOf(id), new ChangeApplication.Request(Checklist: ticked), fields, caller, http, db, quota, clock, cancel);
    }

    private static async Task<IResult> Notes(Guid id, Caller caller, HttpContext http, CareersDb db, DailyQuota quota, TimeProvider clock, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        if (fields.GetValueOrDefault("notes") is not { Length: <= 10_000 } notes) return CareersPages.Back(PageOf(id), Problem.Invalid("notes", "are too long"));
        return await ChangeAsync(id, PageOf(id), new ChangeApplication.Request(Notes: notes), fields, caller, http, db, quota, clock, cancel);
    }

    /// <summary>A day: the reminder comes at 08:00 UTC of it. None takes the reminder away.</summary>
    private static async Task<IResult> Reminder(Guid id, Caller caller, HttpContext http, CareersDb db, DailyQuota quota, TimeProvider clock, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        ChangeApplication.Request request;
        if (Field(fields, "day") is not { } text) request = new ChangeApplication.Request(NoReminder: true);
        else if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) request = new ChangeApplication.Request(RemindAt: new DateTimeOffset(day.ToDateTime(new TimeOnly(8, 0)), TimeSpan.Zero));
        else return CareersPages.Back(PageOf(id), Problem.Invalid("day", "must be a date"));
        return await ChangeAsync(id, PageOf(id), request, fields, caller, http, db, quota, clock, cancel);
    }

    private static async Task<IResult> Settle(Guid id, Caller caller, HttpContext http, CareersDb db, DailyQuota quota, TimeProvider clock, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        return await ChangeAsync(id, PageOf(id), new ChangeApplication.Request(Arrived: fields.GetValueOrDefault("arrived") == "true"), fields, caller, http, db, quota, clock, cancel);
    }

    private static async Task<IResult> ChangeAsync(
        Guid id, string back, ChangeApplication.Request request, Dictionary<string, string> fields, Caller caller, HttpContext http, CareersDb db, DailyQuota quota, TimeProvider clock, CancellationToken cancel)
    {
        // What changed elsewhere since the page was read is not overwritten.
        if (fields.GetValueOrDefault("version") is { Length: > 0 } version) http.Request.Headers.IfMatch = $"\"{version}\"";
        var problem = CareersPages.ProblemOf((await ChangeApplication.Handle(id, request, caller, http, db, quota, clock, cancel)).Result);
        // A draft on its way to "submitted" goes to the page where the yes is given.
        return problem?.Code == ApplicationProblems.NeedsYes.Code ? CareersPages.Back(PageOf(id), problem) : CareersPages.Back(back, problem);
    }

    private static string? Field(Dictionary<string, string> fields, string name) => fields.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    private static Guid? Id(Dictionary<string, string> fields, string name) => Guid.TryParse(fields.GetValueOrDefault(name), out var id) ? id : null;

    private static int? Number(Dictionary<string, string> fields, string name) =>
        int.TryParse(fields.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

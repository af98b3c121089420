using System.ComponentModel.DataAnnotations;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Applications;

/// <summary>One's own applications. Errors: not_found, invalid_request, and those of <see cref="ChangeApplication"/>.</summary>
internal static class ApplicationRoutes
{
    /// <summary>A posting that was found elsewhere; it can be handed in by hand.</summary>
    /// <param name="Url">http or https.</param>
    public sealed record Request(
        [Required, StringLength(300, MinimumLength = 1)] string Title, [StringLength(200)] string? Company = null, [StringLength(200)] string? Place = null,
        [StringLength(2000)] string? Url = null, [StringLength(10_000)] string? Notes = null);

    /// <param name="Limit">Applications a day.</param>
    /// <param name="ResetsAt">When the day ends, which is a day of UTC.</param>
    public sealed record QuotaView(DateOnly Day, int Limit, int Used, int Left, DateTimeOffset ResetsAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/hunter/submissions", Write)
            .WithName("careers.submissions.create").WithSummary("Write down an application for a posting that you found elsewhere")
            .RequireAuthorization(CareersPermissions.Apply).Idempotent().ProducesValidationProblem().ProducesProblem(409).ProducesProblem(422);
        routes.MapGet("/v1/hunter/submissions", List)
            .WithName("careers.submissions.list").WithSummary("List your applications, newest first")
            .RequireAuthorization(CareersPermissions.Apply).ProducesProblem(400);
        routes.MapGet("/v1/hunter/submissions/{id:guid}", One)
            .WithName("careers.submissions.get").WithSummary("Read an application with what goes out, the ways to hand it in and its checklist")
            .RequireAuthorization(CareersPermissions.Apply).ProducesProblem(404);
        routes.MapGet("/v1/hunter/quotas", Quotas)
            .WithName("careers.hunter.quotas").WithSummary("Say how many applications you may still submit today")
            .RequireAuthorization(CareersPermissions.Apply);
    }

    internal static async Task<Results<Created<ApplicationView>, ProblemHttpResult>> Write(Request request, Caller caller, IdempotentCall call, CareersDb db, TimeProvider clock, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(request.Title)) return Problem.Invalid("title", "is required").ToHttp();
        if (request.Url is not null && !(Uri.TryCreate(request.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")) return Problem.Invalid("url", "must be an address that begins with http:// or https://").ToHttp();
        var target = new ApplyTarget(new PostingText(request.Title.Trim(), request.Company, request.Place, ""), request.Url);
        var now = clock.Now();
        var application = JobApplication.Draft(clock.NewId(), caller.Id, caller.Synthetic, null, target, now);
        if (request.Notes is { } notes) application.Note(notes, now);
        ApplicationFacts.Drafted(db, application, caller.Id);
        var view = ApplicationView.Of(application);
        call.Answer(db, StatusCodes.Status201Created, view, $"/v1/hunter/submissions/{application.Id}");
        await db.SaveChangesAsync(cancel);
        return TypedResults.Created($"/v1/hunter/submissions/{application.Id}", view);
    }

    internal static async Task<Results<Ok<Page<ApplicationView>>, ProblemHttpResult>> List(
        Caller caller, CareersDb db, string? state = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var from = Cursor.Parse(cursor);
        if (from.Problem is { } problem) return problem.ToHttp();
        var query = db.Applications.AsNoTracking().Where(a => a.AccountId == caller.Id);
        var only = Words.Parse<ApplicationState>("state", state);
        if (only.Problem is { } wrong) return wrong.ToHttp();
        if (only.Value is { } asked) query = query.Where(a => a.State == asked);

        if (from.Value is { } at) query = query.Where(a => a.CreatedAt < at.At || (a.CreatedAt == at.At && a.Id.CompareTo(at.Id) < 0));
        var rows = await query.OrderByDescending(a => a.CreatedAt).ThenByDescending(a => a.Id).Take(size.Value + 1).ToListAsync(cancel);
        var items = rows.Take(size.Value).Select(a => ApplicationView.Of(a, whole: false)).ToList();
        return TypedResults.Ok(new Page<ApplicationView>(items, rows.Count > size.Value ? new Cursor(items[^1].CreatedAt, items[^1].Id).ToString() : null));
    }

    internal static async Task<Results<Ok<ApplicationView>, ProblemHttpResult>> One(
        Guid id, Caller caller, HttpContext http, CareersDb db, ApplyTargets targets, SubmissionChannels channels, CancellationToken cancel)
    {
        if (await db.Applications.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id && a.AccountId == caller.Id, cancel) is not { } application) return Problem.NotFound.ToHttp();
        http.SetETag(application.Version);
        return TypedResults.Ok(ApplicationView.Of(application, await OptionsAsync(application, targets, channels, cancel)));
    }

    internal static async Task<Ok<QuotaView>> Quotas(Caller caller, DailyQuota quota, CancellationToken cancel)
    {
        var state = await quota.ReadAsync(caller.Id, cancel);
        return TypedResults.Ok(new QuotaView(state.Day, state.Limit, state.Used, state.Left, state.ResetsAt));
    }

    /// <summary>The ways to hand it in, while it is a draft.</summary>
    internal static async Task<IReadOnlyList<SubmissionOption>?> OptionsAsync(JobApplication application, ApplyTargets targets, SubmissionChannels channels, CancellationToken cancel)
    {
        if (application.State != ApplicationState.Draft) return null;
        var target = application.JobId is { } jobId ? await targets.FindAsync(jobId, cancel) : null;
        return await channels.OfAsync(application.AccountId, target ?? new ApplyTarget(new PostingText(application.PostingTitle, application.Company, application.Place, ""), application.PostingUrl), cancel);
    }

    /// <summary>The person's application for a posting, or null.</summary>
    internal static Task<Guid?> FindAsync(CareersDb db, Guid accountId, Guid jobId, CancellationToken cancel) =>
        db.Applications.Where(a => a.AccountId == accountId && a.JobId == jobId).Select(a => (Guid?)a.Id).SingleOrDefaultAsync(cancel);
}

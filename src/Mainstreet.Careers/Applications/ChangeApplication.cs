using System.ComponentModel.DataAnnotations;

using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Applications;

/// <summary>
/// Moves an application on the board, ticks its checklist, keeps notes and reminders, and settles one that was sent perhaps. Errors: not_found,
/// invalid_request, application_wrong_state, needs_your_yes, stale_version.
/// </summary>
internal static class ChangeApplication
{
    /// <param name="State">Where to; one of the application's moves.</param>
    /// <param name="Checklist">Keys of the steps that are done; those left out are open.</param>
    /// <param name="RemindAt">When to be reminded.</param>
    /// <param name="NoReminder">True takes the reminder away.</param>
    /// <param name="Arrived">Where delivery is unknown: true says that the company has it, false that it has not, which makes it a draft again.</param>
    public sealed record Request(
        [StringLength(20)] string? State = null, [StringLength(10_000)] string? Notes = null, [MaxLength(20)] IReadOnlyList<string>? Checklist = null,
        DateTimeOffset? RemindAt = null, bool NoReminder = false, bool? Arrived = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPatch("/v1/hunter/submissions/{id:guid}", Handle)
        .WithName("careers.submissions.change").WithSummary("Move an application, tick its checklist, keep notes and reminders")
        .RequireAuthorization(CareersPermissions.Apply).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);

    internal static async Task<Results<Ok<ApplicationView>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, HttpContext http, CareersDb db, DailyQuota quota, TimeProvider clock, CancellationToken cancel)
    {
        var to = Words.Parse<ApplicationState>("state", request.State);
        if (to.Problem is { } wrong) return wrong.ToHttp();
        if (request.Checklist?.FirstOrDefault(k => !ApplyChecklist.Keys.Contains(k)) is { } unknown) return Problem.Invalid("checklist", $"has no step {(unknown.Length > 20 ? unknown[..20] : unknown)}").ToHttp();
        if (request.RemindAt is { } at && (at <= clock.Now() || at > clock.Now().AddYears(2))) return Problem.Invalid("remindAt", "must be within the next two years").ToHttp();
        if (!await db.Applications.AnyAsync(a => a.Id == id && a.AccountId == caller.Id, cancel)) return Problem.NotFound.ToHttp();

        var changed = await db.InTransactionAsync<Outcome<JobApplication>>(async token =>
        {
            if (await JobApplication.HoldAsync(db, id, token) is not { } application) return Problem.NotFound;
            if (http.CheckIfMatch(application.Version) is { } stale) return stale;
            var now = clock.Now();
            var (before, reminder) = (application.State, application.RemindAt);
            // Asked for the state that it is in: a repeated request changes nothing.
            if (to.Value is { } state && state != before && application.Move(state, now) is { } problem) return problem;
            if (application.Recall() is { } day) await quota.ReturnAsync(application.AccountId, day, token);
            if (request.Notes is { } notes) application.Note(notes, now);
            if (request.Checklist is { } ticked) application.Tick(ticked, now);
            if (request.Arrived is { } arrived && await SettleAsync(application, arrived, quota, now, token) is { } unsettled) return unsettled;
            if (request.NoReminder || request.RemindAt is not null)
            {
                if (request.RemindAt is not null && !application.Waits) return ApplicationProblems.WrongState.With("No answer is awaited.");
                application.RemindIn(request.NoReminder ? null : request.RemindAt!.Value.Cut());
                application.Note(application.Notes, now);
            }

            if (application.RemindAt != reminder) await Reminders.ScheduleAsync(db, application, token);
            if (application.State != before) await ApplicationFacts.RecordAsync(db, application, caller.Id, "application.moved", before, null, token);
            else ApplicationFacts.Tell(db, application, "application.changed");
            await db.SaveChangesAsync(token);
            return application;
        }, cancel);
        if (!changed.Ok) return changed.Problem.ToHttp();
        http.SetETag(changed.Value.Version);
        return TypedResults.Ok(ApplicationView.Of(changed.Value));
    }

    private static async Task<Problem?> SettleAsync(JobApplication application, bool arrived, DailyQuota quota, DateTimeOffset now, CancellationToken cancel)
    {
        if (application.Delivery != Delivery.Unknown) return ApplicationProblems.WrongState.With("There is no doubt about its delivery.");
        if (arrived)
        {
            application.Arrived(now);
            return null;
        }

        if (application.QuotaDay is { } day) await quota.ReturnAsync(application.AccountId, day, cancel);
        application.NotSent("You said that it did not arrive.", now);
        return null;
    }
}

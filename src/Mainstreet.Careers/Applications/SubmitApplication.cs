using System.ComponentModel.DataAnnotations;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Applications;

/// <summary>
/// Two steps. Without <c>confirm</c> it makes or renews the draft and shows everything that would go out; nothing leaves. With
/// <c>confirm: true</c> and the versions of the documents that were seen it submits, once: the yes, the day's count, the new state and the order
/// to send are one transaction. What differs from what was seen is refused. Errors: posting_not_found, document_not_found, method_unavailable,
/// address_not_in_posting, nothing_to_send, changed_since_seen, checklist_open, already_submitted, posting_closed, quota_used, invalid_request.
/// </summary>
internal sealed class SubmitApplication(CareersDb db, PackApplication packer, ApplyTargets targets, DailyQuota quota, IOptions<CareersOptions> options, TimeProvider clock)
{
    /// <summary>What the person said yes to.</summary>
    internal sealed record Yes(DateTimeOffset At, string Digest, string Method, string? To, Guid? ResumeId, int? ResumeVersion, Guid? LetterId, int? LetterVersion);

    /// <param name="IsNew">This call made the application.</param>
    internal sealed record Submitted(ApplicationView View, bool IsNew);

    internal async Task<Outcome<Submitted>> RunAsync(Guid? jobId, Guid? applicationId, SubmitRoutes.Request request, Caller caller, IdempotentCall call, CancellationToken cancel)
    {
        var method = Words.Parse<SubmissionMethod>("method", request.Method);
        if (method.Problem is { } wrong) return wrong;
        var own = db.Applications.AsNoTracking().Where(a => a.AccountId == caller.Id);
        var application = await (applicationId is { } known ? own.Where(a => a.Id == known) : own.Where(a => a.JobId == jobId)).SingleOrDefaultAsync(cancel);
        if (application is null && applicationId is not null) return Problem.NotFound;
        var found = await TargetAsync(application, jobId, cancel);
        if (!found.Ok) return found.Problem;
        if (application is { State: not ApplicationState.Draft }) return ApplicationProblems.AlreadySubmitted.With($"It is {Words.Of(application.State)}.");
        var packed = await packer.PackAsync(caller, found.Value, application?.JobId ?? jobId, application, new PackingWish(method.Value, request.To, request.ResumeId, request.LetterId), cancel);
        if (!packed.Ok) return packed.Problem;
        var package = packed.Value.Package;

        if (request.Confirm && WhyNotSeen(request, packed.Value, application) is { } unseen) return unseen;
        if (request.Confirm && package.Method == SubmissionMethod.ByHand && !ApplyChecklist.Of(application ?? Draft(caller, jobId, found.Value)).All(i => i.Done || !i.Required)) return ApplicationProblems.ChecklistOpen;
        if (request.Confirm && package.Method != SubmissionMethod.ByHand && found.Value.Closed) return ApplicationProblems.PostingClosed;
        var day = quota.Today;
        if (request.Confirm) await quota.OpenAsync(caller.Id, day, cancel);
        try
        {
            return await db.InTransactionAsync(token => SaveAsync(jobId, application?.Id, found.Value, packed.Value, request.Confirm, day, caller, call, token), cancel);
        }
        catch (DbUpdateException exception) when (Storage.IsUniqueViolation(exception))
        {
            // Another request made the application at the same moment.
            return Problem.ConcurrentChange;
        }
    }

    private async Task<Outcome<Submitted>> SaveAsync(
        Guid? jobId, Guid? knownId, ApplyTarget target, Packed packed, bool confirm, DateOnly day, Caller caller, IdempotentCall call, CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        var package = packed.Package;
        var application = knownId is { } id ? await JobApplication.HoldAsync(db, id, cancel) : Draft(caller, jobId, target);
        if (application is null) return Problem.NotFound;
        if (application.State != ApplicationState.Draft) return ApplicationProblems.AlreadySubmitted.With($"It is {Words.Of(application.State)}.");
        var now = clock.Now();
        if (knownId is null) ApplicationFacts.Drafted(db, application, caller.Id);
        if (!confirm)
        {
            application.Show(package, now);
        }
        else
        {
            if (!await quota.TakeAsync(caller.Id, day, cancel)) return Used(now);
            var yes = new Yes(now, package.Digest, Words.Of(package.Method), package.To,
                package.Find(DocumentKind.Resume)?.Id, package.Find(DocumentKind.Resume)?.Version, package.Find(DocumentKind.Letter)?.Id, package.Find(DocumentKind.Letter)?.Version);
            var remindAt = now + options.Value.FollowUpAfter;
            application.Submit(package, yes, day, remindAt, now);
            await ApplicationFacts.RecordAsync(db, application, caller.Id, "application.submitted", ApplicationState.Draft, yes, cancel);
            if (application.Delivery == Delivery.Queued) db.Schedule(SendApplication.Kind, application.SendKey, now, new SendApplication.Order(application.Id, application.Sendings));
            await Reminders.ScheduleAsync(db, application, cancel);
        }

        var view = ApplicationView.Of(application, confirm ? null : packed.Options);
        call.Answer(db, knownId is null ? StatusCodes.Status201Created : StatusCodes.Status200OK, view, $"/v1/hunter/submissions/{application.Id}");
        await db.SaveChangesAsync(cancel);
        return new Submitted(view, knownId is null);
    }

    /// <summary>The yes must name the versions that were seen, and what goes out must be what was shown, or else the documents as they were accepted.</summary>
    private static Problem? WhyNotSeen(SubmitRoutes.Request request, Packed packed, JobApplication? application)
    {
        foreach (var (kind, field, seen) in new[] { (DocumentKind.Resume, "resumeVersion", request.ResumeVersion), (DocumentKind.Letter, "letterVersion", request.LetterVersion) })
        {
            var document = packed.Package.Find(kind);
            if (document is null ? seen is not null : seen is null)
                return Problem.Invalid(field, document is null ? "names a version of a document that does not go out" : "must name the version that you saw, to confirm it");
            if (document is not null && document.Version != seen) return ApplicationProblems.ChangedSinceSeen.With($"The {Words.Of(kind)} is at version {document.Version}.");
        }

        return application?.Digest is { } shown ? shown == packed.Package.Digest ? null : ApplicationProblems.ChangedSinceSeen
            : packed.AsAccepted ? null : ApplicationProblems.ChangedSinceSeen.With("The profile no longer supports all of it.");
    }

    /// <summary>The posting to apply to. One that is gone, or was found elsewhere, is what the application's own row still knows of it.</summary>
    private async Task<Outcome<ApplyTarget>> TargetAsync(JobApplication? application, Guid? jobId, CancellationToken cancel)
    {
        if ((application?.JobId ?? jobId) is { } id && await targets.FindAsync(id, cancel) is { } found) return found;
        return application is null ? CareersProblems.PostingNotFound
            : new ApplyTarget(new Jobs.PostingText(application.PostingTitle, application.Company, application.Place, ""), application.PostingUrl);
    }

    private JobApplication Draft(Caller caller, Guid? jobId, ApplyTarget target) => JobApplication.Draft(clock.NewId(), caller.Id, caller.Synthetic, jobId, target, clock.Now());

    private Problem Used(DateTimeOffset now)
    {
        var state = new QuotaState(quota.Today, options.Value.ApplicationsPerDay, options.Value.ApplicationsPerDay);
        return ApplicationProblems.QuotaUsed.With($"The limit is {state.Limit} a day.") with { RetryAfterSeconds = (int)Math.Ceiling((state.ResetsAt - now).TotalSeconds) };
    }
}

/// <summary>The routes of submitting.</summary>
internal static class SubmitRoutes
{
    /// <param name="Confirm">The person's explicit yes.</param>
    /// <param name="Method">email, adapter or byHand; left out: as the draft has it, or the way that is open.</param>
    /// <param name="To">By e-mail: one of the addresses that the posting names.</param>
    /// <param name="ResumeId">Left out: the draft's, or the newest for the posting.</param>
    /// <param name="ResumeVersion">Of the résumé that was seen; needed to confirm.</param>
    /// <param name="LetterVersion">Of the letter that was seen; needed to confirm.</param>
    public sealed record Request(
        bool Confirm = false, [StringLength(20)] string? Method = null, [StringLength(254)] string? To = null,
        Guid? ResumeId = null, int? ResumeVersion = null, Guid? LetterId = null, int? LetterVersion = null);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/hunter/submit-application/{jobId:guid}", ForJob)
            .WithName("careers.hunter.submit").WithSummary("Show what an application would send; with confirm, submit it")
            .RequireAuthorization(CareersPermissions.Apply).Idempotent()
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429);
        routes.MapPost("/v1/hunter/submissions/{id:guid}/submit", Known)
            .WithName("careers.submissions.submit").WithSummary("The same for an application that is there already")
            .RequireAuthorization(CareersPermissions.Apply).Idempotent()
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(429);
    }

    internal static async Task<Results<Ok<ApplicationView>, Created<ApplicationView>, ProblemHttpResult>> ForJob(
        Guid jobId, Request request, Caller caller, IdempotentCall call, SubmitApplication submit, CancellationToken cancel)
    {
        var done = await submit.RunAsync(jobId, null, request, caller, call, cancel);
        if (!done.Ok) return done.Problem.ToHttp();
        return done.Value.IsNew ? TypedResults.Created($"/v1/hunter/submissions/{done.Value.View.Id}", done.Value.View) : TypedResults.Ok(done.Value.View);
    }

    internal static async Task<Results<Ok<ApplicationView>, ProblemHttpResult>> Known(
        Guid id, Request request, Caller caller, IdempotentCall call, SubmitApplication submit, CancellationToken cancel)
    {
        var done = await submit.RunAsync(null, id, request, caller, call, cancel);
        return done.Ok ? TypedResults.Ok(done.Value.View) : done.Problem.ToHttp();
    }
}

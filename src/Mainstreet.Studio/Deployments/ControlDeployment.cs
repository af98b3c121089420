using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.RateLimits;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments;

/// <summary>
/// Cancels a deployment, or publishes an earlier good one again. A cancellation is a wish: the deployment ends as cancelled, or as ready when it
/// was quicker. Errors: not_found, deployment_ended, deployment_not_good, deployment_running, credentials_missing, credentials_unreadable, too_many_requests, sites_off.
/// </summary>
internal static class ControlDeployment
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/deployments/{id:guid}/cancel", Cancel)
            .WithName("studio.deployments.cancel").WithSummary("Ask for a deployment to be cancelled")
            .RequireAuthorization(StudioPermissions.Deploy).ProducesProblem(404).ProducesProblem(409);
        routes.MapPost("/v1/deployments/{id:guid}/rollback", Rollback)
            .WithName("studio.deployments.rollback").WithSummary("Publish this earlier deployment again; answers a new one that does it")
            .RequireAuthorization(StudioPermissions.Deploy).RequireStudioLimit(StudioLimit.Deploy).Idempotent().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);
    }

    internal static async Task<Results<Accepted<DeploymentView>, ProblemHttpResult>> Cancel(
        Guid id, Caller caller, StudioDb db, DeploymentDiary diary, TimeProvider clock, CancellationToken cancel)
    {
        if (!await db.Deployments.AnyAsync(d => d.Id == id && d.AccountId == caller.Id, cancel)) return Problem.NotFound.ToHttp();
        var asked = await db.InTransactionAsync<Outcome<DeploymentView>>(async token =>
        {
            db.ChangeTracker.Clear();
            if (await Deployment.HoldAsync(db, id, token) is not { } deployment) return Problem.NotFound;
            if (deployment.Status == DeploymentStatus.Cancelled || deployment is { Active: true, CancelAskedAt: not null }) return DeploymentView.Of(deployment);
            var now = clock.Now();
            if (deployment.AskCancel(now) is { } problem) return problem;
            // A run that waits for its time comes now; one that is under way sees the wish when it saves its step, and must not be interrupted before.
            await db.Jobs.Where(j => j.Kind == RunDeployment.Kind && j.Key == deployment.JobKey && !j.Dead && j.LeaseUntil == null && j.DueAt > now)
                .ExecuteUpdateAsync(set => set.SetProperty(j => j.DueAt, now), token);
            await db.AuditAsync(new AuditEntry(Deployment.Stream(id), caller.Id, "deployment.cancel_asked"), token);
            diary.Write(db, deployment, [new LogLine(LogLine.Ours, "To be cancelled.")]);
            DeploymentDiary.Tell(db, deployment);
            await db.SaveChangesAsync(token);
            return DeploymentView.Of(deployment);
        }, cancel);
        return asked.Ok ? TypedResults.Accepted($"/v1/deployments/{id}", asked.Value) : asked.Problem.ToHttp();
    }

    internal static async Task<Results<Accepted<DeploymentView>, ProblemHttpResult>> Rollback(Guid id, Caller caller, IdempotentCall call, DeploymentDesk desk, CancellationToken cancel)
    {
        var started = await desk.AgainAsync(caller, id, call, cancel);
        return started.Ok ? TypedResults.Accepted($"/v1/deployments/{started.Value.Id}", started.Value) : started.Problem.ToHttp();
    }
}

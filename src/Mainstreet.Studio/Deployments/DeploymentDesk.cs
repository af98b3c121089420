using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Deployments.Credentials;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments;

/// <summary>Takes deployments in. Nothing is sent to a provider here; what is missing for it is told before anything could be.</summary>
internal sealed class DeploymentDesk(StudioDb db, CredentialSafe safe, IEnumerable<IDeployTarget> targets, TimeProvider clock)
{
    /// <summary>Errors: nothing_to_publish, no_index, environment_unsupported, sites_off, credentials_missing, credentials_unreadable, deployment_running.</summary>
    internal async Task<Outcome<DeploymentView>> StartAsync(
        Caller caller, PublishedFiles files, DeployTarget target, IReadOnlyDictionary<string, string> variables, IdempotentCall call, CancellationToken cancel)
    {
        if (files.Files.Count == 0) return DeploymentProblems.NothingToPublish;
        var place = targets.Single(t => t.Target == target);
        if (place.Check(files, variables.Count > 0) is { } problem) return problem;
        if (await safe.OpenAsync(caller.Id, target, cancel) is { Problem: { } missing }) return missing;
        var id = clock.NewId();
        return await MakeAsync(caller, files.ProjectId, target, call, async token =>
        {
            await KeepContentsAsync(files, token);
            db.DeploymentFiles.AddRange(files.Files.Select(f => new DeploymentFile { DeploymentId = id, Path = f.Path, Sha256 = f.Sha256, Sha1 = f.Sha1, Size = f.Content.Length }));
            return Deployment.Create(id, caller, files, target, place.First(rollback: false), variables.Count > 0 ? safe.LockVariables(id, variables) : null, clock.Now());
        }, "deployment.asked", cancel);
    }

    /// <summary>Errors: not_found, deployment_not_good, sites_off, credentials_missing, credentials_unreadable, deployment_running.</summary>
    internal async Task<Outcome<DeploymentView>> AgainAsync(Caller caller, Guid sourceId, IdempotentCall call, CancellationToken cancel)
    {
        if (await db.Deployments.AsNoTracking().SingleOrDefaultAsync(d => d.Id == sourceId && d.AccountId == caller.Id, cancel) is not { } source) return Problem.NotFound;
        if (source.Status != DeploymentStatus.Ready) return DeploymentProblems.NotGood.With($"That one is {Words.Of(source.Status)}.");
        var place = targets.Single(t => t.Target == source.Target);
        if (place is Sites.LocalTarget { IsOn: false }) return DeploymentProblems.SitesOff;
        if (await safe.OpenAsync(caller.Id, source.Target, cancel) is { Problem: { } missing }) return missing;
        var id = clock.NewId();
        return await MakeAsync(caller, source.ProjectId, source.Target, call, async token =>
        {
            foreach (var file in await db.DeploymentFiles.AsNoTracking().Where(f => f.DeploymentId == sourceId).ToListAsync(token))
                db.DeploymentFiles.Add(new DeploymentFile { DeploymentId = id, Path = file.Path, Sha256 = file.Sha256, Sha1 = file.Sha1, Size = file.Size });
            return Deployment.Again(id, caller, source, place.First(rollback: true), clock.Now());
        }, "deployment.rollback_asked", cancel);
    }

    private async Task<Outcome<DeploymentView>> MakeAsync(
        Caller caller, Guid projectId, DeployTarget target, IdempotentCall call, Func<CancellationToken, Task<Deployment>> make, string act, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await RunningAsync(projectId, target, cancel) is { } running) return running;
            try
            {
                return await db.InTransactionAsync<Outcome<DeploymentView>>(async token =>
                {
                    db.ChangeTracker.Clear();
                    var deployment = await make(token);
                    var files = db.ChangeTracker.Entries<DeploymentFile>().Select(e => e.Entity).ToList();
                    // The row before those that refer to it.
                    foreach (var file in files) db.Entry(file).State = EntityState.Detached;
                    db.Deployments.Add(deployment);
                    db.Schedule(RunDeployment.Kind, deployment.JobKey, clock.Now(), new RunDeployment.Order(deployment.Id));
                    db.AuditFirst(new AuditEntry(Deployment.Stream(deployment.Id), caller.Id, act, Detail: new { target = Words.Of(target), deployment.Files, deployment.RollbackOf }));
                    DeploymentDiary.Tell(db, deployment);
                    var view = DeploymentView.Of(deployment);
                    call.Answer(db, StatusCodes.Status202Accepted, view, $"/v1/deployments/{deployment.Id}");
                    await db.SaveChangesAsync(token);
                    db.DeploymentFiles.AddRange(files);
                    await db.SaveChangesAsync(token);
                    return view;
                }, cancel);
            }
            catch (DbUpdateException) when (attempt < 4)
            {
                // Another deployment of the project was quicker, or of two that bring the same content one; or a content was tidied away just now.
                db.ChangeTracker.Clear();
            }
        }
    }

    private async Task<Problem?> RunningAsync(Guid projectId, DeployTarget target, CancellationToken cancel) =>
        await db.Deployments.AsNoTracking().Where(d => d.ProjectId == projectId && d.Target == target && d.Active).Select(d => (Guid?)d.Id).FirstOrDefaultAsync(cancel) is { } running
            ? DeploymentProblems.Running with { Facts = new Dictionary<string, object?> { ["deploymentId"] = running } } : null;

    private async Task KeepContentsAsync(PublishedFiles files, CancellationToken cancel)
    {
        foreach (var few in files.Files.DistinctBy(f => f.Sha256).Chunk(200))
        {
            var digests = few.Select(f => f.Sha256).ToArray();
            var there = (await db.DeploymentBlobs.AsNoTracking().Where(b => digests.Contains(b.Sha256)).Select(b => b.Sha256).ToListAsync(cancel)).ToHashSet(StringComparer.Ordinal);
            db.DeploymentBlobs.AddRange(few.Where(f => !there.Contains(f.Sha256)).Select(f => new DeploymentBlob { Sha256 = f.Sha256, Content = f.Content }));
            await db.SaveChangesAsync(cancel);
        }
    }
}

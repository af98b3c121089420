using System.Text.Json;

using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Deployments.Credentials;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments;

/// <summary>Puts together what a target needs for a step.</summary>
internal sealed class DeploymentWorkshop(StudioDb db, CredentialSafe safe, TimeProvider clock)
{
    /// <summary>Errors: credentials_missing, credentials_unreadable.</summary>
    internal async Task<Outcome<DeployWork>> OpenAsync(Deployment deployment, JobHold hold, CancellationToken cancel)
    {
        var opened = await safe.OpenAsync(deployment.AccountId, deployment.Target, cancel);
        if (!opened.Ok) return opened.Problem;
        if (safe.OpenVariables(deployment.Id, deployment.Environment) is not { } variables) return DeploymentProblems.CredentialsUnreadable.With("The variables cannot be read any more.");
        var (credentials, refs) = (opened.Value, deployment.ReadRefs());
        if (refs is { Project: null, Rehomed: false } && deployment.Target != DeployTarget.Local
            && await db.DeploymentHomes.AsNoTracking().SingleOrDefaultAsync(h => h.ProjectId == deployment.ProjectId && h.Target == deployment.Target && h.Team == credentials.Team, cancel) is { } home)
        {
            refs = JsonSerializer.Deserialize<ProviderRefs>(home.Refs, Json.Stored)!;
        }

        var (id, target) = (deployment.Id, deployment.Target);
        return new DeployWork
        {
            Id = id, ProjectId = deployment.ProjectId, AccountId = deployment.AccountId, Target = target, ProjectName = deployment.ProjectName,
            IsRollback = deployment.RollbackOf is not null, Step = deployment.Step, CreatedAt = deployment.CreatedAt, Refs = refs, Credentials = credentials, Variables = variables,
            Files = await db.DeploymentFiles.AsNoTracking().Where(f => f.DeploymentId == id).OrderBy(f => f.Path).ToListAsync(cancel),
            ContentsAsync = async (digests, token) =>
                await db.DeploymentBlobs.AsNoTracking().Where(b => digests.Contains(b.Sha256)).ToDictionaryAsync(b => b.Sha256, b => b.Content, token),
            KnownAsync = async token => (await db.DeploymentDigests.AsNoTracking()
                .Where(d => d.ProjectId == deployment.ProjectId && d.Target == target && d.Team == credentials.Team).Select(d => d.Sha1).ToListAsync(token)).ToHashSet(StringComparer.Ordinal),
            SentAsync = (count, effect, token) => SentAsync(hold, id, count, effect, token),
        };
    }

    /// <summary>Keeps where the project lives, for its next deployments.</summary>
    internal async Task KeepHomeAsync(DeployWork work, ProviderRefs refs, CancellationToken cancel)
    {
        if (refs.Project is null || refs.Home == work.Refs.Home) return;
        var text = JsonSerializer.Serialize(refs.Home, Json.Stored);
        var home = await db.DeploymentHomes.AsTracking().SingleOrDefaultAsync(h => h.ProjectId == work.ProjectId && h.Target == work.Target && h.Team == work.Credentials.Team, cancel);
        if (home is null) db.DeploymentHomes.Add(new DeploymentHome { ProjectId = work.ProjectId, Target = work.Target, Team = work.Credentials.Team, Refs = text, UpdatedAt = clock.Now() });
        else (home.Refs, home.UpdatedAt) = (text, clock.Now());
    }

    /// <summary>Begins again with a look for the project; what was known of it is forgotten.</summary>
    internal static StepResult WithoutHome(DeployWork work) => (work.Then(DeployStep.Home, DeploymentStatus.Queued, new ProviderRefs { Rehomed = true }) with
    {
        Effect = async (open, token) =>
        {
            await open.DeploymentHomes.Where(h => h.ProjectId == work.ProjectId && h.Target == work.Target && h.Team == work.Credentials.Team).ExecuteDeleteAsync(token);
            await open.DeploymentDigests.Where(d => d.ProjectId == work.ProjectId && d.Target == work.Target && d.Team == work.Credentials.Team).ExecuteDeleteAsync(token);
        },
    }).Saying("The project is not there any more.");

    private async Task SentAsync(JobHold hold, Guid id, int count, Func<StudioDb, CancellationToken, Task>? effect, CancellationToken cancel)
    {
        var stop = await hold.InTransactionAsync(async token =>
        {
            if (await Deployment.HoldAsync(db, id, token) is not { Active: true } deployment) throw new JobLostException();
            deployment.Sent(count, clock.Now());
            if (effect is not null) await effect(db, token);
            DeploymentDiary.Tell(db, deployment);
            await db.SaveChangesAsync(token);
            return deployment.CancelAskedAt is not null && !deployment.ReadRefs().StopAsked;
        }, cancel);
        if (stop) throw new DeploymentStoppedException();
    }
}

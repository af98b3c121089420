using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Deployments.Providers;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>This server's own static hosting. Publishing is one row that points at a deployment's files, so it happens or does not.</summary>
internal sealed class LocalTarget(SiteAddresses addresses, Data.StudioDb read, TimeProvider clock) : IDeployTarget
{
    internal bool IsOn => addresses.On;

    public DeployTarget Target => DeployTarget.Local;

    public Problem? Check(PublishedFiles files, bool withVariables)
    {
        if (!addresses.On) return DeploymentProblems.SitesOff;
        if (withVariables) return DeploymentProblems.VariablesUnsupported;
        return files.Files.Any(f => f.Path is SitePaths.Index or SitePaths.PublicIndex) ? null : DeploymentProblems.NoIndex;
    }

    public DeployStep First(bool rollback) => DeployStep.Publish;

    public async Task<StepResult> RunAsync(DeployStep step, DeployWork work, CancellationToken cancel)
    {
        if (step == DeployStep.Stop) return work.Cancelled();
        // The slug stays what it was at the first publication, also when the project was renamed since.
        var slug = await read.Sites.AsNoTracking().Where(s => s.ProjectId == work.ProjectId).Select(s => s.Slug).SingleOrDefaultAsync(cancel)
            ?? SiteNames.Of(work.ProjectName, work.ProjectId);
        var result = work.Then(DeployStep.Publish, DeploymentStatus.Ready) with
        {
            ProviderState = "published",
            Url = addresses.Of(slug),
            Effect = async (db, token) =>
            {
                if (!await db.Projects.AnyAsync(p => p.Id == work.ProjectId, token)) throw new ProviderException(ProviderFailure.Refused, "The project was deleted.");
                var now = clock.Now();
                if (await db.Sites.AsTracking().SingleOrDefaultAsync(s => s.ProjectId == work.ProjectId, token) is { } site) (site.DeploymentId, site.PublishedAt) = (work.Id, now);
                else db.Sites.Add(new Site { ProjectId = work.ProjectId, AccountId = work.AccountId, Slug = slug, DeploymentId = work.Id, PublishedAt = now });
            },
        };
        return result.Saying($"{work.Files.Count} files published.");
    }
}

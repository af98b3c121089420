using Mainstreet.Foundation.Jobs;
using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Deployments;

/// <summary>Forgets deployments beyond what is kept of a project, never the published one, those of deleted projects, and contents and providers' ids that none of the others needs.</summary>
internal sealed class PruneDeployments(StudioDb db, IOptions<DeploymentOptions> options) : IRecurringJob
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var keep = options.Value.KeepPerProject;
        var crowded = await db.Deployments.AsNoTracking().GroupBy(d => new { d.ProjectId, d.Target }).Where(g => g.Count() > keep).Select(g => g.Key).ToListAsync(cancel);
        foreach (var place in crowded)
        {
            var old = await db.Deployments.AsNoTracking()
                .Where(d => d.ProjectId == place.ProjectId && d.Target == place.Target && !d.Active && !db.Sites.Any(s => s.DeploymentId == d.Id))
                .OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Skip(keep).Select(d => d.Id).ToListAsync(cancel);
            foreach (var few in old.Chunk(100)) await db.InTransactionAsync(token => db.Deployments.Where(d => few.Contains(d.Id)).ExecuteDeleteAsync(token), cancel);
        }

        // What a deleted project left: its site is gone with it.
        var gone = await db.Deployments.AsNoTracking().Where(d => !d.Active && !db.Projects.Any(p => p.Id == d.ProjectId) && !db.Sites.Any(s => s.DeploymentId == d.Id)).OrderBy(d => d.Id).Select(d => d.Id).Take(10_000).ToListAsync(cancel);
        foreach (var few in gone.Chunk(100)) await db.InTransactionAsync(token => db.Deployments.Where(d => few.Contains(d.Id)).ExecuteDeleteAsync(token), cancel);

        await db.InTransactionAsync(async token =>
        {
            await db.DeploymentHomes.Where(h => !db.Projects.Any(p => p.Id == h.ProjectId)).ExecuteDeleteAsync(token);
            await db.DeploymentDigests.Where(d => !db.Projects.Any(p => p.Id == d.ProjectId)).ExecuteDeleteAsync(token);
        }, cancel);
        await db.InTransactionAsync(token => db.DeploymentBlobs.Where(b => !db.DeploymentFiles.Any(f => f.Sha256 == b.Sha256)).ExecuteDeleteAsync(token), cancel);
    }
}

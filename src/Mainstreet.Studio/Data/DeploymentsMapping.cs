using Mainstreet.Studio.Deployments;
using Mainstreet.Studio.Deployments.Credentials;
using Mainstreet.Studio.Deployments.Sites;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

internal static class DeploymentsMapping
{
    // No concurrency token: a deployment changes only while its row is held.
    internal static void Map(ModelBuilder model)
    {
        model.Entity<Deployment>(e => e.ToTable("deployments").HasKey(d => d.Id));
        model.Entity<DeploymentFile>(e => e.ToTable("deployment_files").HasKey(f => new { f.DeploymentId, f.Path }));
        model.Entity<DeploymentBlob>(e => e.ToTable("deployment_blobs").HasKey(b => b.Sha256));
        model.Entity<DeploymentLogLine>(e => e.ToTable("deployment_log").HasKey(l => new { l.DeploymentId, l.Number }));
        model.Entity<DeploymentHome>(e => e.ToTable("deployment_homes").HasKey(h => new { h.ProjectId, h.Target, h.Team }));
        model.Entity<DeploymentDigest>(e => e.ToTable("deployment_digests").HasKey(d => new { d.ProjectId, d.Target, d.Team, d.Sha1 }));
        model.Entity<StoredCredentials>(e => e.ToTable("deployment_credentials").HasKey(c => new { c.AccountId, c.Target }));
        model.Entity<Site>(e => e.ToTable("sites").HasKey(s => s.ProjectId));
    }
}

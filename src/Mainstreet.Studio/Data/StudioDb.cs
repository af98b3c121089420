using Mainstreet.Foundation.Data;
using Mainstreet.Studio.Assistant.Usage;
using Mainstreet.Studio.Deployments;
using Mainstreet.Studio.Deployments.Credentials;
using Mainstreet.Studio.Deployments.Sites;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.RateLimits;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Data;

/// <summary>The module's tables. Each folder maps its own in a file named after it (<c>ProjectsMapping</c>, ...).</summary>
internal sealed class StudioDb(DbContextOptions<StudioDb> options) : ModuleDb(options)
{
    public DbSet<Deployment> Deployments => Set<Deployment>();

    public DbSet<DeploymentFile> DeploymentFiles => Set<DeploymentFile>();

    public DbSet<DeploymentBlob> DeploymentBlobs => Set<DeploymentBlob>();

    public DbSet<DeploymentLogLine> DeploymentLog => Set<DeploymentLogLine>();

    public DbSet<DeploymentHome> DeploymentHomes => Set<DeploymentHome>();

    public DbSet<DeploymentDigest> DeploymentDigests => Set<DeploymentDigest>();

    public DbSet<StoredCredentials> DeploymentCredentials => Set<StoredCredentials>();

    public DbSet<Site> Sites => Set<Site>();

    public DbSet<Project> Projects => Set<Project>();

    public DbSet<ProjectCount> ProjectCounts => Set<ProjectCount>();

    public DbSet<StoredFile> Files => Set<StoredFile>();

    public DbSet<ProjectCommit> Commits => Set<ProjectCommit>();

    public DbSet<FileChange> Changes => Set<FileChange>();

    public DbSet<FileBlob> Blobs => Set<FileBlob>();

    public DbSet<LimitUses> LimitUses => Set<LimitUses>();

    public DbSet<AiUse> AiUses => Set<AiUse>();

    public DbSet<AiBudget> AiBudgets => Set<AiBudget>();

    protected override string Module => "studio";

    protected override void Map(ModelBuilder model)
    {
        ProjectsMapping.Map(model);
        RateLimitsMapping.Map(model);
        SandboxMapping.Map(model);
        AssistantMapping.Map(model);
        DeploymentsMapping.Map(model);
    }
}

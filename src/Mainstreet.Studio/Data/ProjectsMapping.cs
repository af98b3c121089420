using Mainstreet.Studio.Projects;

using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Mainstreet.Studio.Data;

internal static class ProjectsMapping
{
    // No concurrency tokens: a project and what belongs to it change only while its row is held.
    internal static void Map(ModelBuilder model)
    {
        model.Entity<Project>(e => e.ToTable("projects").HasKey(p => p.Id));
        model.Entity<ProjectCount>(e => e.ToTable("project_counts").HasKey(c => c.AccountId));
        model.Entity<StoredFile>(e => Owned(e, "project_files").HasKey(f => new { f.ProjectId, f.PathKey }));
        model.Entity<ProjectCommit>(e => Owned(e, "project_commits").HasKey(c => new { c.ProjectId, c.Number }));
        model.Entity<FileChange>(e =>
        {
            e.ToTable("project_changes").HasKey(c => new { c.ProjectId, c.Number, c.Path });
            e.HasOne<ProjectCommit>().WithMany().HasForeignKey(c => new { c.ProjectId, c.Number });
        });
        model.Entity<FileBlob>(e => Owned(e, "project_blobs").HasKey(b => new { b.ProjectId, b.Sha256 }));
    }

    private static EntityTypeBuilder<T> Owned<T>(EntityTypeBuilder<T> entity, string table)
        where T : class
    {
        entity.ToTable(table).HasOne<Project>().WithMany().HasForeignKey("ProjectId");
        return entity;
    }
}

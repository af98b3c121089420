using Mainstreet.Studio.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Projects;

internal sealed class StoredProjectFiles(IDbContextFactory<StudioDb> contexts) : IProjectFiles
{
    // One statement, so that it sees one moment.
    public async Task<ProjectSnapshot?> ReadAsync(Guid projectId, Guid accountId, CancellationToken cancel)
    {
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var rows = await (
            from project in db.Projects
            where project.Id == projectId && project.AccountId == accountId
            from file in db.Files.Where(f => f.ProjectId == project.Id).DefaultIfEmpty()
            from blob in db.Blobs.Where(b => b.ProjectId == project.Id && b.Sha256 == file!.Sha256).DefaultIfEmpty()
            select new { project.Name, project.Head, Path = file == null ? null : file.Path, Content = blob == null ? null : blob.Content, Sha256 = blob == null ? null : blob.Sha256 })
            .AsNoTracking().ToListAsync(cancel);
        if (rows.Count == 0) return null;
        return new ProjectSnapshot(projectId, rows[0].Name, rows[0].Head,
            [.. rows.Where(r => r.Path is not null).OrderBy(r => r.Path, StringComparer.Ordinal).Select(r => new ProjectFile(r.Path!, r.Content!, r.Sha256!))]);
    }
}

namespace Mainstreet.Studio.Projects;

/// <summary>A project on the wire.</summary>
/// <param name="Head">Number of the last commit; 0 when there is none.</param>
/// <param name="Bytes">All files together.</param>
/// <param name="Files">In ordinal order of their paths; null in lists.</param>
public sealed record ProjectView(
    Guid Id, string Name, string? Template, int Head, int FileCount, long Bytes, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, int Version, IReadOnlyList<ProjectView.FileView>? Files = null)
{
    /// <param name="Size">Bytes.</param>
    /// <param name="Sha256">Of the content, lower-case hex; in quotes it is the file's ETag.</param>
    /// <param name="Text">Whether it is UTF-8 text.</param>
    /// <param name="Commit">Number of the commit that last changed it.</param>
    public sealed record FileView(string Path, int Size, string Sha256, bool Text, int Commit, DateTimeOffset ChangedAt)
    {
        internal static FileView Of(StoredFile file) => new(file.Path, file.Size, file.Sha256, file.IsText, file.Commit, file.ChangedAt);
    }

    internal static ProjectView Of(Project project) =>
        new(project.Id, project.Name, project.Template, project.Head, project.FileCount, project.Bytes, project.CreatedAt, project.UpdatedAt, project.Version);
}

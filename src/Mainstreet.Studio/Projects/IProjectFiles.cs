namespace Mainstreet.Studio.Projects;

/// <summary>Reads a project as a whole, for the folders that work on it.</summary>
internal interface IProjectFiles
{
    /// <summary>All files at one moment, by path in ordinal order; null when there is no such project or it is another's.</summary>
    Task<ProjectSnapshot?> ReadAsync(Guid projectId, Guid accountId, CancellationToken cancel);
}

/// <summary>A project as it stood at one version.</summary>
/// <param name="Version">Rises with every commit.</param>
internal sealed record ProjectSnapshot(Guid ProjectId, string Name, long Version, IReadOnlyList<ProjectFile> Files);

/// <summary>One file.</summary>
/// <param name="Path">Relative, with forward slashes, free of <c>.</c> and <c>..</c>; safe to join to a folder.</param>
/// <param name="Content">The bytes; not to be written to.</param>
/// <param name="Sha256">Of the content, lower-case hex.</param>
internal sealed record ProjectFile(string Path, byte[] Content, string Sha256);

using System.Security.Cryptography;

using Mainstreet.Studio.Projects;

namespace Mainstreet.Studio.Deployments;

/// <summary>What of a project is published: all of it but what belongs to the workshop.</summary>
internal sealed record PublishedFiles(Guid ProjectId, string Name, long Version, IReadOnlyList<PublishedFile> Files)
{
    private static readonly string[] Folders = [".git", ".vercel", ".netlify", "node_modules"];

    internal long Bytes => Files.Sum(f => (long)f.Content.Length);

    internal static PublishedFiles Of(ProjectSnapshot project) => new(
        project.ProjectId, project.Name, project.Version,
        [.. project.Files.Where(f => IsPublished(f.Path)).Select(f => new PublishedFile(f.Path, f.Content, f.Sha256, Sha1(f.Content))).OrderBy(f => f.Path, StringComparer.Ordinal)]);

    /// <summary>False for secrets kept in <c>.env</c> files, version control, and what package managers and providers' tools leave behind.</summary>
    internal static bool IsPublished(string path)
    {
        var parts = path.Split('/');
        return !Array.Exists(parts, p => Array.Exists(Folders, f => string.Equals(f, p, StringComparison.OrdinalIgnoreCase)))
            && !parts[^1].Equals(".env", StringComparison.OrdinalIgnoreCase) && !parts[^1].StartsWith(".env.", StringComparison.OrdinalIgnoreCase);
    }

#pragma warning disable CA5350 // Vercel and Netlify ask for files by this digest; nothing here trusts it.
    private static string Sha1(byte[] content) => Convert.ToHexStringLower(SHA1.HashData(content));
#pragma warning restore CA5350
}

/// <param name="Sha1">Lower-case hex.</param>
internal sealed record PublishedFile(string Path, byte[] Content, string Sha256, string Sha1);

namespace Mainstreet.Foundation.Files;

/// <summary>Where <see cref="DiskFileStore"/> keeps its files (section <c>Files</c>).</summary>
public sealed class DiskFileStoreOptions
{
    /// <summary>
    /// Directory for files, made when missing; by default <c>files</c> in the data directory. Several replicas need a directory
    /// that all of them mount.
    /// </summary>
    public string? Root { get; set; }
}

using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Studio;

/// <summary>Limits of projects. Section <c>Studio</c>.</summary>
public sealed class StudioOptions
{
    /// <summary>Projects that one account may have. Default 100.</summary>
    [Range(1, 100_000)]
    public int ProjectsPerAccount { get; set; } = 100;

    /// <summary>Files that one project may have. Default 1,000.</summary>
    [Range(1, 10_000)]
    public int FilesPerProject { get; set; } = 1_000;

    /// <summary>Largest file, in bytes. Default 2 MB.</summary>
    [Range(1_000, 100_000_000)]
    public int MaxFileBytes { get; set; } = 2_000_000;

    /// <summary>All files of a project together, in bytes. Default 20 MB.</summary>
    [Range(1_000, 1_000_000_000)]
    public long MaxProjectBytes { get; set; } = 20_000_000;

    /// <summary>All contents of a project's present and past, each counted once, in bytes. Default 200 MB.</summary>
    [Range(1_000, 100_000_000_000)]
    public long MaxHistoryBytes { get; set; } = 200_000_000;

    /// <summary>Where browsers find this server, for example <c>https://street.example</c>; templates call its API. Default: as each request names it.</summary>
    [Url]
    public string? PublicUrl { get; set; }
}

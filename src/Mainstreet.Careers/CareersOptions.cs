using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Careers;

/// <summary>Limits of the module. Section <c>Careers</c>.</summary>
public sealed class CareersOptions
{
    /// <summary>Largest résumé file that is read, in bytes. Default 10 MB.</summary>
    [Range(1_000, 100_000_000)]
    public long MaxImportBytes { get; set; } = 10_000_000;

    /// <summary>Largest profile, as JSON, in bytes. Default 1 MB.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxProfileBytes { get; set; } = 1_000_000;
}

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

    /// <summary>Background tasks that one person may have unfinished at a time. Default 50.</summary>
    [Range(1, 10_000)]
    public int UnfinishedTasks { get; set; } = 50;

    /// <summary>How long tasks that ended are kept. Default 90 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepTasks { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Applications that one person may submit in a day, which is a day of UTC. Default 5.</summary>
    [Range(0, 1_000)]
    public int ApplicationsPerDay { get; set; } = 5;

    /// <summary>How long after submitting the person is reminded to follow up, and again after each reminder. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "90.00:00:00")]
    public TimeSpan FollowUpAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Reminders of one application before it is left alone. Default 3.</summary>
    [Range(0, 20)]
    public int MostReminders { get; set; } = 3;
}

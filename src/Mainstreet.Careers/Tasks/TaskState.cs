namespace Mainstreet.Careers.Tasks;

internal enum TaskState
{
    /// <summary>Waits for a runner, at first or after a failed run.</summary>
    Pending,

    /// <summary>A runner has it. When the runner dies another goes on where its last saved step ended.</summary>
    Running,

    Completed,

    /// <summary>Given up: refused for a reason that another run would not change, or after its last run.</summary>
    Failed,

    /// <summary>By the person; what is done so far is kept.</summary>
    Paused,

    Cancelled,
}

/// <summary>The kinds of tasks, as they are named on the wire.</summary>
internal static class TaskTypes
{
    internal const string SearchJobs = "search_jobs";
    internal const string AnalyzeCompatibility = "analyze_compatibility";
    internal const string BulkAnalysis = "bulk_analysis";
    internal const string TailorResume = "tailor_resume";
    internal const string GenerateLetter = "generate_letter";
    internal const string GenerateApplications = "generate_applications";
    internal const string FollowUp = "follow_up";

    internal static readonly IReadOnlyList<string> All = [SearchJobs, AnalyzeCompatibility, BulkAnalysis, TailorResume, GenerateLetter, GenerateApplications, FollowUp];
}

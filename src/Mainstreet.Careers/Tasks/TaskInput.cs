using System.ComponentModel.DataAnnotations;

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Jobs;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks;

/// <summary>What tasks are asked; each type reads its own members and refuses to do without them.</summary>
internal static class TaskInputs
{
    /// <param name="JobId">analyze_compatibility, tailor_resume, generate_letter: a posting here.</param>
    /// <param name="Posting">The same, pasted.</param>
    /// <param name="JobIds">bulk_analysis, generate_applications: postings here.</param>
    /// <param name="Postings">bulk_analysis: pasted ones.</param>
    /// <param name="SubmissionId">follow_up: one application; left out, all that have waited long enough.</param>
    /// <param name="Query">search_jobs: words.</param>
    /// <param name="Filters">search_jobs: as GET /v1/jobs names them.</param>
    /// <param name="Sources">search_jobs: names of sources; left out, all.</param>
    public sealed record TaskInput(
        Guid? JobId = null, AnalyzeGap.PastedPosting? Posting = null, [MaxLength(1000)] IReadOnlyList<Guid>? JobIds = null,
        [MaxLength(100)] IReadOnlyList<AnalyzeGap.PastedPosting>? Postings = null, Guid? SubmissionId = null,
        [StringLength(300)] string? Query = null, [StringLength(200)] string? Location = null, bool? Remote = null,
        FindJobs.Filters? Filters = null, [MaxLength(30)] IReadOnlyList<string>? Sources = null)
    {
        /// <summary>For tasks on one posting.</summary>
        internal Problem? NeedsOnePosting() => JobId is null == Posting is null ? Problem.Invalid("input.jobId", "give the id of a posting, or a posting's text") : null;
    }
}

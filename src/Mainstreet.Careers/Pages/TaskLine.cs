using Mainstreet.Careers.Data;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Careers.Tasks;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Pages;

/// <summary>A background task as the pages list it.</summary>
/// <param name="DocumentId">What it wrote, if it wrote one document.</param>
/// <param name="About">The posting of that document.</param>
internal sealed record TaskLine(
    Guid Id, string Type, TaskState State, int Done, int? Total, string? Note, string? ErrorDetail, DateTimeOffset CreatedAt, Guid? DocumentId, string? About)
{
    /// <summary>The newest tasks of a person, without their results.</summary>
    /// <param name="db">The module's tables.</param>
    /// <param name="account">Whose.</param>
    /// <param name="jobId">Only those that write for this posting; null: all.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal static async Task<IReadOnlyList<TaskLine>> ReadAsync(CareersDb db, Guid account, Guid? jobId, int most, CancellationToken cancel)
    {
        var tasks = db.Tasks.AsNoTracking().Where(t => t.AccountId == account);
        if (jobId is { } job)
        {
            string[] writing = [TaskTypes.TailorResume, TaskTypes.GenerateLetter, TaskTypes.GenerateApplications];
            var named = job.ToString();
            tasks = tasks.Where(t => writing.Contains(t.Type) && t.Input.Contains(named));
        }

        var rows = await tasks.OrderByDescending(t => t.CreatedAt).ThenByDescending(t => t.Id).Take(most)
            .Select(t => new TaskLine(t.Id, t.Type, t.State, t.Done, t.Total, t.Note, t.ErrorDetail, t.CreatedAt, null, null)).ToListAsync(cancel);
        var ids = rows.Where(t => t.State == TaskState.Completed).Select(t => (Guid?)t.Id).ToList();
        if (ids.Count == 0) return rows;
        var written = await db.Documents.AsNoTracking().Where(d => d.AccountId == account && ids.Contains(d.TaskId))
            .Select(d => new { d.Id, d.TaskId, d.PostingTitle }).ToDictionaryAsync(d => d.TaskId!.Value, cancel);
        return [.. rows.Select(t => written.TryGetValue(t.Id, out var document) ? t with { DocumentId = document.Id, About = document.PostingTitle } : t)];
    }

    /// <summary>What is done, in words.</summary>
    internal string Title => Type switch
    {
        TaskTypes.SearchJobs => "Search for jobs",
        TaskTypes.AnalyzeCompatibility => "Comparison with a posting",
        TaskTypes.BulkAnalysis => "Comparison with many postings",
        TaskTypes.TailorResume => About is null ? "Résumé" : $"Résumé for {About}",
        TaskTypes.GenerateLetter => About is null ? "Letter" : $"Letter for {About}",
        TaskTypes.GenerateApplications => "Résumé, letter and draft",
        TaskTypes.FollowUp => "Words to follow up with",
        _ => Type.Replace('_', ' '),
    };

    internal bool Unfinished => State is TaskState.Pending or TaskState.Running or TaskState.Paused;

    internal string Badge => State switch
    {
        TaskState.Completed => "good",
        TaskState.Failed => "bad",
        TaskState.Running or TaskState.Pending => "busy",
        _ => "",
    };

    /// <summary>What can be done with it: the last part of the route, and the button's word.</summary>
    internal (string Act, string Word)[] Acts => State switch
    {
        TaskState.Pending or TaskState.Running => [("pause", "Pause"), ("cancel", "Cancel")],
        TaskState.Paused => [("resume", "Resume"), ("cancel", "Cancel")],
        TaskState.Failed => [("resume", "Try again")],
        _ => [],
    };

    internal static string NameOf(DocumentKind kind) => kind == DocumentKind.Letter ? "Letter" : "Résumé";
}

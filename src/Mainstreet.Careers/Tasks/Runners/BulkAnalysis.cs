using System.Text.Json;

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks.Runners;

/// <summary>
/// bulk_analysis: many postings, by id or pasted; the result lists them by score, the best first, and those that are gone. Goes on after a
/// broken run where its last saved batch ended.
/// </summary>
internal sealed class BulkAnalysis(CareersDb db, IEnumerable<IPostingTexts> postings, TimeProvider clock) : ITaskRunner
{
    private const int Batch = 10;

    public string Type => TaskTypes.BulkAnalysis;

    /// <param name="Posting">Place among the pasted ones, from 0; null for postings here.</param>
    /// <param name="Met">Requirements met, of <paramref name="Of"/>.</param>
    internal sealed record Line(Guid? JobId, int? Posting, string Title, decimal Score, string Verdict, int Met, int Of);

    /// <param name="Missing">Ids of postings that are not here.</param>
    internal sealed record Answer(IReadOnlyList<Line> Items, IReadOnlyList<Guid> Missing);

    internal sealed record Saved(int Next, List<Line> Items, List<Guid> Missing);

    public Problem? Check(TaskInputs.TaskInput input) =>
        (input.JobIds?.Count ?? 0) + (input.Postings?.Count ?? 0) == 0 ? Problem.Invalid("input.jobIds", "give ids of postings, or postings' texts")
        : input.Postings?.Any(posting => posting is null) == true ? Problem.Invalid("input.postings", "must not hold null") : null;

    public async Task RunAsync(TaskContext task, CancellationToken cancel)
    {
        var candidate = await OwnCandidate.ReadAsync(db, task.AccountId, clock.Now(), cancel);
        if (!candidate.Ok)
        {
            await task.FailAsync(candidate.Problem, cancel);
            return;
        }

        var ids = task.Input.JobIds ?? [];
        var pasted = task.Input.Postings ?? [];
        var total = ids.Count + pasted.Count;
        var saved = task.Checkpoint<Saved>() ?? new Saved(0, [], []);
        for (var i = saved.Next; i < total; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var posting = i < ids.Count ? await WriteDocument.FindPostingAsync(postings, ids[i], cancel) : pasted[i - ids.Count].ToText();
            if (posting is null) saved.Missing.Add(ids[i]);
            else saved.Items.Add(Of(i < ids.Count ? ids[i] : null, i < ids.Count ? null : i - ids.Count, posting, CompatibilityAnalyser.Own.Analyse(candidate.Value, posting)));
            saved = saved with { Next = i + 1 };
            if (saved.Next % Batch == 0) await task.ProgressAsync(saved.Next, total, "comparing", saved, cancel);
        }

        var answer = new Answer([.. saved.Items.OrderByDescending(line => line.Score).ThenBy(line => line.Title, StringComparer.Ordinal).ThenBy(line => line.JobId).ThenBy(line => line.Posting)], saved.Missing);
        await task.CompleteAsync(_ => Task.FromResult<object?>(answer), cancel);
    }

    private static Line Of(Guid? jobId, int? number, PostingText posting, Analysis analysis) => new(
        jobId, number, posting.Title, analysis.Score, JsonNamingPolicy.SnakeCaseLower.ConvertName(analysis.Verdict.ToString()),
        analysis.Requirements.Count(answer => answer.State == RequirementState.Met), analysis.Requirements.Count);
}

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks.Runners;

/// <summary>analyze_compatibility: one posting; the result is what POST /v1/hunter/analyze-gap answers.</summary>
internal sealed class AnalyzeCompatibility(CareersDb db, IEnumerable<IPostingTexts> postings, TimeProvider clock) : ITaskRunner
{
    public string Type => TaskTypes.AnalyzeCompatibility;

    public Problem? Check(TaskInputs.TaskInput input) => input.NeedsOnePosting();

    public async Task RunAsync(TaskContext task, CancellationToken cancel)
    {
        var posting = task.Input.Posting?.ToText() ?? await WriteDocument.FindPostingAsync(postings, task.Input.JobId!.Value, cancel);
        if (posting is null)
        {
            await task.FailAsync(CareersProblems.PostingNotFound, cancel);
            return;
        }

        var candidate = await OwnCandidate.ReadAsync(db, task.AccountId, clock.Now(), cancel);
        if (!candidate.Ok) await task.FailAsync(candidate.Problem, cancel);
        else await task.CompleteAsync(_ => Task.FromResult<object?>(AnalyzeGap.Response.From(CompatibilityAnalyser.Own.Analyse(candidate.Value, posting))), cancel);
    }
}

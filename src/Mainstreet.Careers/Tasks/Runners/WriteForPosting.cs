using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks.Runners;

/// <summary>tailor_resume: the result names the document.</summary>
internal sealed class TailorResume(WriteDocument writer, IEnumerable<IPostingTexts> postings) : ITaskRunner
{
    public string Type => TaskTypes.TailorResume;

    public Problem? Check(TaskInputs.TaskInput input) => input.NeedsOnePosting();

    public Task RunAsync(TaskContext task, CancellationToken cancel) => WriteForPosting.RunAsync(DocumentKind.Resume, task, writer, postings, cancel);
}

/// <summary>generate_letter: the result names the document.</summary>
internal sealed class GenerateLetter(WriteDocument writer, IEnumerable<IPostingTexts> postings) : ITaskRunner
{
    public string Type => TaskTypes.GenerateLetter;

    public Problem? Check(TaskInputs.TaskInput input) => input.NeedsOnePosting();

    public Task RunAsync(TaskContext task, CancellationToken cancel) => WriteForPosting.RunAsync(DocumentKind.Letter, task, writer, postings, cancel);
}

/// <summary>Writes a document outside the transaction, for a model may be slow, and keeps it in that of the task's completion.</summary>
internal static class WriteForPosting
{
    internal sealed record Answer(Guid DocumentId, Guid? JobId);

    internal static async Task RunAsync(DocumentKind kind, TaskContext task, WriteDocument writer, IEnumerable<IPostingTexts> postings, CancellationToken cancel)
    {
        var jobId = task.Input.JobId;
        var posting = task.Input.Posting?.ToText() ?? await WriteDocument.FindPostingAsync(postings, jobId!.Value, cancel);
        if (posting is null)
        {
            await task.FailAsync(CareersProblems.PostingNotFound, cancel);
            return;
        }

        var prepared = await writer.PrepareAsync(kind, task.AccountId, jobId, posting, task.Id, cancel);
        if (!prepared.Ok)
        {
            await task.FailAsync(prepared.Problem, cancel);
            return;
        }

        await task.CompleteAsync(_ =>
        {
            writer.Keep(prepared.Value);
            return Task.FromResult<object?>(new Answer(prepared.Value.Id, jobId));
        }, cancel);
    }
}

using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks.Runners;

/// <summary>search_jobs: asks the sources; the result is what they have and what each of them came to.</summary>
internal sealed class SearchJobs(IEnumerable<IPostingSearch> searches) : ITaskRunner
{
    public string Type => TaskTypes.SearchJobs;

    public Problem? Check(TaskInputs.TaskInput input) =>
        !searches.Any() ? TaskProblems.Unavailable.With("No source of postings is part of this program.")
        : string.IsNullOrWhiteSpace(input.Query) ? Problem.Invalid("input.query", "is required") : null;

    public async Task RunAsync(TaskContext task, CancellationToken cancel)
    {
        if (searches.FirstOrDefault() is not { } search)
        {
            await task.FailAsync(TaskProblems.Unavailable, cancel);
            return;
        }

        var input = task.Input;
        var asked = new AskedPostings(task.AccountId, task.Synthetic, input.Query ?? "", input.Location, input.Remote, input.Filters, input.Sources);
        var found = await search.SearchAsync(asked, (done, total, note) => task.ProgressAsync(done, total, note, null, cancel), cancel);
        await task.CompleteAsync(_ => Task.FromResult<object?>(found), cancel);
    }
}

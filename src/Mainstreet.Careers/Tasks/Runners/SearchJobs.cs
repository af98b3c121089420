using Mainstreet.Careers.Jobs;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Tasks.Runners;

/// <summary>search_jobs: reads the sources that were not read lately, then searches; the result is what was found and how each source went.</summary>
internal sealed class SearchJobs(FindJobs find) : ITaskRunner
{
    public string Type => TaskTypes.SearchJobs;

    public Problem? Check(TaskInputs.TaskInput input) =>
        string.IsNullOrWhiteSpace(input.Query) ? Problem.Invalid("input.query", "is required") : find.Check(Of(input));

    public async Task RunAsync(TaskContext task, CancellationToken cancel)
    {
        var found = await find.RunAsync(Of(task.Input), task.AccountId, task.Synthetic, (done, total) => task.ProgressAsync(done, total, "reading sources", null, cancel), cancel);
        if (!found.Ok) await task.FailAsync(found.Problem, cancel);
        else await task.CompleteAsync(_ => Task.FromResult<object?>(found.Value), cancel);
    }

    private static FindJobs.Request Of(TaskInputs.TaskInput input) => new(input.Query, input.Location, input.Remote, input.Filters, input.Sources);
}

using Mainstreet.Foundation.Searching;

namespace Mainstreet.Careers.Jobs.Search;

/// <summary>This replica's copy of the search entries. It is all that answers searches: the first ones after the start wait until it is read.</summary>
internal sealed class JobMirror(IJobChanges changes) : Mirror<JobIndex>
{
    /// <summary>Asks the copy as it is now.</summary>
    internal async ValueTask<JobResult> SearchAsync(JobPlan plan, CancellationToken cancel)
    {
        await RefreshAsync(wait: true, cancel);
        return Read(index => JobIndexRun.Of(index, plan)) ?? throw new InvalidOperationException("The copy is never given up.");
    }

    protected override async Task<(JobIndex Index, string Seen)> LoadAsync(CancellationToken cancel)
    {
        var index = new JobIndex();
        var seen = await changes.ReadAsync(null, index.Put, cancel);
        index.Tidy();
        return (index, seen);
    }

    protected override async Task<string> CatchUpAsync(JobIndex index, CancellationToken cancel)
    {
        var changed = new List<PostingEntry>();
        var seen = await changes.ReadAsync(Seen, changed.Add, cancel);
        if (changed.Count > 0)
        {
            Write(() =>
            {
                foreach (var entry in changed) index.Put(entry);
                index.Tidy();
            });
        }

        return seen;
    }
}

using System.Threading.Channels;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Occasions.Delivery;

/// <summary>
/// Writes completions in batches without ever waiting for a batch to fill: what gathered during the last round trip is the next batch
/// (reference/occasions.md, 5). While the database is away they gather here; the worker claims no more meanwhile.
/// </summary>
internal sealed partial class CompletionWriter(
    IClaims claims, int batchSize, Action<IReadOnlyList<Completion>, IReadOnlyCollection<Guid>> written, TimeProvider real, ILogger log)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>();

    internal void Add(Completion completion) => _items.Writer.TryWrite(new Item(completion, null));

    /// <summary>Writes and says whether the claim still stood.</summary>
    internal async Task<bool> NoteAsync(Completion completion)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        return _items.Writer.TryWrite(new Item(completion, done)) && await done.Task;
    }

    /// <summary>Nothing more will come.</summary>
    internal void Finish() => _items.Writer.TryComplete();

    /// <summary>Runs until <see cref="Finish"/> and the last batch, or until aborted: what is not written then comes again after its lease.</summary>
    internal async Task RunAsync(CancellationToken abort)
    {
        var batch = new List<Item>(batchSize);
        try
        {
            while (await _items.Reader.WaitToReadAsync(abort))
            {
                batch.Clear();
                while (batch.Count < batchSize && _items.Reader.TryRead(out var item)) batch.Add(item);
                if (batch.Count > 0) await WriteAsync(batch, abort);
            }
        }
        catch (Exception) when (abort.IsCancellationRequested)
        {
            // Also what failed for a reason of its own just then: nobody is left to try it again.
            foreach (var item in batch) item.Done?.TrySetResult(false);
            while (_items.Reader.TryRead(out var item)) item.Done?.TrySetResult(false);
        }
    }

    private async Task WriteAsync(List<Item> batch, CancellationToken abort)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                var completions = batch.ConvertAll(i => i.Completion);
                var stood = await claims.CompleteAsync(completions, abort);
                written(completions, stood);
                foreach (var item in batch) item.Done?.TrySetResult(stood.Contains(item.Completion.Id));
                return;
            }
            catch (Exception exception) when (!abort.IsCancellationRequested)
            {
                if (!Storage.IsUnavailable(exception) && !Storage.IsRetryable(exception) && failures >= 3)
                {
                    await SingleOutAsync(batch, exception, abort);
                    return;
                }

                Log.NotWritten(log, batch.Count, failures, exception);
                await Task.Delay(Backoff.After(failures, FirstRetry, LongestRetry), real, abort);
            }
        }
    }

    // One row that the database refuses must not hold up all the others.
    private async Task SingleOutAsync(List<Item> batch, Exception exception, CancellationToken abort)
    {
        if (batch.Count > 1)
        {
            foreach (var item in batch) await WriteAsync([item], abort);
            return;
        }

        Log.Refused(log, batch[0].Completion.Id, exception);
        written([batch[0].Completion], []);
        batch[0].Done?.TrySetResult(false);
    }

    private readonly record struct Item(Completion Completion, TaskCompletionSource<bool>? Done);

    private static partial class Log
    {
        [LoggerMessage(3311, LogLevel.Warning, "Could not write what became of {Count} messages (try {Failures}); trying again")]
        internal static partial void NotWritten(ILogger log, int count, int failures, Exception exception);

        [LoggerMessage(3312, LogLevel.Error, "The database refuses what became of message {MessageId}; it comes again after its lease")]
        internal static partial void Refused(ILogger log, Guid messageId, Exception exception);
    }
}

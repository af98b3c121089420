using RabbitMQ.Client;

namespace Mainstreet.Foundation.Broker;

/// <summary>Tells the broker what is done, in as few words as order allows: everything below the lowest open message at once.</summary>
internal sealed class ConsumerAcks(IChannel channel)
{
    private readonly Lock _lock = new();
    private readonly SortedSet<ulong> _open = [];
    private List<ulong> _done = [];
    private List<ulong> _refused = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Received(ulong tag)
    {
        lock (_lock) _open.Add(tag);
    }

    internal void Done(ulong tag)
    {
        lock (_lock)
        {
            _open.Remove(tag);
            _done.Add(tag);
            _news.TrySetResult();
        }
    }

    /// <summary>The message shall be offered again.</summary>
    internal void Refuse(ulong tag)
    {
        lock (_lock)
        {
            _open.Remove(tag);
            _refused.Add(tag);
            _news.TrySetResult();
        }
    }

    /// <summary>Writes until cancelled or the channel fails.</summary>
    internal async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task news;
            lock (_lock) news = _news.Task;
            await news.WaitAsync(cancel);
            // A list that was taken is written to its end.
            await FlushAsync(CancellationToken.None);
        }
    }

    internal async Task FlushAsync(CancellationToken cancel)
    {
        List<ulong> done, refused;
        ulong lowest;
        lock (_lock)
        {
            (done, _done) = (_done, []);
            (refused, _refused) = (_refused, []);
            if (_news.Task.IsCompleted) _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lowest = _open.Count == 0 ? ulong.MaxValue : _open.Min;
        }

        // First, for the word about many below would cover them.
        foreach (var tag in refused) await channel.BasicNackAsync(tag, multiple: false, requeue: true, cancel);
        var below = done.Where(t => t < lowest).DefaultIfEmpty().Max();
        // The broker must know the number that is named: one that was named before would end the channel.
        if (below > 0) await channel.BasicAckAsync(below, multiple: true, cancel);
        foreach (var tag in done.Where(t => t > lowest)) await channel.BasicAckAsync(tag, multiple: false, cancel);
    }
}

using System.Globalization;

namespace Mainstreet.Foundation.Broker;

/// <summary>Messages published together, done when the broker answered for each.</summary>
internal sealed class PublishBatch(int messages)
{
    private static long _last;

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = messages;
    private int _refused;

    /// <summary>Travels as the messages' id, since the broker returns a message without its number.</summary>
    internal string Id { get; } = Interlocked.Increment(ref _last).ToString("x", CultureInfo.InvariantCulture);

    /// <exception cref="BrokerException">One was refused, returned or lost from sight.</exception>
    internal Task Done => _done.Task;

    internal int Refused => Volatile.Read(ref _refused);

    private string? Why { get; set; }

    internal void Refuse(string why)
    {
        _refused++;
        Why ??= why;
    }

    internal void Answered(bool accepted)
    {
        if (!accepted) Refuse("the broker refused it");
        if (--_left > 0) return;
        if (Why is null) _done.TrySetResult();
        else _done.TrySetException(new BrokerException($"{Refused} messages were not taken: {Why}."));
    }

    internal void Fail(Exception exception) => _done.TrySetException(exception);
}

/// <summary>
/// Which messages of one channel the broker has answered for. It confirms by number, often many in one word, and out of order.
/// <paramref name="window"/> bounds how many are open.
/// </summary>
internal sealed class PublishConfirms(int window) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, PublishBatch> _open = [];
    private readonly Dictionary<string, PublishBatch> _byId = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _free = new(window, window);
    private ulong _sent;
    private ulong _lowest = 1;
    private Exception? _broken;

    /// <summary>Takes room for one more message; true when it had to wait for an answer.</summary>
    internal async ValueTask<bool> EnterAsync(CancellationToken cancel)
    {
        var waits = !_free.Wait(0, CancellationToken.None);
        if (waits) await _free.WaitAsync(cancel);
        return waits;
    }

    /// <summary>Notes the next message before it is sent.</summary>
    internal void Sending(PublishBatch batch)
    {
        lock (_lock)
        {
            if (_broken is not null) throw _broken;
            _open[++_sent] = batch;
            _byId[batch.Id] = batch;
        }
    }

    /// <summary>The broker's answer for the number, or for all open ones up to it.</summary>
    internal void Answered(ulong number, bool multiple, bool accepted)
    {
        var answered = 0;
        lock (_lock)
        {
            for (var each = multiple ? _lowest : number; each <= number; each++)
            {
                if (!_open.Remove(each, out var batch)) continue;
                answered++;
                batch.Answered(accepted);
                if (batch.Done.IsCompleted) _byId.Remove(batch.Id);
            }

            while (_lowest <= _sent && !_open.ContainsKey(_lowest)) _lowest++;
        }

        if (answered > 0) _free.Release(answered);
    }

    /// <summary>No queue took a message of the batch. Its confirm follows.</summary>
    internal void Returned(string? batchId, string why)
    {
        lock (_lock)
        {
            if (batchId is not null && _byId.TryGetValue(batchId, out var batch)) batch.Refuse(why);
        }
    }

    /// <summary>Nobody waits for the batch any more.</summary>
    internal void Forget(PublishBatch batch)
    {
        lock (_lock) _byId.Remove(batch.Id);
    }

    /// <summary>The channel is gone: nobody will answer any more.</summary>
    internal void Break(Exception exception)
    {
        int open;
        lock (_lock)
        {
            _broken ??= exception;
            open = _open.Count;
            foreach (var batch in _byId.Values) batch.Fail(_broken);
            _open.Clear();
            _byId.Clear();
        }

        if (open > 0) _free.Release(open);
    }

    public void Dispose() => _free.Dispose();
}

using System.Collections.Concurrent;
using System.Threading.Channels;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Time;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Occasions.Delivery;

/// <summary>
/// One process's delivery: claims batches ahead of what it sends, sends many at a time, writes what became of them in batches, and
/// keeps its claims alive meanwhile. It holds about as much as it delivers in a second, so that little is in doubt when it dies.
/// </summary>
internal sealed partial class DeliveryLoop
{
    private const int ProbeSize = 4;

    /// <summary>How long the last completions may take to be written once everything has stopped.</summary>
    private static readonly TimeSpan LastWrite = TimeSpan.FromSeconds(2);

    private readonly IClaims _claims;
    private readonly MessageSender _sender;
    private readonly IProviders _providers;
    private readonly IDeliveryTransport _transport;
    private readonly IWakeUps _wakes;
    private readonly DeliveryOptions _options;
    private readonly OccasionClock _clock;
    private readonly TimeProvider _real;
    private readonly DeliveryState _state;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<Guid, ClaimedMessage> _held = new();
    private readonly Channel<ClaimedMessage> _queue = Channel.CreateUnbounded<ClaimedMessage>();
    private readonly Channel<byte> _space = Channel.CreateBounded<byte>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CompletionWriter _writer;
    private readonly int _flushers;
    private readonly Lock _pace = new();
    private int _count;
    private long _finished;
    private long _rateFrom;
    private long _rateFinished;
    private double _rate;

    public DeliveryLoop(
        IClaims claims, MessageSender sender, IProviders providers, IDeliveryTransport transport, IWakeUps wakes, DeliveryOptions options, Engine engine,
        OccasionClock clock, TimeProvider real, DeliveryState state, DeliveryMetrics metrics, ILogger<DeliveryLoop> log)
    {
        (_claims, _sender, _providers, _transport, _wakes, _options, _clock, _real, _state, _log) =
            (claims, sender, providers, transport, wakes, options, clock, real, state, log);
        _flushers = engine == Engine.Postgres ? 2 : 1;
        _rateFrom = real.GetTimestamp();
        _writer = new CompletionWriter(claims, options.BatchSize, (completions, stood) =>
        {
            metrics.Written(completions, stood);
            var ended = 0;
            foreach (var completion in completions)
            {
                if (!completion.Held && _held.TryRemove(completion.Id, out _)) ended++;
            }

            Interlocked.Add(ref _finished, ended);
            Let(ended);
        }, real, log);
    }

    /// <summary>Delivers until told to stop; then begins nothing more, gives back what it did not begin, and waits a little for the rest.</summary>
    /// <param name="stop">Stop.</param>
    internal async Task RunAsync(CancellationToken stop)
    {
        using var abortSends = new CancellationTokenSource();
        using var abortWrites = new CancellationTokenSource();
        var senders = Enumerable.Range(0, _options.Concurrency).Select(_ => Task.Run(() => SendLoopAsync(stop, abortSends.Token), CancellationToken.None)).ToArray();
        var writers = Enumerable.Range(0, _flushers).Select(_ => Task.Run(() => _writer.RunAsync(abortWrites.Token), CancellationToken.None)).ToArray();
        using var stopRenewing = new CancellationTokenSource();
        var renewing = Task.Run(() => RenewAsync(stopRenewing.Token), CancellationToken.None);
        var receiving = _transport.Receive((ids, cancel) => TakeAsync(ids, stop, cancel));
        try
        {
            await ClaimLoopAsync(stop);
        }
        finally
        {
            if (receiving is not null) await receiving.DisposeAsync();
            _queue.Writer.TryComplete();
            var sending = Task.WhenAll(senders);
            if (!await EndsAsync(sending, _options.StopWithin))
            {
                Log.CutOff(_log, _count);
                await abortSends.CancelAsync();
                await EndsAsync(sending, TimeSpan.FromSeconds(1));
            }

            _writer.Finish();
            var writing = Task.WhenAll(writers);
            if (!await EndsAsync(writing, LastWrite)) await abortWrites.CancelAsync();
            await writing;
            await stopRenewing.CancelAsync();
            await renewing;
        }
    }

    private async Task ClaimLoopAsync(CancellationToken stop)
    {
        using var ear = _wakes.Listen(Wakes.Delivery);
        var failures = 0;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await ClaimAsync(stop) == 0) await ear.WaitAsync(_options.Poll, stop);
                failures = 0;
            }
            catch (Exception) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.Interrupted(_log, exception);
                await Task.Delay(Backoff.After(++failures, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)), _real, stop)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Claims what there is room for; answers how much that was, or 0 when there was nothing.</summary>
    private async Task<int> ClaimAsync(CancellationToken stop)
    {
        var free = await RoomAsync(stop);
        if (ClosedFor() is { } closed)
        {
            // Nobody takes anything now: ask again when somebody may, with a few messages only.
            _state.WaitsForProviders = true;
            await Task.Delay(closed < _options.Poll ? closed : _options.Poll, _real, stop);
            if (ClosedFor() is not null) return 1;
        }

        if (_state.WaitsForProviders) free = Math.Min(free, ProbeSize);
        _state.WaitsForProviders = false;
        var asked = _real.GetTimestamp();
        // Not with the token: a claim that was cut off may have been committed, and would keep its messages until its lease ends.
        var messages = await _claims.ClaimAsync(_clock.Now(), free, _options.LeaseTime, CancellationToken.None);
        _state.Claimed(_real.GetUtcNow());
        Hold(messages, asked);
        return messages.Count;
    }

    /// <summary>Waits until a worthwhile batch fits; answers its size.</summary>
    private async Task<int> RoomAsync(CancellationToken stop)
    {
        while (true)
        {
            var budget = Budget();
            var free = budget - Volatile.Read(ref _count);
            if (free >= Math.Min(_options.BatchSize, Math.Max(1, budget / 4))) return Math.Min(free, _options.BatchSize);
            await _space.Reader.ReadAsync(stop);
        }
    }

    /// <summary>About a second's work, at least enough to keep every sender busy.</summary>
    private int Budget()
    {
        lock (_pace)
        {
            var elapsed = _real.GetElapsedTime(_rateFrom).TotalSeconds;
            if (elapsed >= 0.1)
            {
                var finished = Interlocked.Read(ref _finished);
                _rate = (_rate + (finished - _rateFinished) / elapsed) / 2;
                _rateFinished = finished;
                _rateFrom = _real.GetTimestamp();
            }

            return Math.Clamp((int)_rate, Math.Min(_options.Concurrency * 2, _options.MaxHeld), _options.MaxHeld);
        }
    }

    /// <summary>How long every provider stays closed; null when one is open or none is configured.</summary>
    private TimeSpan? ClosedFor()
    {
        DateTimeOffset? first = null;
        foreach (var provider in _providers.All)
        {
            if (provider.ClosedUntil is not { } until) return null;
            if (first is null || until < first) first = until;
        }

        return first is null ? null : first.Value - _real.GetUtcNow() is var wait && wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1);
    }

    /// <summary>Work that a broker brought: claimed like any other, here where it arrived.</summary>
    private async Task TakeAsync(Guid[] ids, CancellationToken stop, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, cancel);
        while (Volatile.Read(ref _count) > 0 && Volatile.Read(ref _count) + ids.Length > Budget()) await Task.Delay(TimeSpan.FromMilliseconds(5), _real, either.Token);
        either.Token.ThrowIfCancellationRequested();
        var asked = _real.GetTimestamp();
        Hold(await _claims.ClaimAsync(_clock.Now(), ids, _options.LeaseTime, CancellationToken.None), asked);
    }

    private void Hold(IReadOnlyList<ClaimedMessage> messages, long asked)
    {
        Interlocked.Add(ref _count, messages.Count);
        _state.Hold(messages.Count);
        foreach (var message in messages)
        {
            message.HeldSince = asked;
            _held[message.Id] = message;
            if (!_queue.Writer.TryWrite(message)) _writer.Add(MessageSender.Wait(message, _clock.Now(), null));
        }
    }

    private void Let(int messages)
    {
        if (messages == 0) return;
        Interlocked.Add(ref _count, -messages);
        _state.Hold(-messages);
        _space.Writer.TryWrite(0);
    }

    private async Task SendLoopAsync(CancellationToken stop, CancellationToken abort)
    {
        await foreach (var message in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            // A claim that may have lapsed meanwhile is no claim: another worker may be sending this very message.
            var stale = _real.GetElapsedTime(message.HeldSince) > _options.LeaseTime * 0.9;
            if (stale || stop.IsCancellationRequested)
            {
                _writer.Add(MessageSender.Wait(message, _clock.Now(), null));
                continue;
            }

            Completion? completion;
            try
            {
                completion = await _sender.SendAsync(message, _writer.NoteAsync, stop, abort);
            }
            catch (OperationCanceledException)
            {
                completion = MessageSender.Wait(message, _clock.Now(), null);
            }
            catch (Exception exception)
            {
                // A fault before any attempt, such as a database that is away: nothing was sent, so nothing is burnt.
                Log.NotTried(_log, message.Id, exception);
                completion = MessageSender.Wait(message, _clock.Now() + Backoff.After(1, _options.FirstRetry, _options.LongestRetry), "could not be prepared");
            }

            if (completion is not null)
            {
                _writer.Add(completion);
                continue;
            }

            if (_held.TryRemove(message.Id, out _)) Let(1);
        }
    }

    private async Task RenewAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_options.LeaseTime / 3, _real);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                var old = _held.Values.Where(m => _real.GetElapsedTime(m.HeldSince) > _options.LeaseTime / 6).ToArray();
                foreach (var some in old.Chunk(1_000)) await RenewAsync(some);
            }
        }
        catch (OperationCanceledException)
        {
            // The loop has ended.
        }
    }

    private async Task RenewAsync(ClaimedMessage[] messages)
    {
        try
        {
            var asked = _real.GetTimestamp();
            var renewed = await _claims.RenewAsync(messages, _options.LeaseTime, CancellationToken.None);
            foreach (var message in messages)
            {
                if (renewed.Contains(message.Id)) message.HeldSince = asked;
            }
        }
        catch (Exception exception)
        {
            Log.NotRenewed(_log, exception);
        }
    }

    private async Task<bool> EndsAsync(Task task, TimeSpan within)
    {
        await Task.WhenAny(task, Task.Delay(within, _real, CancellationToken.None));
        return task.IsCompleted;
    }

    private static partial class Log
    {
        [LoggerMessage(3321, LogLevel.Warning, "Looking for due messages failed; again after a pause")]
        internal static partial void Interrupted(ILogger log, Exception exception);

        [LoggerMessage(3322, LogLevel.Warning, "Could not prolong the claims of messages in flight; the fence guards them")]
        internal static partial void NotRenewed(ILogger log, Exception exception);

        [LoggerMessage(3323, LogLevel.Error, "Message {MessageId} could not be tried; it comes again")]
        internal static partial void NotTried(ILogger log, Guid messageId, Exception exception);

        [LoggerMessage(3324, LogLevel.Warning, "Cut off sends in progress to stop in time; {Count} messages are not finished")]
        internal static partial void CutOff(ILogger log, int count);
    }
}

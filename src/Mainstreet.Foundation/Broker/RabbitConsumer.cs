using System.Diagnostics;
using System.Globalization;

using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Faults;

using Microsoft.Extensions.Logging;

using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Mainstreet.Foundation.Broker;

/// <summary>One consumption of a queue, over as many connections as it takes.</summary>
internal sealed partial class RabbitConsumer : IAsyncDisposable
{
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(2);

    private readonly RabbitLink _link;
    private readonly QueueNames _names;
    private readonly BrokerOptions _options;
    private readonly BrokerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly string _queue;
    private readonly ushort _prefetch;
    private readonly Func<WorkItem, CancellationToken, Task> _handle;
    private readonly SemaphoreSlim _slots;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _hurry = new();
    private readonly Task _running;
    private int _disposed;
    private volatile bool _receiving;

    internal RabbitConsumer(
        RabbitLink link, QueueNames names, BrokerOptions options, BrokerMetrics metrics, TimeProvider clock, ILogger log,
        string queue, int prefetch, Func<WorkItem, CancellationToken, Task> handle)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(prefetch, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(prefetch, 10_000);
        (_link, _names, _options, _metrics, _clock, _log) = (link, names, options, metrics, clock, log);
        (_queue, _prefetch, _handle) = (queue, (ushort)prefetch, handle);
        _slots = new SemaphoreSlim(prefetch, prefetch);
        _running = RunAsync();
    }

    /// <summary>The broker gives it messages; also true once it was told to stop.</summary>
    internal bool Receiving => _receiving || _stop.IsCancellationRequested;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) await _stop.CancelAsync();
        await _running;
        await _hurry.CancelAsync();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        for (var failures = 0; !_stop.IsCancellationRequested;)
        {
            try
            {
                var connection = await _link.ConnectedAsync(_stop.Token);
                await ConsumeAsync(connection, () => failures = 0);
                if (_stop.IsCancellationRequested) return;
                Log.Ended(_log, _queue);
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                if (failures == 0) Log.Failed(_log, _queue, exception);
            }

            await Task.Delay(Backoff.After(++failures, _options.FirstRetry, _options.LongestRetry), _clock, _stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Consumes until the channel ends or the consumer is told to stop.</summary>
    private async Task ConsumeAsync(IConnection connection, Action begun)
    {
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: false, publisherConfirmationTrackingEnabled: false), _stop.Token);
        await _names.DeclareAsync(channel, _queue, _stop.Token);
        await channel.BasicQosAsync(0, _prefetch, global: false, _stop.Token);
        var acks = new ConsumerAcks(channel);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = new RunningItems();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            // Once stopping, what still comes goes back when the channel closes.
            if (!_stop.IsCancellationRequested) running.Add(HandleAsync(delivery, acks));
            return Task.CompletedTask;
        };
        // The broker ends a consumer whose queue was deleted.
        consumer.UnregisteredAsync += (_, _) => Over();
        channel.ChannelShutdownAsync += (_, _) => Over();
        var tag = await channel.BasicConsumeAsync(_names.Of(_queue), autoAck: false, consumer, _stop.Token);
        begun();
        _receiving = true;
        using var acking = new CancellationTokenSource();
        var acknowledging = acks.RunAsync(acking.Token);
        try
        {
            await ((Task)Task.WhenAny(ended.Task, acknowledging)).WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested) await EndAsync(channel, tag, running);
        }
        finally
        {
            _receiving = false;
            await acking.CancelAsync();
            await acknowledging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!channel.IsOpen) return;
        using var limit = new CancellationTokenSource(LastPatience, _clock);
        await acks.FlushAsync(limit.Token);
        await channel.CloseAsync(limit.Token);

        Task Over()
        {
            ended.TrySetResult();
            return Task.CompletedTask;
        }
    }

    /// <summary>Takes no more and lets what was begun finish: as long as the options say, then a moment after being told to hurry.</summary>
    private async Task EndAsync(IChannel channel, string tag, RunningItems running)
    {
        using (var limit = new CancellationTokenSource(LastPatience, _clock))
        {
            if (channel.IsOpen) await channel.BasicCancelAsync(tag, noWait: false, limit.Token);
        }

        _hurry.CancelAfter(_options.StopTimeout);
        var all = running.AllAsync();
        await all.WaitAsync(_options.StopTimeout + LastPatience, _clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!all.IsCompleted) Log.Abandoned(_log, _queue);
    }

    private async Task HandleAsync(BasicDeliverEventArgs delivery, ConsumerAcks acks)
    {
        var tag = delivery.DeliveryTag;
        var item = new WorkItem(delivery.Body.ToArray(), Deliveries(delivery));
        acks.Received(tag);
        _metrics.Consumed(_queue, delivery.Redelivered);
        // The client goes on to the next message; its body is only good until here.
        await Task.Yield();
        try
        {
            // More than the prefetch only while the items of a lost channel still run.
            await _slots.WaitAsync(_hurry.Token);
            try
            {
                using var activity = EventMetrics.Source.StartActivity($"process {_queue}", ActivityKind.Consumer);
                activity?.SetTag("messaging.system", "rabbitmq").SetTag("messaging.operation.type", "process").SetTag("messaging.destination.name", _queue);
                await _handle(item, _hurry.Token);
            }
            finally
            {
                _slots.Release();
            }

            acks.Done(tag);
        }
        catch (Exception) when (_hurry.IsCancellationRequested)
        {
            // Not done: the broker offers it to another when the channel closes.
        }
        catch (Exception exception)
        {
            _metrics.Failed(_queue, exception);
            Log.Refused(_log, _queue, item.Deliveries + 1, exception);
            // The broker would offer it again at once.
            await Task.Delay(Backoff.After(item.Deliveries + 1, _options.FirstRetry, _options.LongestRetry), _clock, _stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            acks.Refuse(tag);
        }
    }

    private static int Deliveries(BasicDeliverEventArgs delivery) =>
        delivery.BasicProperties.Headers?.TryGetValue("x-delivery-count", out var count) is true
            ? Convert.ToInt32(count, CultureInfo.InvariantCulture) : 0;

    /// <summary>The handlers that run, so that a stop can wait for them.</summary>
    private sealed class RunningItems
    {
        private readonly Lock _lock = new();
        private readonly HashSet<Task> _tasks = [];

        internal void Add(Task task)
        {
            lock (_lock) _tasks.Add(task);
            task.ContinueWith(Remove, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        internal Task AllAsync()
        {
            lock (_lock) return Task.WhenAll(_tasks);
        }

        private void Remove(Task task)
        {
            lock (_lock) _tasks.Remove(task);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1386, LogLevel.Warning, "Consuming {Queue} ended; beginning again")]
        internal static partial void Ended(ILogger log, string queue);

        [LoggerMessage(1387, LogLevel.Warning, "Consuming {Queue} failed; trying on")]
        internal static partial void Failed(ILogger log, string queue, Exception exception);

        [LoggerMessage(1388, LogLevel.Warning, "Delivery {Delivery} of a message of {Queue} failed; it is offered again")]
        internal static partial void Refused(ILogger log, string queue, int delivery, Exception exception);

        [LoggerMessage(1389, LogLevel.Warning, "Handlers of {Queue} did not end in time; their messages go to others")]
        internal static partial void Abandoned(ILogger log, string queue);
    }
}

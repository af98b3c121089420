using System.Collections.Concurrent;

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Mainstreet.Foundation.Broker;

/// <summary>Queues on RabbitMQ: one connection to publish, one to consume (a broker that holds back publishers must not stop consumers).</summary>
internal sealed class RabbitWorkQueues : IWorkQueues, IHostedService, IAsyncDisposable
{
    private readonly BrokerOptions _options;
    private readonly BrokerMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<RabbitWorkQueues> _log;
    private readonly QueueNames _names;
    private readonly RabbitLink _publishing;
    private readonly RabbitLink _consuming;
    private readonly RabbitPublisher _publisher;
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<RabbitConsumer> _consumers = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _running = [];
    private int _stopped;

    public RabbitWorkQueues(IOptions<BrokerOptions> options, BrokerMetrics metrics, TimeProvider clock, ILogger<RabbitWorkQueues> log)
    {
        (_options, _metrics, _clock, _log) = (options.Value, metrics, clock, log);
        _names = new QueueNames(_options);
        _publishing = new RabbitLink("publish", _options, metrics, clock, log);
        _consuming = new RabbitLink("consume", _options, metrics, clock, log);
        _publisher = new RabbitPublisher(_publishing, _names, _options, metrics, clock, log);
    }

    public bool Enabled => true;

    public bool Connected => _publishing.Up;

    /// <summary>Bare names of the queues that this process uses.</summary>
    internal IEnumerable<string> Known => _known.Keys.Order(StringComparer.Ordinal);

    internal RabbitLink Publishing => _publishing;

    /// <summary>Whether every consumer of this process receives; null when it has none.</summary>
    internal bool? Consuming => _consumers.IsEmpty ? null : _consumers.All(c => c.Receiving);

    // Returns at once: a program starts and serves without its broker.
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock) _running.Add(_publishing.RunAsync(_stop.Token));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _stopped, 1) != 0) return;
        await Task.WhenAll(_consumers.Select(c => c.DisposeAsync().AsTask()));
        _publisher.Dispose();
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
    }

    public Task PublishAsync(string queue, IReadOnlyList<ReadOnlyMemory<byte>> bodies, CancellationToken cancel)
    {
        _known[queue] = true;
        return _publisher.PublishAsync(queue, bodies, cancel);
    }

    public IAsyncDisposable Consume(string queue, int prefetch, Func<WorkItem, CancellationToken, Task> handle)
    {
        _known[queue] = true;
        var consumer = new RabbitConsumer(_consuming, _names, _options, _metrics, _clock, _log, queue, prefetch, handle);
        lock (_lock)
        {
            if (_consumers.IsEmpty) _running.Add(_consuming.RunAsync(_stop.Token));
            _consumers.Add(consumer);
        }

        return consumer;
    }

    public async Task<QueueDepth?> DepthAsync(string queue, CancellationToken cancel)
    {
        if (_publishing.Connection is not { } connection) throw new BrokerException("The broker is not connected.");
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
            var waiting = await channel.QueueDeclarePassiveAsync(_names.Of(queue), cancel);
            var dead = await channel.QueueDeclarePassiveAsync(_names.DeadOf(queue), cancel);
            return new QueueDepth(waiting.MessageCount, (int)waiting.ConsumerCount, dead.MessageCount);
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new BrokerException("The broker cannot be reached.", exception);
        }
    }
}

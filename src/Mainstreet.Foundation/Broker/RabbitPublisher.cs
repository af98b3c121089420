using Microsoft.Extensions.Logging;

using RabbitMQ.Client;

namespace Mainstreet.Foundation.Broker;

/// <summary>
/// Publishes in the order of the calls over one channel with confirms, many in flight. Any trouble ends the channel and every
/// batch that is open on it; the next call opens another.
/// </summary>
internal sealed partial class RabbitPublisher(
    RabbitLink link, QueueNames names, BrokerOptions options, BrokerMetrics metrics, TimeProvider clock, ILogger log) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1, 1);
    private Session? _session;

    /// <inheritdoc cref="IWorkQueues.PublishAsync"/>
    internal async Task PublishAsync(string queue, IReadOnlyList<ReadOnlyMemory<byte>> bodies, CancellationToken cancel)
    {
        if (bodies.Count == 0) return;
        using var patience = new CancellationTokenSource(options.ConfirmTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        var batch = new PublishBatch(bodies.Count);
        Session? session = null;
        try
        {
            await _sending.WaitAsync(either.Token);
            try
            {
                session = await OpenAsync(queue, either.Token);
                await SendAsync(session, queue, batch, bodies, patience, cancel);
            }
            finally
            {
                _sending.Release();
            }

            patience.CancelAfter(options.ConfirmTimeout);
            await batch.Done.WaitAsync(either.Token);
            metrics.Confirmed(queue, bodies.Count);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            session?.Confirms.Forget(batch);
            throw;
        }
        catch (OperationCanceledException exception)
        {
            metrics.NotTaken();
            if (session is not null) End(session, "no confirm in time");
            throw new BrokerException($"The broker did not confirm {bodies.Count} messages in time.", exception);
        }
        catch (BrokerException)
        {
            metrics.NotTaken();
            if (batch.Refused > 0)
            {
                metrics.Refused(queue, batch.Refused);
                // Returned means that the queue is gone: look again before the next batch.
                session?.Declared.Clear();
            }

            throw;
        }
        catch (Exception exception)
        {
            metrics.NotTaken();
            if (session is not null) End(session, "sending failed");
            throw new BrokerException("The broker cannot be reached.", exception);
        }
    }

    public void Dispose()
    {
        if (_session is { } session) End(session, "the process stops");
        _sending.Dispose();
    }

    private async Task<Session> OpenAsync(string queue, CancellationToken cancel)
    {
        if (link.Connection is not { } connection) throw new BrokerException("The broker is not connected.");
        var session = _session;
        if (session is not { Channel.IsOpen: true })
        {
            // Tracking by the client answers a call only when its message is confirmed: order or speed, not both.
            var channel = await connection.CreateChannelAsync(
                new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), cancel);
            _session = session = new Session(channel, new PublishConfirms(options.InFlight));
        }

        if (!session.Declared.Contains(queue))
        {
            await names.DeclareAsync(session.Channel, queue, cancel);
            session.Declared.Add(queue);
        }

        return session;
    }

    private async Task SendAsync(
        Session session, string queue, PublishBatch batch, IReadOnlyList<ReadOnlyMemory<byte>> bodies, CancellationTokenSource patience, CancellationToken cancel)
    {
        var properties = new BasicProperties { DeliveryMode = DeliveryModes.Persistent, MessageId = batch.Id };
        var address = names.Of(queue);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        foreach (var body in bodies)
        {
            // A broker that confirms is alive, however long the batch takes as a whole.
            if (await session.Confirms.EnterAsync(either.Token)) patience.CancelAfter(options.ConfirmTimeout);
            session.Confirms.Sending(batch);
            // Not the caller's token: half a message would cost everybody the channel.
            await session.Channel.BasicPublishAsync("", address, mandatory: true, properties, body, patience.Token);
            metrics.Published(queue);
        }
    }

    private void End(Session session, string why)
    {
        session.Confirms.Break(new BrokerException($"The channel to the broker was closed: {why}."));
        session.Confirms.Dispose();
        Interlocked.CompareExchange(ref _session, null, session);
        // Nobody waits for it: a broker that does not answer does not answer this either.
        _ = CloseAsync(session.Channel);
    }

    private async Task CloseAsync(IChannel channel)
    {
        try
        {
            if (channel.IsOpen) await channel.CloseAsync();
            await channel.DisposeAsync();
        }
        catch (Exception exception)
        {
            // What is broken may not close; its connection frees it.
            Log.NotClosed(log, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1390, LogLevel.Debug, "A channel to publish did not close cleanly")]
        internal static partial void NotClosed(ILogger log, Exception exception);
    }

    private sealed class Session
    {
        internal Session(IChannel channel, PublishConfirms confirms)
        {
            (Channel, Confirms) = (channel, confirms);
            channel.BasicAcksAsync += (_, ack) => Told(() => confirms.Answered(ack.DeliveryTag, ack.Multiple, accepted: true));
            channel.BasicNacksAsync += (_, nack) => Told(() => confirms.Answered(nack.DeliveryTag, nack.Multiple, accepted: false));
            channel.BasicReturnAsync += (_, back) => Told(() => confirms.Returned(back.BasicProperties.MessageId, $"{back.ReplyCode} {back.ReplyText}"));
            channel.ChannelShutdownAsync += (_, end) => Told(() => confirms.Break(new BrokerException($"The channel to the broker was closed: {end.ReplyCode} {end.ReplyText}.")));
        }

        internal IChannel Channel { get; }

        internal PublishConfirms Confirms { get; }

        internal HashSet<string> Declared { get; } = new(StringComparer.Ordinal);

        private static Task Told(Action what)
        {
            what();
            return Task.CompletedTask;
        }
    }
}

using System.Text.Json.Serialization;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Live;

/// <summary>The answer to <c>Subscribe</c>.</summary>
internal sealed class LiveAnswer(string topic, LiveReplay replay, Action written) : IJsonOnSerialized
{
    public string Topic { get; } = topic;

    public bool Recovered { get; } = replay.Recovered;

    public long Offset { get; } = replay.Offset;

    public IReadOnlyList<LiveMessage> Events { get; } = [.. replay.Events.Select(e => e.Message)];

    // Serialised under the connection's write lock: whatever is let through from here on is written after the answer.
    void IJsonOnSerialized.OnSerialized() => written();
}

/// <summary>The answer to <c>Ping</c>.</summary>
internal sealed record LivePong(DateTimeOffset At);

/// <summary>
/// The hub <c>/live</c>. Client methods: <c>event {topic, offset, type, at, data}</c>, <c>unsubscribed {topic, reason}</c>,
/// <c>cut {reason}</c>. Errors are the words <c>topic_forbidden</c>, <c>too_many_topics</c> and <c>unavailable</c> (may be retried).
/// </summary>
internal sealed partial class LiveHub(
    LiveConnections connections, LiveTopics topics, LivePresence presence, LiveMetrics metrics, TimeProvider clock, ILogger<LiveHub> log)
    : Hub
{
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(500);

    private LiveConnection Connection =>
        Context.Items[typeof(LiveConnection)] as LiveConnection ?? throw new HubException("signed_out");

    public override Task OnConnectedAsync()
    {
        var http = Context.GetHttpContext();
        if (http?.Features.Get<Caller>() is not { } caller)
        {
            Context.Abort();
            return Task.CompletedTask;
        }

        var connection = connections.Open(Context.ConnectionId, "hub", caller, LiveSession.Of(http.User));
        Context.Items[typeof(LiveConnection)] = connection;
        Context.Items[typeof(Task)] = WriteAsync(connection, LiveHubLifetime.Of(Context), metrics, log);
        return Task.CompletedTask;
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        if (Context.Items[typeof(LiveConnection)] is LiveConnection connection) connections.Close(connection);
        if (Context.Items[typeof(Task)] is Task writing) await writing;
    }

    /// <summary>Follows a topic; events flow after the answer. With an offset, what was missed since is in the answer, or <c>recovered</c> is false.</summary>
    public async Task<LiveAnswer> Subscribe(string topic, long? offset)
    {
        var connection = Connection;
        var cancel = Context.ConnectionAborted;
        try
        {
            if (!await topics.AllowsAsync(connection.Caller, topic, cancel)) throw new HubException(LiveTopics.Forbidden.Code);
            await EndAsync(connection, topic, cancel);
            var outcome = await connections.SubscribeAsync(connection, topic, offset, cancel);
            if (outcome.Problem is { } problem) throw new HubException(problem.Code);
            var (subscription, replay) = outcome.Value;
            metrics.Sent(replay.Events.Count);
            return new LiveAnswer(topic, replay, () => subscription.GoLive(replay.Offset));
        }
        catch (Exception exception) when (Storage.IsUnavailable(exception))
        {
            throw new HubException("unavailable", exception);
        }
    }

    /// <summary>After the answer no event of the topic follows.</summary>
    public Task Unsubscribe(string topic) => EndAsync(Connection, topic, Context.ConnectionAborted);

    public LivePong Ping() => new(clock.Now());

    /// <summary>Who follows a topic, on all replicas. Authorised like a subscription.</summary>
    public async Task<LivePresenceView> Presence(string topic)
    {
        var cancel = Context.ConnectionAborted;
        try
        {
            if (!await topics.AllowsAsync(Connection.Caller, topic, cancel)) throw new HubException(LiveTopics.Forbidden.Code);
            return await presence.ViewAsync(topic, cancel);
        }
        catch (Exception exception) when (Storage.IsUnavailable(exception))
        {
            throw new HubException("unavailable", exception);
        }
    }

    private async Task EndAsync(LiveConnection connection, string topic, CancellationToken cancel)
    {
        if (!connections.Unsubscribe(connection, topic)) return;
        await connection.Writing.WaitAsync(cancel);
        connection.Writing.Release();
    }

    private static async Task WriteAsync(LiveConnection connection, HubConnectionContext socket, LiveMetrics metrics, ILogger log)
    {
        try
        {
            while (!connection.CutReason.IsCompleted && await connection.Queue.WaitToReadAsync())
            {
                metrics.Sent(await WriteWaitingAsync(connection, socket));
            }

            if (!connection.CutReason.IsCompleted) return;
            var word = new LiveCut(await connection.CutReason);
            var last = socket.WriteAsync(new Microsoft.AspNetCore.SignalR.Protocol.InvocationMessage("cut", [word])).AsTask();
            await last.WaitAsync(LastWord).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            socket.Abort();
        }
        catch (Exception exception)
        {
            Log.WriteFailed(log, exception);
            socket.Abort();
        }
    }

    private static async Task<int> WriteWaitingAsync(LiveConnection connection, HubConnectionContext socket)
    {
        var sent = 0;
        while (!connection.CutReason.IsCompleted && connection.Queue.TryRead(out var next))
        {
            await connection.Writing.WaitAsync();
            try
            {
                if (next.Subscription is { Ended: true }) continue;
                var write = socket.WriteAsync(next.Item.HubMessage);
                if (!write.IsCompletedSuccessfully) await Task.WhenAny(write.AsTask(), connection.CutReason);
                sent++;
            }
            finally
            {
                connection.Writing.Release();
            }
        }

        return sent;
    }

    private static partial class Log
    {
        [LoggerMessage(1320, LogLevel.Warning, "Writing to a live connection failed")]
        internal static partial void WriteFailed(ILogger log, Exception exception);
    }
}

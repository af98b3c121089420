using System.Globalization;
using System.IO.Pipelines;
using System.Text;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Live;

/// <summary>
/// The live channel as server-sent events. First <c>state</c> {topic: {recovered, offset}}, then <c>message</c>
/// {topic, offset, type, at, data}; <c>unsubscribed</c> {topic, reason} when a topic was withdrawn, <c>cut</c> {reason} before
/// the server closes. Each <c>id</c> holds the offsets of all topics, so that <c>Last-Event-ID</c> resumes them all.
/// Errors: invalid_request, topic_forbidden, too_many_topics.
/// </summary>
internal static class LiveStream
{
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(500);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/live/stream", Handle)
        .WithName("foundation.live.stream")
        .WithSummary("Follows live topics as server-sent events.")
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .RequireAuthorization();

    internal static async Task<Results<EmptyHttpResult, ProblemHttpResult>> Handle(
        HttpContext http, Caller caller, string? topics, string? lastEventId, LiveTopics policies, LiveConnections connections,
        LiveMetrics metrics, TimeProvider clock, IOptions<LiveOptions> options, IHostApplicationLifetime host, CancellationToken cancel)
    {
        var wanted = (topics ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToList();
        if (wanted.Count == 0) return Problem.Invalid("topics", "names one topic or more, separated by commas").ToHttp();
        if (wanted.Count > options.Value.MaxTopics) return LiveConnections.TooManyTopics.ToHttp();
        foreach (var topic in wanted)
        {
            if (!await policies.AllowsAsync(caller, topic, cancel)) return LiveTopics.Forbidden.ToHttp();
        }

        var header = http.Request.Headers["Last-Event-ID"].ToString();
        var resume = LiveResume.Parse(header.Length > 0 ? header : lastEventId);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, host.ApplicationStopping);
        var connection = connections.Open(clock.NewId().ToString("N"), "sse", caller, LiveSession.Of(http.User));
        try
        {
            var subscribed = new List<(LiveSubscription Subscription, LiveReplay Replay)>();
            var offsets = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var topic in wanted)
            {
                var after = resume?.GetValueOrDefault(topic, -1);
                var outcome = await connections.SubscribeAsync(connection, topic, after, stop.Token);
                if (outcome.Problem is { } problem) return problem.ToHttp();
                subscribed.Add(outcome.Value);
                offsets[topic] = outcome.Value.Replay is { Recovered: true } && after is { } from ? from : outcome.Value.Replay.Offset;
            }

            Begin(http);
            var writer = new StreamWriter(http.Response.BodyWriter, connection, offsets, metrics, clock, options.Value);
            await writer.StartAsync(subscribed, stop.Token);
            foreach (var (subscription, replay) in subscribed) subscription.GoLive(replay.Offset);
            await writer.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return TypedResults.Empty;
        }
        finally
        {
            connections.Close(connection);
        }

        await SayLastWordAsync(http, connection);
        return TypedResults.Empty;
    }

    private static void Begin(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        // Slow readers are this channel's own business: they are told and counted.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }

    private static async Task SayLastWordAsync(HttpContext http, LiveConnection connection)
    {
        if (!connection.CutReason.IsCompleted) return;
        var word = LiveFrames.Make("cut", new LiveCut(await connection.CutReason));
        var last = http.Response.BodyWriter.WriteAsync(word, CancellationToken.None).AsTask();
        await ((Task)last).WaitAsync(LastWord).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!last.IsCompletedSuccessfully) http.Abort();
    }

    private sealed class StreamWriter(
        PipeWriter body, LiveConnection connection, Dictionary<string, long> offsets, LiveMetrics metrics, TimeProvider clock, LiveOptions options)
    {
        private sealed record TopicState(bool Recovered, long Offset);

        internal async Task StartAsync(IReadOnlyList<(LiveSubscription Subscription, LiveReplay Replay)> subscribed, CancellationToken cancel)
        {
            // Spread over two seconds, so that the readers of a replica that went away do not all come back at once.
            body.Write(string.Create(CultureInfo.InvariantCulture, $"retry: {500 + (uint)connection.Id.GetHashCode(StringComparison.Ordinal) % 2000}\n"));
            body.Write($"id: {LiveResume.Format(offsets)}\n");
            body.Write(LiveFrames.Make("state", subscribed.ToDictionary(
                s => s.Subscription.Topic, s => new TopicState(s.Replay.Recovered, s.Replay.Offset))));
            await body.FlushAsync(cancel);
            foreach (var (_, replay) in subscribed)
            {
                foreach (var live in replay.Events) await WriteAsync(live, cancel);
                metrics.Sent(replay.Events.Count);
            }
        }

        internal async Task RunAsync(CancellationToken cancel)
        {
            var heartbeat = TimeSpan.FromSeconds(options.HeartbeatSeconds);
            using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var more = connection.Queue.WaitToReadAsync(cancel).AsTask();
            while (!connection.CutReason.IsCompleted)
            {
                if (!more.IsCompleted && await Task.WhenAny(more, Task.Delay(heartbeat, clock, quiet.Token)) != more)
                {
                    cancel.ThrowIfCancellationRequested();
                    body.Write(": still here\n\n");
                    await FlushAsync(cancel);
                    continue;
                }

                if (!await more) break;
                await WriteWaitingAsync(cancel);
                more = connection.Queue.WaitToReadAsync(cancel).AsTask();
            }

            await quiet.CancelAsync();
        }

        private async Task WriteWaitingAsync(CancellationToken cancel)
        {
            var sent = 0;
            while (!connection.CutReason.IsCompleted && connection.Queue.TryRead(out var next))
            {
                if (next.Subscription is { Ended: true }) continue;
                if (next.Item is LiveNotice notice) offsets.Remove(notice.Topic);
                await WriteAsync(next.Item, cancel);
                sent++;
            }

            metrics.Sent(sent);
        }

        private async Task WriteAsync(LiveItem item, CancellationToken cancel)
        {
            if (item is LiveEvent live) offsets[live.Topic] = live.Offset;
            body.Write($"id: {LiveResume.Format(offsets)}\n");
            body.Write(item.Frame);
            if (connection.Queue.Count == 0 || body.UnflushedBytes > 16_384) await FlushAsync(cancel);
        }

        /// <summary>Waits for the socket, but no longer than the connection lives.</summary>
        private async Task FlushAsync(CancellationToken cancel)
        {
            var flush = body.FlushAsync(cancel);
            if (flush.IsCompletedSuccessfully) return;
            await await Task.WhenAny(flush.AsTask(), (Task)connection.CutReason);
        }
    }
}

/// <summary>Offsets of several topics as one event id: <c>all=3;user:0190…=12</c>.</summary>
internal static class LiveResume
{
    public static string Format(IReadOnlyDictionary<string, long> offsets)
    {
        var text = new StringBuilder();
        foreach (var (topic, offset) in offsets)
        {
            if (text.Length > 0) text.Append(';');
            text.Append(topic).Append('=').Append(offset);
        }

        return text.ToString();
    }

    /// <summary><c>null</c> when there is nothing to resume. What cannot be read is left out, and so not recovered.</summary>
    public static Dictionary<string, long>? Parse(string? id)
    {
        if (string.IsNullOrEmpty(id)) return null;
        var offsets = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in id.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.LastIndexOf('=');
            if (equals > 0 && long.TryParse(part.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                offsets[part[..equals]] = offset;
        }

        return offsets;
    }
}

internal static class PipeText
{
    internal static void Write(this PipeWriter writer, string text) => Encoding.UTF8.GetBytes(text, writer);

    internal static void Write(this PipeWriter writer, byte[] bytes) => System.Buffers.BuffersExtensions.Write(writer, bytes);
}

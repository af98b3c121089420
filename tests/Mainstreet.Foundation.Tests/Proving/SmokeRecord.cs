using System.Net;
using System.Net.Http.Headers;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Foundation.Tests.Proving;

/// <summary>An answer that a real server gave, to be given again.</summary>
internal sealed record Recorded(int Step, string Route, int Status, string? MediaType, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    internal HttpResponseMessage Answer()
    {
        var response = new HttpResponseMessage((HttpStatusCode)Status) { Content = new ByteArrayContent(Body) };
        if (MediaType is not null) response.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        foreach (var (name, value) in Headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }
}

/// <summary>Keeps what a server answers on a walk.</summary>
internal sealed class Recorder(SmokeRoutes routes) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
{
    private readonly Lock _gate = new();
    private readonly List<Recorded> _answers = [];

    internal IReadOnlyList<Recorded> Answers
    {
        get
        {
            lock (_gate) return [.. _answers];
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await base.SendAsync(request, cancellationToken);
        var media = response.Content.Headers.ContentType?.MediaType;
        var body = media == "text/event-stream" ? await FirstEventAsync(response, cancellationToken) : await response.Content.ReadAsByteArrayAsync(cancellationToken);
        request.Options.TryGetValue(SmokeTap.Step, out var step);
        var recorded = new Recorded(
            step, routes.Find($"{request.Method} {request.RequestUri!.AbsolutePath}"), (int)response.StatusCode, media,
            [.. response.Headers.Select(h => KeyValuePair.Create(h.Key, string.Join(", ", h.Value)))], body);
        lock (_gate) _answers.Add(recorded);
        return recorded.Answer();
    }

    private static async Task<byte[]> FirstEventAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancel));
        var text = new System.Text.StringBuilder();
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            text.Append(line).Append('\n');
            if (line.Length == 0) break;
        }

        return System.Text.Encoding.UTF8.GetBytes(text.ToString());
    }
}

/// <summary>
/// Gives a walk its recorded answers again, but for one route during one step, which is broken; and ends the walk when that
/// step is over.
/// </summary>
internal sealed class Player : HttpMessageHandler
{
    private readonly Dictionary<(int Step, string Route), Queue<Recorded>> _left = [];
    private readonly SmokeRoutes _routes;
    private readonly (int Step, string Route) _broken;
    private readonly Func<Recorded, Recorded> _break;
    private readonly CancellationTokenSource _end;

    internal Player(IReadOnlyList<Recorded> answers, SmokeRoutes routes, (int Step, string Route) broken, Func<Recorded, Recorded> breaks, CancellationTokenSource end)
    {
        (_routes, _broken, _break, _end) = (routes, broken, breaks, end);
        foreach (var answer in answers.Where(a => a.Step <= broken.Step))
        {
            if (!_left.TryGetValue((answer.Step, answer.Route), out var queue)) _left[(answer.Step, answer.Route)] = queue = new Queue<Recorded>();
            queue.Enqueue(answer);
        }
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.TryGetValue(SmokeTap.Step, out var step);
        if (step > _broken.Step)
        {
            _end.Cancel();
            cancellationToken.ThrowIfCancellationRequested();
        }

        var key = (step, _routes.Find($"{request.Method} {request.RequestUri!.AbsolutePath}"));
        if (!_left.TryGetValue(key, out var queue)) return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        // Who asks again and again hears the last answer again.
        var answer = queue.Count > 1 ? queue.Dequeue() : queue.Peek();
        return Task.FromResult((key == _broken ? _break(answer) : answer).Answer());
    }
}

/// <summary>A clock on which nobody waits: a delay is over at once and counts twenty times as long.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private long _aheadMicroseconds;

    private TimeSpan Ahead => TimeSpan.FromMicroseconds(Interlocked.Read(ref _aheadMicroseconds));

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero) Interlocked.Add(ref _aheadMicroseconds, (long)dueTime.TotalMicroseconds * 20);
        return System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? TimeSpan.Zero : dueTime, Timeout.InfiniteTimeSpan);
    }
}

using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Text.Json;

namespace Mainstreet.Foundation.Proving;

/// <summary>One event of the live feed as a reader received it.</summary>
/// <param name="Reader">The reader's name.</param>
/// <param name="Topic">For example <c>business:{id}</c>.</param>
/// <param name="Offset">Counts up by one per topic.</param>
/// <param name="Type">For example <c>ticket.accepted</c>.</param>
/// <param name="At">The server's instant.</param>
/// <param name="Data">The event's own members.</param>
/// <param name="Received">Microseconds since the run began.</param>
public sealed record LiveEvent(string Reader, string Topic, long Offset, string Type, DateTimeOffset At, JsonElement Data, long Received)
{
    /// <summary>A text or number member of the data, as text.</summary>
    public string? Fact(string name) =>
        Data.ValueKind == JsonValueKind.Object && Data.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Null => null,
                _ => value.GetRawText(),
            }
            : null;
}

/// <summary>
/// Follows live topics over server-sent events through breaks: reconnects, at the next target, with <c>Last-Event-ID</c>.
/// Told to, it breaks the connection itself now and then, so that resuming is proved too.
/// </summary>
public sealed class LiveReader : IAsyncDisposable
{
    private readonly ProofRun _run;
    private readonly ProofClient _client;
    private readonly History _history;
    private readonly SyntheticAccount _account;
    private readonly string _path;
    private readonly TimeSpan? _breakEvery;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<LiveEvent> _events = [];
    private readonly List<string> _losses = [];
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;
    private string? _lastId;
    private int _target;

    private LiveReader(
        ProofRun run, ProofClient client, History history, SyntheticAccount account, IReadOnlyList<string> topics, string name, int target, TimeSpan? breakEvery)
    {
        (_run, _client, _history, _account, Name, _target, _breakEvery) = (run, client, history, account, name, target, breakEvery);
        _path = "/v1/live/stream?topics=" + Uri.EscapeDataString(string.Join(',', topics));
    }

    public string Name { get; }

    /// <summary>How often the stream was opened.</summary>
    public int Connections { get; private set; }

    /// <summary>Starts reading and waits, 10 s at most (60 s with faults), until the first stream is open.</summary>
    public static async Task<LiveReader> StartAsync(
        ProofRun run, ProofClient client, History history, SyntheticAccount account, IReadOnlyList<string> topics,
        string name, int target, TimeSpan? breakEvery, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(run);
        var reader = new LiveReader(run, client, history, account, topics, name, target, breakEvery);
        reader._reading = reader.ReadAsync();
        try
        {
            await reader._open.Task.WaitAsync(TimeSpan.FromSeconds(run.Faults ? 60 : 10), run.Clock, cancel);
        }
        catch (TimeoutException)
        {
            await reader.DisposeAsync();
            throw new ProofException($"The live stream {reader._path} did not open.");
        }

        return reader;
    }

    /// <summary>Events so far, in the order of arrival.</summary>
    public IReadOnlyList<LiveEvent> Events()
    {
        lock (_gate) return [.. _events];
    }

    /// <summary>Times when the server said that it could not resume where the reader had stopped.</summary>
    public IReadOnlyList<string> Losses()
    {
        lock (_gate) return [.. _losses];
    }

    /// <summary>Waits until the events so far satisfy a condition; false when time runs out first.</summary>
    public async Task<bool> WaitAsync(Func<IReadOnlyList<LiveEvent>, bool> condition, TimeSpan patience, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var start = _run.Clock.GetTimestamp();
        while (true)
        {
            Task arrived;
            lock (_gate) arrived = _arrived.Task;
            if (condition(Events())) return true;
            var left = patience - _run.Clock.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) return false;
            try
            {
                await arrived.WaitAsync(left, _run.Clock, cancel);
            }
            catch (TimeoutException)
            {
                return condition(Events());
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var target = _target++ % _run.Targets.Count;
            var start = _run.Now();
            var status = 0;
            try
            {
                await _account.KeepFreshAsync(_client, _run.Clock, _stop.Token);
                using var spell = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                if (_breakEvery is { } every) spell.CancelAfter(every);
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_run.Targets[target], _path));
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _account.AccessToken);
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
                if (_lastId is not null) request.Headers.Add("Last-Event-ID", _lastId);
                using var response = await _client.OpenAsync(request, spell.Token);
                status = (int)response.StatusCode;
                Record(start, target, status, null, (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds);
                if (response.IsSuccessStatusCode)
                {
                    Connections++;
                    _open.TrySetResult();
                    await FollowAsync(response, spell.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // Our own break, or the end.
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or ProofException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                if (failure is KeyNotFoundException or InvalidOperationException or FormatException) Lose($"an event of another shape: {failure.Message}");
                else if (status == 0) Record(start, target, 0, $"connection: {failure.GetType().Name}");
            }

            if (status != 200 && !_stop.IsCancellationRequested) await PauseAsync();
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), _run.Clock, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private void Record(long start, int target, int status, string? code, int? retryAfter = null) => _history.Add(new Operation(
        0, _history.NextCall(), 1, Name, target, "live open", null, start, _run.Now(), status, code, new Dictionary<string, string>())
    {
        RetryAfter = retryAfter,
    });

    private async Task FollowAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        var parser = SseParser.Create(stream);
        var resumed = _lastId is not null;
        await foreach (var item in parser.EnumerateAsync(cancel))
        {
            Take(item.EventType, item.Data, resumed);
            // Only after the event is kept: a break in between must ask for it again.
            if (item.EventId is { Length: > 0 } id) _lastId = id;
        }
    }

    private void Take(string kind, string data, bool resumed)
    {
        JsonElement json;
        try
        {
            using var document = JsonDocument.Parse(data);
            json = document.RootElement.Clone();
        }
        catch (JsonException)
        {
            Lose($"not JSON: {data[..Math.Min(80, data.Length)]}");
            return;
        }

        switch (kind)
        {
            case "state" when resumed && json.EnumerateObject().Any(t => t.Value.TryGetProperty("recovered", out var recovered) && !recovered.GetBoolean()):
                Lose($"not recovered: {data}");
                break;
            case "unsubscribed":
                Lose($"unsubscribed: {data}");
                break;
            case "message":
                Keep(json);
                break;
        }
    }

    private void Lose(string what)
    {
        lock (_gate) _losses.Add(what);
    }

    private void Keep(JsonElement json)
    {
        var live = new LiveEvent(
            Name,
            json.GetProperty("topic").GetString() ?? "",
            json.GetProperty("offset").GetInt64(),
            json.GetProperty("type").GetString() ?? "",
            json.GetProperty("at").GetDateTimeOffset(),
            json.GetProperty("data"),
            _run.Now());
        lock (_gate)
        {
            _events.Add(live);
            _arrived.TrySetResult();
            _arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}

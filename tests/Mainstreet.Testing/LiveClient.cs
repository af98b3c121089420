using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Mainstreet.Testing;

/// <summary>An event of the live channel as a client received it.</summary>
public sealed record LiveReceived(string Topic, long Offset, string Type, DateTimeOffset At, JsonElement Data);

/// <summary>The answer to <c>Subscribe</c>.</summary>
public sealed record LiveSubscribed(string Topic, bool Recovered, long Offset, IReadOnlyList<LiveReceived> Events);

/// <summary>The hub refused a call; the message ends in its code.</summary>
public sealed class LiveHubException(string message) : Exception(message);

/// <summary>
/// A client of the hub <c>/live</c>: the JSON hub protocol over a plain WebSocket. <see cref="Events"/> holds what arrived in
/// the order of the wire, replayed events before live ones.
/// </summary>
public sealed class LiveClient : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<LiveReceived> _events = Channel.CreateUnbounded<LiveReceived>();
    private readonly Channel<(string Target, JsonElement Argument)> _notices = Channel.CreateUnbounded<(string, JsonElement)>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _calls = new();
    private readonly TaskCompletionSource<string?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource _reading = Opened();
    private Task _running = Task.CompletedTask;
    private string? _cutReason;
    private int _lastCall;

    /// <summary>Events in the order in which they arrived.</summary>
    public ChannelReader<LiveReceived> Events => _events.Reader;

    /// <summary>Other client methods that the server called (<c>unsubscribed</c>), with their argument.</summary>
    public ChannelReader<(string Target, JsonElement Argument)> Notices => _notices.Reader;

    /// <summary>Completes when the connection is over; the reason when the server gave one.</summary>
    public Task<string?> Closed => _closed.Task;

    /// <param name="server">The server's root, http or https.</param>
    /// <param name="accessToken">Sent as <c>access_token</c>, as browsers do.</param>
    /// <param name="configure">Further settings of the socket, such as a small receive buffer.</param>
    public static async Task<LiveClient> ConnectAsync(Uri server, string? accessToken, Action<ClientWebSocketOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        var client = new LiveClient();
        configure?.Invoke(client._socket.Options);
        var query = accessToken is null ? "" : $"access_token={Uri.EscapeDataString(accessToken)}";
        var address = new UriBuilder(server) { Scheme = server.Scheme == "https" ? "wss" : "ws", Path = "/live", Query = query };
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await client._socket.ConnectAsync(address.Uri, patience.Token);
        }
        catch
        {
            client._socket.Dispose();
            throw;
        }

        client._running = Task.WhenAll(client.ReadAsync(), client.PingAsync());
        await client.SendAsync("""{"protocol":"json","version":1}""");
        return client;
    }

    /// <summary>Follows a topic. Without an offset the argument is left out.</summary>
    public async Task<LiveSubscribed> SubscribeAsync(string topic, long? offset = null) =>
        (await (offset is null ? InvokeAsync("Subscribe", topic) : InvokeAsync("Subscribe", topic, offset))).Deserialize<LiveSubscribed>(Json)!;

    /// <summary>Calls a hub method and waits for its answer.</summary>
    /// <exception cref="LiveHubException">The hub answered with an error.</exception>
    public async Task<JsonElement> InvokeAsync(string method, params object?[] arguments)
    {
        var id = Interlocked.Increment(ref _lastCall).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var answer = _calls[id] = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments }));
        return await answer.Task.WaitAsync(Patience);
    }

    /// <summary>The next event.</summary>
    /// <exception cref="TimeoutException">None came in 20 s.</exception>
    public Task<LiveReceived> NextAsync() => _events.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next so many events.</summary>
    public async Task<IReadOnlyList<LiveReceived>> TakeAsync(int count)
    {
        var events = new List<LiveReceived>(count);
        while (events.Count < count) events.Add(await NextAsync());
        return events;
    }

    /// <summary>Stops reading from the socket, as a stuck client would, until <see cref="ResumeReading"/>.</summary>
    public void StopReading() => _reading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void ResumeReading() => _reading.TrySetResult();

    /// <summary>Ends the connection without a word, as a killed client would.</summary>
    public void Abort() => _socket.Abort();

    public async ValueTask DisposeAsync()
    {
        ResumeReading();
        await _stop.CancelAsync();
        _socket.Abort();
        await _running;
        _socket.Dispose();
        _stop.Dispose();
        _sending.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task SendAsync(string message)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(message + '\x1e'), WebSocketMessageType.Text, true, _stop.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task PingAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10));
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) await SendAsync("""{"type":6}""");
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or InvalidOperationException)
        {
            // The connection is over; Closed says so.
        }
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[32 * 1024];
        var record = new MemoryStream();
        try
        {
            while (true)
            {
                await _reading.Task;
                var received = await _socket.ReceiveAsync(buffer.AsMemory(), _stop.Token);
                if (received.MessageType == WebSocketMessageType.Close) break;
                Split(buffer.AsSpan(0, received.Count), record);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // The connection is over; Closed says so.
        }

        _events.Writer.TryComplete(new LiveHubException($"closed: {_cutReason ?? "without a word"}"));
        _notices.Writer.TryComplete();
        foreach (var call in _calls.Values) call.TrySetException(new LiveHubException("closed"));
        _closed.TrySetResult(_cutReason);
    }

    private void Split(ReadOnlySpan<byte> bytes, MemoryStream record)
    {
        for (var end = bytes.IndexOf((byte)0x1e); end >= 0; end = bytes.IndexOf((byte)0x1e))
        {
            record.Write(bytes[..end]);
            bytes = bytes[(end + 1)..];
            using var document = JsonDocument.Parse(record.GetBuffer().AsMemory(0, (int)record.Length));
            Handle(document.RootElement.Clone());
            record.SetLength(0);
        }

        record.Write(bytes);
    }

    private void Handle(JsonElement message)
    {
        switch (message.TryGetProperty("type", out var type) ? type.GetInt32() : 0)
        {
            case 1:
                var target = message.GetProperty("target").GetString()!;
                var argument = message.GetProperty("arguments")[0];
                if (target == "event") _events.Writer.TryWrite(argument.Deserialize<LiveReceived>(Json)!);
                else if (target == "cut") _cutReason = argument.GetProperty("reason").GetString();
                else _notices.Writer.TryWrite((target, argument));
                break;
            case 3 when _calls.TryRemove(message.GetProperty("invocationId").GetString()!, out var call):
                if (message.TryGetProperty("error", out var error))
                {
                    call.TrySetException(new LiveHubException(error.GetString()!));
                    break;
                }

                var result = message.TryGetProperty("result", out var value) ? value : default;
                if (result.ValueKind == JsonValueKind.Object && result.TryGetProperty("events", out var replayed))
                {
                    foreach (var live in replayed.EnumerateArray()) _events.Writer.TryWrite(live.Deserialize<LiveReceived>(Json)!);
                }

                call.TrySetResult(result);
                break;
        }
    }
}

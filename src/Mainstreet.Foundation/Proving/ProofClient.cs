using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Foundation.Proving;

/// <summary>A request to make.</summary>
/// <param name="Name">What is asked; latencies are grouped by it.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">From the root, with query.</param>
public sealed record ProofCall(string Name, HttpMethod Method, string Path)
{
    /// <summary>Who asks; <c>null</c> asks without credentials.</summary>
    public SyntheticAccount? Account { get; init; }

    /// <summary>An access token to send instead of the account's own.</summary>
    public string? Bearer { get; init; }

    /// <summary>Sent as <c>User-Agent</c>: another client at the same address.</summary>
    public string? UserAgent { get; init; }

    /// <summary>Sent as JSON.</summary>
    public object? Body { get; init; }

    /// <summary>Sent as JSON byte for byte, in place of <see cref="Body"/>: what somebody signed.</summary>
    public string? SignedBody { get; init; }

    /// <summary>Sent as it stands, in place of <see cref="Body"/>: a file and its media type.</summary>
    public (byte[] Bytes, string MediaType)? File { get; init; }

    /// <summary>Read the answer's bytes too, whatever they are.</summary>
    public bool Download { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The subject for the record.</summary>
    public string? Key { get; init; }

    /// <summary>First target to ask, taken modulo the number of targets.</summary>
    public int Target { get; init; }

    /// <summary>Send one <c>Idempotency-Key</c> with every attempt, so that a retry cannot act twice.</summary>
    public bool Once { get; init; }

    /// <summary>The <c>Idempotency-Key</c> to send, when several calls are to share one; else <see cref="Once"/> draws one.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Ask once and take an unknown outcome for an answer.</summary>
    public bool SingleAttempt { get; init; }

    /// <summary>Facts of the request, for the record.</summary>
    public IReadOnlyDictionary<string, string>? Facts { get; init; }

    /// <summary>Members of the answer's JSON object that go on the record.</summary>
    public IReadOnlyList<string> Keep { get; init; } = [];
}

/// <summary>The last answer of a call.</summary>
/// <param name="Status">HTTP status; 0 when the outcome stayed unknown.</param>
/// <param name="Code">The problem's code.</param>
/// <param name="Body">The answer's JSON, when it was JSON.</param>
/// <param name="Last">The attempt that was answered.</param>
/// <param name="Began">When the first attempt began, microseconds since the run did.</param>
public sealed record ProofAnswer(int Status, string? Code, JsonElement? Body, Operation Last, long Began)
{
    public bool Ok => Status is >= 200 and < 300;

    /// <summary>The answer's bytes, where the call asked for them.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>The body's media type, where the call asked for its bytes.</summary>
    public string? MediaType { get; init; }

    /// <summary>The answer's headers, where the call asked for its bytes; several of a name are one, separated by commas.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>True when an attempt without a clear answer went before: a refusal may then refuse what was already done.</summary>
    public bool Retried => Last.Attempt > 1;

    /// <summary>The body of a call that had to succeed for the proof to go on.</summary>
    /// <exception cref="ProofException">It did not succeed.</exception>
    public JsonElement Require() => Ok && Body is { } body
        ? body
        : throw new ProofException($"{Last.Name} was answered {(Status == 0 ? "not at all" : Status)} {Code} (target {Last.Target})");
}

/// <summary>
/// A client for servers that fail: an attempt without a clear answer (connection lost, timeout, 5xx) is recorded as unknown
/// and made again, here or at another target, until the outcome is known or patience ends; 429 waits as told. Every
/// attempt goes on the record: nothing is hidden by a later success.
/// </summary>
public sealed class ProofClient : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);
    private readonly ProofRun _run;
    private readonly History _history;
    private readonly HttpClient _http;

    public ProofClient(ProofRun run, History history)
        : this(run, history, MakeHandler())
    {
    }

    internal ProofClient(ProofRun run, History history, HttpMessageHandler handler)
    {
        _run = run;
        _history = history;
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        Patience = TimeSpan.FromSeconds(run.Faults ? 90 : 15);
    }

    /// <summary>How long a call is tried before its outcome stays unknown. Default 15 s, 90 s with faults.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>How long a call that is held back by a limit is tried. Default as <see cref="Patience"/>.</summary>
    public TimeSpan? ThrottlePatience { get; init; }

    public void Dispose() => _http.Dispose();

    public async Task<ProofAnswer> SendAsync(ProofCall call, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(call);
        var id = _history.NextCall();
        var idempotencyKey = call.IdempotencyKey ?? (call.Once ? _run.Clock.NewId().ToString() : null);
        var started = _run.Clock.GetTimestamp();
        var began = _run.Now();
        for (var attempt = 1; ; attempt++)
        {
            var target = (int)((uint)(call.Target + attempt - 1) % (uint)_run.Targets.Count);
            if (call.Account is { } account) await account.KeepFreshAsync(this, _run.Clock, cancel);
            var (operation, body, seen) = await AttemptAsync(call, id, attempt, target, idempotencyKey, cancel);
            var again = operation.IsUnknown || operation.IsThrottled;
            if (!again || call.SingleAttempt || _run.Clock.GetElapsedTime(started) > (operation.IsThrottled ? ThrottlePatience ?? Patience : Patience))
            {
                return new ProofAnswer(operation.IsUnknown && operation.Status < 500 ? 0 : operation.Status, operation.Code, body, operation, began)
                {
                    Bytes = seen?.Bytes,
                    MediaType = seen?.MediaType,
                    Headers = seen?.Headers ?? new Dictionary<string, string>(),
                };
            }

            await Task.Delay(Pause(operation, attempt), _run.Clock, cancel);
        }
    }

    /// <summary>What the first target says that it runs; <c>null</c> when it does not say.</summary>
    /// <exception cref="ProofException">A target cannot be reached.</exception>
    public async Task<string?> ServerVersionAsync(CancellationToken cancel)
    {
        string? version = null;
        for (var target = 0; target < _run.Targets.Count; target++)
        {
            // With faults a replica may be away just now, and a module's proof begins all the same.
            var answer = await SendAsync(new ProofCall("health", HttpMethod.Get, "/health") { Target = target, SingleAttempt = !_run.Faults }, cancel);
            if (answer.Status == 0) throw new ProofException($"{_run.Targets[target]} cannot be reached: {answer.Code}.");
            version ??= Member(answer.Body, "version");
        }

        return version;
    }

    /// <summary>Opens a response for streaming; not recorded, not retried.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancel) =>
        await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);

    /// <summary>Opens an event stream and reads up to its first event, comments apart.</summary>
    /// <exception cref="ProofException">It did not open, or said nothing in time.</exception>
    internal async Task<string> FirstEventAsync(ProofCall call, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(RequestTimeout);
        using var request = new HttpRequestMessage(call.Method, new Uri(_run.Targets[call.Target % _run.Targets.Count], call.Path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (call.Account?.AccessToken is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await OpenAsync(request, limit.Token);
            if ((int)response.StatusCode != 200 || response.Content.Headers.ContentType?.MediaType != "text/event-stream")
                throw new ProofException($"{call.Method} {call.Path}: the answer is {(int)response.StatusCode} {response.Content.Headers.ContentType?.MediaType}, no event stream");
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token), Encoding.UTF8);
            var lines = new List<string>();
            while (await reader.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.Length == 0 && lines.Count > 0) return string.Join('\n', lines);
                if (line.Length > 0 && !line.StartsWith(':')) lines.Add(line);
            }

            throw new ProofException($"{call.Method} {call.Path}: the stream ended without an event");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            throw new ProofException($"{call.Method} {call.Path}: {NameOf(failure)}", failure);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ProofException($"{call.Method} {call.Path}: the stream said nothing within {RequestTimeout.TotalSeconds} s");
        }
    }

    private static TimeSpan Pause(Operation operation, int attempt)
    {
        if (operation.RetryAfter is { } seconds) return TimeSpan.FromSeconds(Math.Clamp(seconds, operation.IsThrottled ? 1 : 0, operation.IsThrottled ? 60 : 2));
        return TimeSpan.FromMilliseconds(Math.Min(1000, 25 << Math.Min(attempt - 1, 6)));
    }

    private async Task<(Operation Operation, JsonElement? Body, Seen? Seen)> AttemptAsync(
        ProofCall call, long id, int attempt, int target, string? idempotencyKey, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(call.Method, new Uri(_run.Targets[target], call.Path));
        if ((call.Bearer ?? call.Account?.AccessToken) is { } token) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (call.UserAgent is { } agent) request.Headers.UserAgent.ParseAdd(agent);
        if (idempotencyKey is not null) request.Headers.Add("Idempotency-Key", idempotencyKey);
        foreach (var (name, value) in call.Headers ?? new Dictionary<string, string>()) request.Headers.TryAddWithoutValidation(name, value);
        if (call.File is var (file, type)) request.Content = new ByteArrayContent(file) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        else if (call.SignedBody is { } signed) request.Content = new StringContent(signed, Encoding.UTF8, "application/json");
        else if (call.Body is not null) request.Content = JsonContent.Create(call.Body, options: Json.Wire);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(RequestTimeout);
        var facts = call.Facts is null ? new Dictionary<string, string>() : new Dictionary<string, string>(call.Facts);
        var status = 0;
        string? code;
        int? retryAfter = null;
        JsonElement? body = null;
        Seen? seen = null;
        var start = _run.Now();
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
            body = await ReadAsync(response, limit.Token);
            if (call.Download) seen = await SeeAsync(response, limit.Token);
            status = (int)response.StatusCode;
            code = response.IsSuccessStatusCode ? null : Member(body, "code");
            retryAfter = (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds;
            foreach (var name in call.Keep)
            {
                if (Member(body, name) is { } value) facts[name] = value;
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            code = NameOf(failure);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            code = "timeout";
        }

        var operation = _history.Add(new Operation(
            0, id, attempt, call.Account?.Name ?? "anonymous", target, call.Name, call.Key, start, _run.Now(), status, code, facts)
        {
            RetryAfter = retryAfter,
        });
        return (operation, body, seen);
    }

    private static async Task<Seen> SeeAsync(HttpResponseMessage response, CancellationToken cancel) => new(
        await response.Content.ReadAsByteArrayAsync(cancel),
        response.Content.Headers.ContentType?.MediaType,
        response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase));

    private static string NameOf(Exception failure) => failure switch
    {
        HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and var error } => $"connection: {error}",
        HttpRequestException { InnerException: SocketException socket } => $"connection: {socket.SocketErrorCode}",
        _ => $"connection: {failure.GetType().Name}",
    };

    private static async Task<JsonElement?> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.StatusCode == HttpStatusCode.NoContent) return null;
        if (response.Content.Headers.ContentType?.MediaType is not ("application/json" or "application/problem+json")) return null;
        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // A body cut short or broken is an answer without facts; the checker sees the status.
            return null;
        }
    }

    private static string? Member(JsonElement? body, string name)
    {
        if (body is not { ValueKind: JsonValueKind.Object } json || !json.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null or JsonValueKind.Undefined => null,
            _ => value.GetRawText(),
        };
    }

    internal static SocketsHttpHandler MakeHandler() => new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(3),
        MaxConnectionsPerServer = 1024,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
        UseCookies = false,
        AllowAutoRedirect = false,
    };

    private sealed record Seen(byte[] Bytes, string? MediaType, IReadOnlyDictionary<string, string> Headers);
}

using Mainstreet.Foundation.Faults;

using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Outbound;

/// <summary>What a call came to.</summary>
/// <param name="Outcome">As of the last attempt, except that an earlier unknown one stays: nobody can know whether it was done.</param>
/// <param name="StatusCode">HTTP status of the last attempt.</param>
/// <param name="Body">Its answer: empty when there was none, at most <see cref="OutboundOptions.MaxAnswerBytes"/>; whole when Accepted.</param>
/// <param name="Error">One sentence for operators; null when Accepted.</param>
/// <param name="NotBefore">When the service may be asked again, if known; clock as in <see cref="SendResult"/>.</param>
/// <param name="Attempts">Attempts made; 0 when the breaker was open.</param>
public sealed record OutboundAnswer(SendOutcome Outcome, int? StatusCode, ReadOnlyMemory<byte> Body, string? Error, DateTimeOffset? NotBefore, int Attempts)
{
    public bool Ok => Outcome == SendOutcome.Accepted;
}

/// <summary>
/// Calls of one partner's API whose answer somebody waits for (a payment, a deployment): time-out of each attempt, retry with back-off and
/// jitter or as <c>Retry-After</c> says, all within a deadline, behind one breaker. Outcomes are judged as for <see cref="IProvider"/>.
/// Make one with <see cref="ProviderServices.AddOutboundPipeline"/>. Safe for any number of callers.
/// </summary>
public sealed class OutboundPipeline : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Circuit _circuit;
    private readonly OutboundOptions _options;
    private readonly OutboundMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly Uri? _base;
    private readonly long[] _outcomes;
    private readonly KeyValuePair<string, object?> _tag;

    internal OutboundPipeline(string service, OutboundOptions options, OutboundMetrics metrics, TimeProvider clock, ILoggerFactory logs)
    {
        _options = options;
        _metrics = metrics;
        _clock = clock;
        _base = options.Url is null ? null : new Uri(options.Url);
        _http = HttpExchange.Client(options.Concurrency, TimeSpan.FromSeconds(options.TimeoutSeconds));
        _circuit = new Circuit(service, options.Breaker, clock, logs.CreateLogger<Circuit>());
        _outcomes = metrics.OutcomesOf(service);
        _tag = new("service", service);
        metrics.Add(_circuit);
    }

    /// <summary>Null when the service may be called now.</summary>
    public DateTimeOffset? ClosedUntil => _circuit.ClosedUntil;

    /// <summary>Calls the service.</summary>
    /// <param name="request">Makes the request anew for each attempt; it is disposed.</param>
    /// <param name="repeatable">
    /// True when a second arrival does no harm: it only reads, or carries an idempotency key. Else an attempt whose outcome is unknown is the last.
    /// </param>
    /// <param name="cancel">The caller's. Cancelled after the request began to leave, the outcome is Unknown.</param>
    /// <exception cref="OperationCanceledException">Cancelled before the request left, or while waiting for the next attempt when no earlier one is unknown.</exception>
    public async Task<OutboundAnswer> SendAsync(Func<HttpRequestMessage> request, bool repeatable, CancellationToken cancel)
    {
        var begun = _clock.GetTimestamp();
        var deadline = TimeSpan.FromSeconds(_options.DeadlineSeconds);
        var (last, unknown) = ((OutboundAnswer?)null, false);
        for (var number = 1; ; number++)
        {
            var left = deadline - _clock.GetElapsedTime(begun);
            if (last is not null && left <= TimeSpan.Zero) return last;
            var attempt = await AttemptAsync(request, left, cancel);
            var result = attempt.Result;
            if (result.Outcome == SendOutcome.NotTried)
            {
                // Closed: waiting is for those who have a table to wait in. A pause that is just about to end is waited for.
                if (last is null) return new OutboundAnswer(result.Outcome, null, default, result.Error, result.NotBefore, 0);
                if (_circuit.Position != CircuitPosition.Closed) return last;
                number--;
            }
            else
            {
                unknown |= result.Outcome == SendOutcome.Unknown;
                last = new OutboundAnswer(
                    unknown && result.Outcome is SendOutcome.Retry ? SendOutcome.Unknown : result.Outcome, result.StatusCode, attempt.Body ?? default, result.Error, result.NotBefore, number);
                var again = result.Outcome == SendOutcome.Retry || (result.Outcome == SendOutcome.Unknown && repeatable);
                if (!again || number >= _options.Attempts || cancel.IsCancellationRequested) return last;
            }

            // Timers know whole milliseconds only.
            var wait = result.NotBefore is { } until
                ? TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (until - _clock.GetUtcNow()).TotalMilliseconds)) + 1)
                : Backoff.After(number, TimeSpan.FromMilliseconds(_options.FirstRetryMilliseconds), TimeSpan.FromMilliseconds(_options.LongestRetryMilliseconds));
            if (wait >= deadline - _clock.GetElapsedTime(begun)) return last;
            try
            {
                await Task.Delay(wait, _clock, cancel);
            }
            catch (OperationCanceledException) when (unknown)
            {
                return last;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Attempt> AttemptAsync(Func<HttpRequestMessage> request, TimeSpan left, CancellationToken cancel)
    {
        var limit = TimeSpan.FromSeconds(_options.TimeoutSeconds);
        var started = _clock.GetTimestamp();
        var attempt = await _circuit.RunAsync(
            static (given, token) => HttpExchange.SendAsync(
                given.Pipeline._http, given.Pipeline.Prepare(given.Request()), given.Limit, given.Pipeline._options.MaxAnswerBytes, given.Pipeline._clock, token),
            (Pipeline: this, Request: request, Limit: left < limit ? left : limit), cancel);
        Interlocked.Increment(ref _outcomes[(int)attempt.Result.Outcome]);
        if (attempt.Result.Outcome != SendOutcome.NotTried) _metrics.Took(_clock.GetElapsedTime(started), _tag);
        return attempt;
    }

    private HttpRequestMessage Prepare(HttpRequestMessage request)
    {
        if (request.Content is { } content and not OutboundContent) request.Content = new OutboundContent.Watched(content);
        if (_base is not null && request.RequestUri is { IsAbsoluteUri: false } relative) request.RequestUri = new Uri(_base, relative);
        return request;
    }
}

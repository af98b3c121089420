using System.Buffers;
using System.Diagnostics;
using System.Threading.RateLimiting;

using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;

using Microsoft.AspNetCore.Http;

namespace Mainstreet.Foundation.Outbound;

/// <summary>What all kinds share: pause, breaker, rate limit, figures. A kind makes the attempt and says what it came to.</summary>
internal abstract class Provider : IProvider, IDisposable
{
    /// <summary>Visible ASCII: keys travel in headers.</summary>
    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private readonly Circuit _circuit;
    private readonly OutboundMetrics _metrics;
    private readonly TokenBucketRateLimiter? _rate;
    private readonly KeyValuePair<string, object?> _tag;
    private readonly long[] _outcomes;

    protected Provider(string name, string channel, ProviderOptions options, bool honoursKeys, Circuit circuit, OutboundMetrics metrics, TimeProvider clock)
    {
        Name = name;
        Channel = channel;
        HonoursKeys = options.HonoursKeys ?? honoursKeys;
        Concurrency = options.Concurrency;
        Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds);
        Clock = clock;
        _circuit = circuit;
        _metrics = metrics;
        _outcomes = metrics.OutcomesOf(circuit.Service);
        _tag = new("service", circuit.Service);
        if (options.RatePerSecond > 0) _rate = Limiter(options.RatePerSecond);
    }

    public string Name { get; }

    public string Channel { get; }

    public bool HonoursKeys { get; }

    public int Concurrency { get; }

    public DateTimeOffset? ClosedUntil => _circuit.ClosedUntil;

    protected TimeSpan Timeout { get; }

    protected TimeProvider Clock { get; }

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        if (message.IdempotencyKey.Length is 0 or > 200 || message.IdempotencyKey.AsSpan().ContainsAnyExcept(KeyCharacters))
            throw new ArgumentException("An idempotency key is 1 to 200 characters of visible ASCII.", nameof(message));
        cancel.ThrowIfCancellationRequested();
        if (Refuse(message) is { } reason) return Count(new SendResult(SendOutcome.Rejected, Error: reason));
        if (_circuit.ClosedUntil is { } until) return Count(new SendResult(SendOutcome.NotTried, Error: _circuit.ClosedBecause, NotBefore: until));
        if (_rate is not null)
        {
            using var lease = _rate.AttemptAcquire();
            if (!lease.IsAcquired)
            {
                var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMilliseconds(100);
                return Count(new SendResult(SendOutcome.NotTried, Error: "the rate limit is used up", NotBefore: (Clock.GetUtcNow() + wait).Cut()));
            }
        }

        using var span = EventMetrics.Source.StartActivity("outbound send", ActivityKind.Client);
        span?.SetTag("mainstreet.outbound.service", _circuit.Service);
        var started = Clock.GetTimestamp();
        var attempt = await _circuit.RunAsync(
            static (given, token) => given.Provider.AttemptAsync(given.Message, token), (Provider: this, Message: message), cancel);
        if (attempt.Result.Outcome != SendOutcome.NotTried)
        {
            _metrics.Took(Clock.GetElapsedTime(started), _tag);
            if (attempt.Failed) span?.SetStatus(ActivityStatusCode.Error, attempt.Result.Error);
        }

        return Count(attempt.Result);
    }

    public virtual ReceiptCheck CheckReceipt(IHeaderDictionary headers, ReadOnlyMemory<byte> body) => ReceiptCheck.NotConfigured;

    public virtual void Dispose()
    {
        _rate?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Why the message can never be sent by this provider, before anybody is asked; null when it can.</summary>
    protected abstract string? Refuse(OutboundMessage message);

    /// <summary>One attempt within <see cref="Timeout"/>.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up before the message left.</exception>
    protected abstract ValueTask<Attempt> AttemptAsync(OutboundMessage message, CancellationToken cancel);

    private SendResult Count(SendResult result)
    {
        Interlocked.Increment(ref _outcomes[(int)result.Outcome]);
        return result;
    }

    // Small sips: a bucket of a second's worth would let twice the rate through in the first second.
    private static TokenBucketRateLimiter Limiter(double perSecond)
    {
        var tokens = Math.Max(1, (int)Math.Round(perSecond / 10));
        return new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = tokens,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = TimeSpan.FromSeconds(tokens / perSecond),
            QueueLimit = 0,
            AutoReplenishment = true,
        });
    }
}

using Mainstreet.Foundation.Time;

using Microsoft.Extensions.Logging;

using Polly;
using Polly.CircuitBreaker;

namespace Mainstreet.Foundation.Outbound;

/// <summary>As <c>circuit_breaker_state</c> shows it.</summary>
internal enum CircuitPosition
{
    Closed = 0,
    Open = 1,
    HalfOpen = 2,
}

/// <summary>
/// The breaker of one service (docs/decisions/0014) and its requests to be left alone. State of this process only: every replica
/// finds out for itself. Public instants are the wall clock's; inside runs a <see cref="SteadyClock"/>.
/// </summary>
internal sealed partial class Circuit
{
    /// <summary>How soon to look again while a probe is under way.</summary>
    private static readonly TimeSpan ProbeWait = TimeSpan.FromMilliseconds(200);

    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline<Attempt> _pipeline;
    private readonly TimeProvider _clock;
    private readonly SteadyClock _steady;
    private readonly ILogger _log;
    private long _openUntil;
    private long _pausedUntil;
    private string? _lastError;
    private long _failures;
    private long _successes;
    private int _inFlight;

    internal Circuit(string service, BreakerOptions options, TimeProvider clock, ILogger log)
    {
        Service = service;
        _clock = clock;
        _steady = new SteadyClock(clock);
        _log = log;
        var longest = TimeSpan.FromSeconds(Math.Max(options.BreakSeconds, options.LongestBreakSeconds));
        _pipeline = new ResiliencePipelineBuilder<Attempt> { TimeProvider = _steady }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Attempt>
            {
                SamplingDuration = TimeSpan.FromSeconds(options.WindowSeconds),
                MinimumThroughput = options.MinimumCalls,
                FailureRatio = options.FailureRatio,
                BreakDurationGenerator = args =>
                {
                    var doubled = TimeSpan.FromSeconds(options.BreakSeconds) * Math.Pow(2, Math.Min(args.HalfOpenAttempts, 20));
                    return new(doubled < longest ? doubled : longest);
                },
                // A probe that the caller gave up proves nothing, so it must not close the breaker.
                ShouldHandle = args => new(args.Outcome.Exception is null ? args.Outcome.Result!.Failed : _state.CircuitState == CircuitState.HalfOpen),
                StateProvider = _state,
                OnOpened = args =>
                {
                    Volatile.Write(ref _openUntil, (_steady.GetUtcNow() + args.BreakDuration).UtcTicks);
                    Log.Opened(_log, Service, args.BreakDuration.TotalSeconds, _lastError ?? "unknown");
                    return default;
                },
                OnClosed = _ =>
                {
                    Volatile.Write(ref _openUntil, 0);
                    Log.Closed(_log, Service);
                    return default;
                },
            })
            .Build();
    }

    internal string Service { get; }

    internal CircuitPosition Position => _state.CircuitState switch
    {
        CircuitState.Open or CircuitState.Isolated => CircuitPosition.Open,
        CircuitState.HalfOpen => CircuitPosition.HalfOpen,
        _ => CircuitPosition.Closed,
    };

    internal int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Calls that counted against the service, and the others.</summary>
    internal (long Failures, long Successes) Calls => (Interlocked.Read(ref _failures), Interlocked.Read(ref _successes));

    internal string? LastError => Volatile.Read(ref _lastError);

    /// <summary>Null when a call may be made now.</summary>
    internal DateTimeOffset? ClosedUntil
    {
        get
        {
            var now = _steady.GetUtcNow().UtcTicks;
            var until = Math.Max(Volatile.Read(ref _openUntil), Volatile.Read(ref _pausedUntil));
            if (until <= now && _state.CircuitState == CircuitState.HalfOpen) until = now + ProbeWait.Ticks;
            return until > now ? (_clock.GetUtcNow() + TimeSpan.FromTicks(until - now)).Cut() : null;
        }
    }

    /// <summary>Why <see cref="ClosedUntil"/> is set, in words for operators.</summary>
    internal string ClosedBecause => Position == CircuitPosition.Closed ? "the provider asked for a pause" : "the breaker is open";

    /// <summary>Makes the call unless the service is closed.</summary>
    /// <exception cref="OperationCanceledException">The call threw it.</exception>
    internal async ValueTask<Attempt> RunAsync<TState>(
        Func<TState, CancellationToken, ValueTask<Attempt>> call, TState state, CancellationToken cancel)
    {
        if (ClosedUntil is { } until) return NotTried(until);
        var context = ResilienceContextPool.Shared.Get(false, cancel);
        try
        {
            var outcome = await _pipeline.ExecuteOutcomeAsync(CallAsync, context, (Circuit: this, Call: call, State: state));
            // Open, or a probe of somebody else's is under way.
            if (outcome.Exception is BrokenCircuitException) return NotTried(ClosedUntil ?? (_clock.GetUtcNow() + ProbeWait).Cut());
            outcome.ThrowIfException();
            return outcome.Result!;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static async ValueTask<Outcome<Attempt>> CallAsync<TState>(
        ResilienceContext context, (Circuit Circuit, Func<TState, CancellationToken, ValueTask<Attempt>> Call, TState State) given)
    {
        var circuit = given.Circuit;
        Interlocked.Increment(ref circuit._inFlight);
        try
        {
            var attempt = await given.Call(given.State, context.CancellationToken);
            circuit.Note(attempt);
            return Outcome.FromResult(attempt);
        }
        catch (OperationCanceledException exception)
        {
            return Outcome.FromException<Attempt>(exception);
        }
        finally
        {
            Interlocked.Decrement(ref circuit._inFlight);
        }
    }

    private void Note(Attempt attempt)
    {
        if (attempt.Failed)
        {
            Interlocked.Increment(ref _failures);
            Volatile.Write(ref _lastError, attempt.Result.Error);
        }
        else
        {
            Interlocked.Increment(ref _successes);
        }

        if (!attempt.Pauses || attempt.Result.NotBefore is not { } until) return;
        var wait = until - _clock.GetUtcNow();
        if (wait <= TimeSpan.Zero) return;
        var ticks = (_steady.GetUtcNow() + wait).UtcTicks;
        var before = Volatile.Read(ref _pausedUntil);
        while (before < ticks)
        {
            var seen = Interlocked.CompareExchange(ref _pausedUntil, ticks, before);
            if (seen == before) break;
            before = seen;
        }

        // Many answers in flight bring the same request: said once.
        if (before <= _steady.GetUtcNow().UtcTicks) Log.Paused(_log, Service, wait.TotalSeconds, attempt.Result.StatusCode ?? 0);
    }

    private Attempt NotTried(DateTimeOffset until) =>
        new(new SendResult(SendOutcome.NotTried, Error: ClosedBecause, NotBefore: until));

    private static partial class Log
    {
        [LoggerMessage(1400, LogLevel.Warning, "Breaker of {Service} is open for {Seconds} s; last failure: {Error}")]
        internal static partial void Opened(ILogger log, string service, double seconds, string error);

        [LoggerMessage(1401, LogLevel.Information, "Breaker of {Service} is closed again")]
        internal static partial void Closed(ILogger log, string service);

        [LoggerMessage(1402, LogLevel.Warning, "{Service} asked to be left alone for {Seconds} s (status {Status})")]
        internal static partial void Paused(ILogger log, string service, double seconds, int status);
    }
}

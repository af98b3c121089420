using System.Collections.Concurrent;

namespace Mainstreet.Foundation.Load;

/// <summary>What became of the requests of one phase, or of one kind in it. Safe for many writers.</summary>
internal sealed class LoadTally
{
    private readonly ConcurrentDictionary<string, int> _byOutcome = new(StringComparer.Ordinal);
    private int _sent;
    private int _ok;
    private int _turnedAway;

    /// <summary>Requests whose intended start lies in the phase.</summary>
    internal int Sent => _sent;

    /// <summary>Answered 2xx.</summary>
    internal int Ok => _ok;

    /// <summary>Answered 429 or 503.</summary>
    internal int TurnedAway => _turnedAway;

    /// <summary>Everything that is not a 2xx.</summary>
    internal int Failed => _sent - _ok;

    /// <summary>Microseconds from the intended start to the end of a 2xx.</summary>
    internal LatencyRecorder Latency { get; } = new();

    /// <summary>The same of 429 and 503.</summary>
    internal LatencyRecorder Refusal { get; } = new();

    /// <summary>Counts by status, or by what broke the connection.</summary>
    internal IReadOnlyDictionary<string, int> ByOutcome => _byOutcome;

    /// <param name="status">HTTP status; 0 when no answer came.</param>
    /// <param name="outcome">The status as text, or why there is none.</param>
    /// <param name="microseconds">Since the intended start.</param>
    internal void Count(int status, string outcome, long microseconds)
    {
        Interlocked.Increment(ref _sent);
        _byOutcome.AddOrUpdate(outcome, 1, static (_, n) => n + 1);
        if (status is >= 200 and < 300)
        {
            Interlocked.Increment(ref _ok);
            Latency.Record(microseconds);
        }
        else if (status is 429 or 503)
        {
            Interlocked.Increment(ref _turnedAway);
            Refusal.Record(microseconds);
        }
    }
}

/// <summary>A phase while it runs.</summary>
internal sealed class PhaseTally(LoadPhase phase)
{
    private const int Slices = 60;
    private readonly ConcurrentDictionary<string, LoadTally> _acts = new(StringComparer.Ordinal);
    private int _done;

    internal LoadPhase Phase { get; } = phase;

    internal LoadTally All { get; } = new();

    /// <summary>By time within the phase, for charts.</summary>
    internal IReadOnlyList<LoadTally> OverTime { get; } = [.. Enumerable.Range(0, (int)Math.Clamp(phase.Length.TotalSeconds, 1, Slices)).Select(_ => new LoadTally())];

    internal IReadOnlyDictionary<string, LoadTally> Acts => _acts;

    /// <summary>How late requests were begun, in microseconds: what the generator itself adds.</summary>
    internal LatencyRecorder Lag { get; } = new();

    /// <summary>2xx whose last byte came while the phase ran, whenever they began.</summary>
    internal int DoneWithin => _done;

    internal double Goodput => DoneWithin / Phase.Length.TotalSeconds;

    internal void Count(LoadAct act, long intended, int status, string outcome, long microseconds)
    {
        All.Count(status, outcome, microseconds);
        _acts.GetOrAdd(act.Name, static _ => new LoadTally()).Count(status, outcome, microseconds);
        var slice = (int)(intended * OverTime.Count / Math.Max(1, (long)Phase.Length.TotalMicroseconds));
        OverTime[Math.Clamp(slice, 0, OverTime.Count - 1)].Count(status, outcome, microseconds);
    }

    internal void CountDone() => Interlocked.Increment(ref _done);
}

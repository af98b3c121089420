using System.Collections.Concurrent;

using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.RateLimits;

/// <summary>
/// Counts the other requests of each address and account in fixed windows, in this process's memory: a bound against runaway clients, approximate at the
/// border of two windows and over replicas.
/// </summary>
internal sealed class RequestWindows(IOptionsMonitor<LimitOptions> options, TimeProvider clock)
{
    /// <summary>From how many counters on the old ones are thrown away.</summary>
    private const int ManyCounters = 20_000;

    private readonly ConcurrentDictionary<string, Counter> _counters = new(StringComparer.Ordinal);

    /// <summary>Counts a request.</summary>
    /// <param name="key">An address or an account.</param>
    /// <param name="known">Whether it is an account.</param>
    internal LimitState Count(string key, bool known)
    {
        var settings = options.CurrentValue;
        var most = known ? settings.AccountRequests : settings.AnonymousRequests;
        var now = clock.GetTimestamp();
        if (_counters.Count > ManyCounters) Forget(now);
        var counter = _counters.GetOrAdd(key, _ => new Counter { Began = now });
        lock (counter)
        {
            if (clock.GetElapsedTime(counter.Began, now) >= settings.RequestWindow) (counter.Began, counter.Requests) = (now, 0);
            var allowed = counter.Requests < most;
            if (allowed) counter.Requests++;
            var left = settings.RequestWindow - clock.GetElapsedTime(counter.Began, now);
            return new LimitState(allowed, most, settings.RequestWindow, most - counter.Requests, left < settings.RequestWindow ? left : settings.RequestWindow);
        }
    }

    private void Forget(long now)
    {
        foreach (var (key, counter) in _counters)
        {
            lock (counter)
            {
                if (clock.GetElapsedTime(counter.Began, now) >= options.CurrentValue.RequestWindow) _counters.TryRemove(key, out _);
            }
        }
    }

    private sealed class Counter
    {
        internal long Began { get; set; }

        internal int Requests { get; set; }
    }
}

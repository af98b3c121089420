namespace Mainstreet.Trades.Classification;

/// <summary>
/// Leaves a failing partner alone: after a number of failures in a row nobody calls for a while, then one caller tries; its success
/// lets everybody call again, its failure starts the next pause. Thread-safe.
/// </summary>
internal sealed class CircuitBreaker(int failuresBeforeBreak, TimeSpan pause, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private int _failures;
    private long _openedAt;
    private bool _open;
    private bool _trying;

    internal bool IsOpen
    {
        get
        {
            lock (_gate) return _open;
        }
    }

    /// <summary>Whether the caller may call. Who may must report with one of the three methods below.</summary>
    internal bool TryEnter()
    {
        lock (_gate)
        {
            if (!_open) return true;
            if (_trying || clock.GetElapsedTime(_openedAt) < pause) return false;
            return _trying = true;
        }
    }

    internal void Succeeded()
    {
        lock (_gate)
        {
            _failures = 0;
            _open = _trying = false;
        }
    }

    /// <returns>True when this failure opened the breaker.</returns>
    internal bool Failed()
    {
        lock (_gate)
        {
            // A straggler that entered before the break says nothing new.
            if (_open && !_trying) return false;
            if (!_open && ++_failures < failuresBeforeBreak) return false;
            _open = true;
            _trying = false;
            _openedAt = clock.GetTimestamp();
            return true;
        }
    }

    /// <summary>The call was given up for a reason that says nothing about the partner.</summary>
    internal void GaveUp()
    {
        lock (_gate) _trying = false;
    }
}

namespace Mainstreet.Foundation.Models;

/// <summary>
/// Leaves a failing partner alone: after a number of failures in a row nobody calls for a while, then one caller tries; its success
/// lets everybody call again, its failure starts the next pause. Thread-safe; state of this process only.
/// </summary>
public sealed class CircuitBreaker(int failuresBeforeBreak, TimeSpan pause, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private int _failures;
    private long _openedAt;
    private bool _open;
    private bool _trying;

    /// <summary>Whether callers are turned away, but for the one that tries after the pause.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate) return _open;
        }
    }

    /// <summary>Whether the caller may call. Who may must report with one of the three methods below.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            if (!_open) return true;
            if (_trying || clock.GetElapsedTime(_openedAt) < pause) return false;
            return _trying = true;
        }
    }

    /// <summary>The partner answered.</summary>
    public void Succeeded()
    {
        lock (_gate)
        {
            _failures = 0;
            _open = _trying = false;
        }
    }

    /// <summary>The partner did not answer, or uselessly.</summary>
    /// <returns>True when this failure opened the breaker.</returns>
    public bool Failed()
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
    public void GaveUp()
    {
        lock (_gate) _trying = false;
    }
}

namespace Mainstreet.Foundation.Overload;

/// <summary>What a request is for. Under overload each kind is sure of a share of the limit, so that none starves.</summary>
internal enum Urgency
{
    /// <summary>Changes something: has a larger share than writes have of ordinary requests, for what people have begun is finished first.</summary>
    Write,

    /// <summary>Reads from the API.</summary>
    Read,

    /// <summary>Pages and files: comes last.</summary>
    Page,
}

/// <summary>
/// How many requests are worked on at once: a limit that falls by a tenth or more while the process is overloaded and otherwise rises by a twenty-fourth a
/// window. Overloaded means that the pieces of work of a window waited too long for a thread, in the middle
/// (a standing queue), or that most requests took too long. There is no queue: who does not fit is refused at once. Thread-safe.
/// </summary>
internal sealed class Admission
{
    private const int Kinds = 3;

    /// <summary>Windows for which the share of a kind that was refused is kept free of the others.</summary>
    private const int Remembered = 10;

    /// <summary>Bad windows in a row before the first cut: one may be a pause for garbage collection.</summary>
    private const int Patience = 2;

    /// <summary>The limit grows by this part of itself in a good window.</summary>
    private const int Rise = 24;

    private static readonly double[] Shares = [0.3, 0.6, 0.1];
    private readonly Lock _gate = new();
    private readonly int _least;
    private readonly int _most;
    private readonly TimeSpan _runDelay;
    private readonly TimeSpan _slow;
    private readonly int[] _inFlight = new int[Kinds];
    private readonly int[] _refusedIn = [-Remembered, -Remembered, -Remembered];
    private int _limit;
    private int _all;
    private int _peak;
    private int _window;
    private int _bad;
    private int _finished;
    private int _late;

    internal Admission(OverloadOptions options)
    {
        _least = options.LeastInFlight;
        _most = Math.Max(_least, options.MostInFlight);
        _runDelay = TimeSpan.FromMilliseconds(options.RunDelayMilliseconds);
        _slow = TimeSpan.FromMilliseconds(options.SlowMilliseconds);
        _limit = _most;
    }

    internal int Limit
    {
        get
        {
            lock (_gate) return _limit;
        }
    }

    internal int InFlight
    {
        get
        {
            lock (_gate) return _all;
        }
    }

    /// <summary>Asks to be let in. Each yes must be followed by one <see cref="Leave"/>.</summary>
    internal bool TryEnter(Urgency urgency)
    {
        var kind = (int)urgency;
        lock (_gate)
        {
            if (_all >= _limit || (_inFlight[kind] >= Shares[kind] * _limit && _all + Kept(kind) >= _limit))
            {
                _refusedIn[kind] = _window;
                return false;
            }

            _inFlight[kind]++;
            _peak = Math.Max(_peak, ++_all);
            return true;
        }
    }

    /// <param name="urgency">As it entered.</param>
    /// <param name="took">How long it was inside; null for one that says nothing about load, such as a stream.</param>
    internal void Leave(Urgency urgency, TimeSpan? took)
    {
        lock (_gate)
        {
            _inFlight[(int)urgency]--;
            _all--;
            if (took is not { } time) return;
            _finished++;
            if (time > _slow) _late++;
        }
    }

    /// <summary>Ends a window and adjusts the limit.</summary>
    /// <param name="runDelay">How long work waited for a thread within the window, in the middle.</param>
    internal void EndWindow(TimeSpan runDelay)
    {
        lock (_gate)
        {
            var overloaded = runDelay > _runDelay || _late * 2 > _finished;
            _bad = overloaded ? _bad + 1 : 0;
            // From what was in use, not from a limit that nobody came near; and when few are inside, letting in fewer helps nobody.
            if (_bad >= Patience && _peak > _least) _limit = Math.Max(_least, (int)(Math.Min(_limit, _peak) * (runDelay > 3 * _runDelay ? 0.7 : 0.9)));
            else if (_bad == 0) _limit = Math.Min(_most, _limit + Math.Max(1, _limit / Rise));
            (_peak, _finished, _late) = (_all, 0, 0);
            _window++;
        }
    }

    /// <summary>Places that are kept for the other kinds: those of their shares that they do not use, if they were refused lately.</summary>
    private double Kept(int kind)
    {
        var kept = 0.0;
        for (var other = 0; other < Kinds; other++)
        {
            if (other != kind && _window - _refusedIn[other] < Remembered) kept += Math.Max(0, (Shares[other] * _limit) - _inFlight[other]);
        }

        return kept;
    }
}

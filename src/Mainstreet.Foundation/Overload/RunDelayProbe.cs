using Microsoft.Extensions.Hosting;

namespace Mainstreet.Foundation.Overload;

/// <summary>
/// Measures how long work waits for a thread of the pool, as each step of each request does, by queueing a piece that does nothing; tells <see cref="Admission"/>
/// the median of each window.
/// </summary>
internal sealed class RunDelayProbe(Admission admission, OverloadMetrics metrics, TimeProvider clock) : IHostedService, IThreadPoolWorkItem, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private bool _underWay;
    private long _queuedAt;
    private long _windowBegan;
    private readonly List<TimeSpan> _waits = new(16);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _windowBegan = clock.GetTimestamp();
        _timer = clock.CreateTimer(static probe => ((RunDelayProbe)probe!).Tick(), this, Every, Every);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    /// <summary>Runs when a thread has come to it.</summary>
    public void Execute()
    {
        lock (_gate)
        {
            _waits.Add(clock.GetElapsedTime(_queuedAt));
            _underWay = false;
        }
    }

    private void Tick()
    {
        var queue = false;
        lock (_gate)
        {
            if (clock.GetElapsedTime(_windowBegan) >= Window)
            {
                // Still waiting since before the window: at least that long.
                if (_underWay) _waits.Add(clock.GetElapsedTime(_queuedAt));
                if (_waits.Count > 0)
                {
                    _waits.Sort();
                    var median = _waits[_waits.Count / 2];
                    admission.EndWindow(median);
                    metrics.Watch(median);
                }

                _waits.Clear();
                _windowBegan = clock.GetTimestamp();
            }

            if (!_underWay) (_underWay, _queuedAt, queue) = (true, clock.GetTimestamp(), true);
        }

        // Timers' own work goes before the rest of the queue; this goes to its end, like everybody's.
        if (queue) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}

namespace Mainstreet.Store.Payments;

/// <summary>A bell: rings are not counted, and one that nobody heard is heard by whoever listens next.</summary>
internal abstract class Wake : IDisposable
{
    private readonly SemaphoreSlim _signal = new(0, 1);

    internal void Raise()
    {
        if (_signal.CurrentCount > 0) return;
        try
        {
            _signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Raised by somebody else at this moment.
        }
    }

    /// <summary>Returns when raised, after the time at the latest.</summary>
    internal async Task WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancel)
    {
        using var time = new CancellationTokenSource(longest, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, time.Token);
        try
        {
            await _signal.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            // Time for a look, or for the end.
        }
    }

    public void Dispose()
    {
        _signal.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Wakes the worker of this process when something became due; other processes find it by looking.</summary>
internal sealed class PaymentWake : Wake;

/// <summary>Wakes the sender of the simulated provider's webhooks.</summary>
internal sealed class SimulatorWake : Wake;

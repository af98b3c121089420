using System.Collections.Concurrent;

using Mainstreet.Foundation.Events;

namespace Mainstreet.Foundation.Tests.Live;

/// <summary>Wakes within one process only: what another replica appends is found by polling.</summary>
internal sealed class TestWakeUps : IWakeUps
{
    private readonly ConcurrentDictionary<Ear, Wakes> _ears = new();

    public void Raise(Wakes wakes)
    {
        foreach (var (ear, wanted) in _ears)
        {
            if ((wanted & wakes) != Wakes.None) ear.Wake();
        }
    }

    public IWaiter Listen(Wakes wakes)
    {
        var ear = new Ear(this);
        _ears[ear] = wakes;
        return ear;
    }

    private sealed class Ear(TestWakeUps owner) : IWaiter
    {
        private readonly SemaphoreSlim _raised = new(0);

        public void Wake() => _raised.Release();

        public async Task WaitAsync(TimeSpan timeout, CancellationToken cancel)
        {
            if (!await _raised.WaitAsync(timeout, cancel)) return;
            while (await _raised.WaitAsync(TimeSpan.Zero, cancel))
            {
            }
        }

        public void Dispose() => owner._ears.TryRemove(this, out _);
    }
}

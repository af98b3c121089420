using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>Looks at a business's messages all the time, at every replica in turn, and notes each status that went backwards.</summary>
internal sealed class StatusWatch : IAsyncDisposable
{
    private static readonly string[] Order = ["scheduled", "queued", "sending", "sent", "skipped", "cancelled", "dead"];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly CancellationTokenSource _stop = new();
    private readonly ProofRun _run;
    private readonly ProofShop _shop;
    private readonly Task _watching;
    private readonly Dictionary<(Guid Message, int Target), string> _seen = [];
    private readonly List<string> _backwards = [];
    private int _looks;

    internal StatusWatch(ProofRun run, ProofShop shop)
    {
        (_run, _shop) = (run, shop);
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Ends the watch and holds what it saw against the invariant.</summary>
    internal async Task JudgeAsync(Verdicts verdicts)
    {
        await _stop.CancelAsync();
        await _watching;
        for (var i = 0; i < _looks; i++) verdicts.Hold(OccasionsInvariants.Forward);
        foreach (var backwards in _backwards) verdicts.Break(OccasionsInvariants.Forward, backwards);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            for (var target = 0; !_stop.IsCancellationRequested; target = (target + 1) % _run.Targets.Count)
            {
                foreach (var message in await _shop.MessagesAsync(_stop.Token, target: target)) Compare(message, target);
                _looks++;
                await Task.Delay(Pause, _run.Clock, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The watch is over.
        }
        catch (ProofException unanswered)
        {
            _backwards.Add($"the watch could not go on: {unanswered.Message}");
        }
    }

    private void Compare(ToldMessage message, int target)
    {
        if (_seen.TryGetValue((message.Id, target), out var before) && Array.IndexOf(Order, message.Status) < Array.IndexOf(Order, before)
            && (before, message.Status) is not ("dead", "queued" or "sending" or "sent"))
            _backwards.Add($"message {message.Id} was {before} and then {message.Status}");
        _seen[(message.Id, target)] = message.Status;
    }
}

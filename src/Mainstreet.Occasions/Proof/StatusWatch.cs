using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>Looks at every message of the run again and again: whatever it saw of one, it may only see the same or more later.</summary>
internal sealed class StatusWatch(OccasionsStage stage) : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<Guid, SeenMessage> _last = [];
    private readonly HashSet<Guid> _replayed = [];
    private readonly List<string> _backwards = [];
    private readonly Lock _gate = new();
    private Task _watching = Task.CompletedTask;
    private long _looks;

    internal void Start() => _watching = Task.Run(WatchAsync);

    /// <summary>From now on the message may come back from the dead.</summary>
    internal void Replays(Guid message)
    {
        lock (_gate) _replayed.Add(message);
    }

    /// <summary>Compares with what was seen before. Calls do not overlap, so that "before" means before.</summary>
    internal void See(SeenMessage now)
    {
        lock (_gate)
        {
            _looks++;
            if (_last.TryGetValue(now.Id, out var before))
            {
                var wrong = now.Rank < before.Rank || (before.Rank == 3 && now.Status != before.Status);
                var excused = before.Status == "dead" && _replayed.Contains(now.Id);
                if (wrong && !excused) _backwards.Add($"{before}\n  then {now}");
            }

            _last[now.Id] = now;
        }
    }

    internal void Judge(Verdicts verdicts)
    {
        foreach (var slip in _backwards) verdicts.Break(OccasionsInvariants.Forward, slip);
        for (var look = _backwards.Count; look < _looks; look++) verdicts.Hold(OccasionsInvariants.Forward);
    }

    internal async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _watching;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        try
        {
            while (true)
            {
                foreach (var business in stage.Businesses)
                {
                    foreach (var message in await stage.MessagesAsync($"businessId={business}", "watch", _stop.Token)) See(message);
                }

                await Task.Delay(Every, stage.Run.Clock, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (ProofException lost)
        {
            // The poll was refused; the requests of the run itself say so too.
            stage.Run.Progress($"the watch on statuses ended: {lost.Message}");
        }
    }
}

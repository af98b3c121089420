using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Leases;

/// <summary>A lease that is renewed until it is disposed, which releases it.</summary>
public sealed partial class HeldLease : IAsyncDisposable
{
    private static readonly TimeSpan LongestRelease = TimeSpan.FromSeconds(2);

    private readonly LeaseHolder _holder;
    private readonly TimeSpan _time;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewing;
    private long _renewedAt;

    internal HeldLease(LeaseHolder holder, Lease lease, TimeSpan time, long asked, TimeProvider clock, ILogger log)
    {
        (_holder, _time, _clock, _log, _renewedAt, Lease) = (holder, time, clock, log, asked, lease);
        _renewing = RenewAsync();
    }

    public Lease Lease { get; }

    /// <summary>Cancelled when the lease went to another or could not be renewed before its end.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing;
        try
        {
            using var limit = new CancellationTokenSource(LongestRelease, _clock);
            await _holder.ReleaseAsync(Lease, limit.Token);
        }
        catch (Exception exception)
        {
            // It ends by itself; a holder that goes away must not fail for it.
            Log.NotReleased(_log, Lease.Name, exception);
        }

        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        await Task.Yield();
        while (!_ended.IsCancellationRequested)
        {
            var left = _time - _clock.GetElapsedTime(_renewedAt);
            try
            {
                await Task.Delay(left < _time / 3 ? _time / 20 : _time / 3, _clock, _ended.Token);
                left = _time - _clock.GetElapsedTime(_renewedAt);
                if (left <= TimeSpan.Zero) break;
                var asked = _clock.GetTimestamp();
                using var limit = new CancellationTokenSource(left, _clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _ended.Token);
                if (!await _holder.RenewAsync(Lease, _time, either.Token)) break;
                _renewedAt = asked;
            }
            catch (Exception) when (_ended.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                Log.NotRenewed(_log, Lease.Name, exception);
            }
        }

        if (_ended.IsCancellationRequested) return;
        Log.Lost(_log, Lease.Name);
        await _lost.CancelAsync();
    }

    private static partial class Log
    {
        [LoggerMessage(1371, LogLevel.Warning, "Lease {Name} was lost")]
        internal static partial void Lost(ILogger log, string name);

        [LoggerMessage(1372, LogLevel.Warning, "Lease {Name} could not be renewed; trying on until it ends")]
        internal static partial void NotRenewed(ILogger log, string name, Exception exception);

        [LoggerMessage(1373, LogLevel.Warning, "Lease {Name} could not be released; it ends by itself")]
        internal static partial void NotReleased(ILogger log, string name, Exception exception);
    }
}

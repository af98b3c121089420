using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Payments;

/// <summary>
/// Runs errands that are due, in processes of role <c>worker</c>: starts that a crash left over, captures, refunds, and the reconciliation of payments
/// that have been without news. Any number of replicas share them by guarded updates; what a dead one had claimed comes back when its lease ends.
/// </summary>
internal sealed partial class PaymentWorker(
    IServiceScopeFactory scopes, IDbContextFactory<StoreDb> contexts, PaymentProviders providers, PaymentWake wake, IOptions<PaymentsOptions> options, PaymentMetrics metrics,
    TimeProvider clock, ILogger<PaymentWorker> log) : BackgroundService
{
    private const int Batch = 50;

    /// <summary>How often money that is stuck is counted.</summary>
    private static readonly TimeSpan Counting = TimeSpan.FromMinutes(5);

    private readonly PaymentsOptions _options = options.Value;

    private DateTimeOffset _countAt;

    private enum Errand
    {
        Payment,
        Refund,
        Method,
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (providers.Current is not { } provider) return;
        if (!providers.Simulated && provider.KeyId.StartsWith("rzp_test_", StringComparison.Ordinal)) Log.TestKey(log);
        var poll = TimeSpan.FromMilliseconds(_options.PollMilliseconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            var full = false;
            try
            {
                full = await RoundAsync(stoppingToken);
                if (clock.Now() >= _countAt) await CountStuckAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                Log.RoundFailed(log, exception);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (!full) await wake.WaitAsync(poll, clock, stoppingToken);
        }
    }

    /// <summary>Everything that is due now, up to a batch of each kind.</summary>
    /// <returns>True when there may be more.</returns>
    private async Task<bool> RoundAsync(CancellationToken stop)
    {
        var due = await DueAsync(stop);
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = _options.Parallelism, CancellationToken = stop }, RunAsync);
        return due.Count >= Batch;
    }

    private async Task CountStuckAsync(CancellationToken cancel)
    {
        _countAt = clock.Now() + Counting;
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var (before, stuck) = (metrics.Stuck, await StuckMoney.CountAsync(db, clock.Now(), cancel));
        metrics.Stuck = stuck;
        if (stuck.Any && stuck != before) Log.Stuck(log, stuck.Kept, stuck.Held, stuck.Returning);
    }

    private async Task<List<(Errand Kind, Guid Id, DateTimeOffset Seen)>> DueAsync(CancellationToken cancel)
    {
        var now = clock.Now();
        await using var db = await contexts.CreateDbContextAsync(cancel);
        var refunds = await db.Refunds.AsNoTracking().Where(r => r.WorkAt <= now).OrderBy(r => r.WorkAt).Take(Batch).Select(r => new { r.Id, r.WorkAt }).ToListAsync(cancel);
        var payments = await db.Payments.AsNoTracking().Where(p => p.WorkAt <= now).OrderBy(p => p.WorkAt).Take(Batch).Select(p => new { p.Id, p.WorkAt }).ToListAsync(cancel);
        var methods = await db.SavedMethods.AsNoTracking().Where(m => m.WorkAt <= now).OrderBy(m => m.WorkAt).Take(Batch).Select(m => new { m.Id, m.WorkAt }).ToListAsync(cancel);
        return
        [
            .. payments.Select(p => (Errand.Payment, p.Id, p.WorkAt!.Value)),
            .. refunds.Select(r => (Errand.Refund, r.Id, r.WorkAt!.Value)),
            .. methods.Select(m => (Errand.Method, m.Id, m.WorkAt!.Value)),
        ];
    }

    private async ValueTask RunAsync((Errand Kind, Guid Id, DateTimeOffset Seen) due, CancellationToken cancel)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            if (!await ClaimAsync(scope.ServiceProvider.GetRequiredService<StoreDb>(), due, cancel)) return;
            var errands = scope.ServiceProvider.GetRequiredService<PaymentErrands>();
            await (due.Kind switch
            {
                Errand.Payment => errands.PaymentAsync(due.Id, cancel),
                Errand.Refund => errands.RefundAsync(due.Id, cancel),
                _ => errands.MethodAsync(due.Id, cancel),
            });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Its lease ends by itself.
        }
        catch (Exception exception)
        {
            Log.ErrandFailed(log, due.Kind.ToString(), due.Id, exception);
        }
    }

    // A payment that is still to be started is claimed by its starter, which counts the tries.
    private async Task<bool> ClaimAsync(StoreDb db, (Errand Kind, Guid Id, DateTimeOffset Seen) due, CancellationToken cancel)
    {
        DateTimeOffset? seen = due.Seen, until = (clock.Now() + TimeSpan.FromSeconds(_options.LeaseSeconds)).Cut();
        return await db.InTransactionAsync(token => due.Kind switch
        {
            Errand.Payment => db.Payments.Where(p => p.Id == due.Id && p.WorkAt == seen)
                .ExecuteUpdateAsync(set => set.SetProperty(p => p.WorkAt, p => p.State == PaymentState.Created ? p.WorkAt : until), token),
            Errand.Refund => db.Refunds.Where(r => r.Id == due.Id && r.WorkAt == seen).ExecuteUpdateAsync(set => set.SetProperty(r => r.WorkAt, until), token),
            _ => db.SavedMethods.Where(m => m.Id == due.Id && m.WorkAt == seen).ExecuteUpdateAsync(set => set.SetProperty(m => m.WorkAt, until), token),
        }, cancel) == 1;
    }

    private static partial class Log
    {
        [LoggerMessage(4341, LogLevel.Warning, "Could not look for payments and refunds that are due")]
        internal static partial void RoundFailed(ILogger log, Exception exception);

        [LoggerMessage(4344, LogLevel.Warning, "Razorpay's key is one of its test mode: orders count as paid, and no money moves")]
        internal static partial void TestKey(ILogger log);

        [LoggerMessage(4343, LogLevel.Error, "Money is stuck: {Kept} payments are kept without a paid order, {Held} are held by a bank and not captured, {Returning} refunds have been under way for a day; look at the provider's dashboard")]
        internal static partial void Stuck(ILogger log, long kept, long held, long returning);

        [LoggerMessage(4342, LogLevel.Error, "The errand {Kind} {Id} failed; it comes again when its lease ends")]
        internal static partial void ErrandFailed(ILogger log, string kind, Guid id, Exception exception);
    }
}

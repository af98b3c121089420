using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Payments;

/// <summary>Forgets what was told about payments once nobody repeats it any more; what it came to stays with the payment and its audit.</summary>
internal sealed class SignalPruning(StoreDb db, IOptions<PaymentsOptions> options, TimeProvider clock) : IRecurringJob
{
    internal const string Name = "store.payment-signals";

    public Task RunAsync(CancellationToken cancel)
    {
        var before = clock.Now() - TimeSpan.FromDays(options.Value.KeepSignalsDays);
        return db.InTransactionAsync(token => db.PaymentSignals.Where(s => s.ReceivedAt < before).ExecuteDeleteAsync(token), cancel);
    }
}

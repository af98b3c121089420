using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.App;

/// <summary>Forgets devices that nobody has used for half a year. One that comes back after that begins anew under another id and loses nothing.</summary>
internal sealed class ForgetDevices(StoreDb db, TimeProvider clock) : IRecurringJob
{
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(183);

    public Task RunAsync(CancellationToken cancel)
    {
        var before = clock.Now() - Kept;
        return db.InTransactionAsync(token => db.Devices.Where(d => d.UpdatedAt < before).ExecuteDeleteAsync(token), cancel);
    }
}

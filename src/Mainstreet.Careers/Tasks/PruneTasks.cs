using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Tasks;

/// <summary>Forgets tasks that ended long ago; what they made stays.</summary>
internal sealed class PruneTasks(CareersDb db, IOptions<CareersOptions> options, TimeProvider clock) : IRecurringJob
{
    public Task RunAsync(CancellationToken cancel)
    {
        DateTimeOffset? before = clock.Now() - options.Value.KeepTasks;
        return db.InTransactionAsync(token => db.Tasks.Where(t => t.EndedAt < before).ExecuteDeleteAsync(token), cancel);
    }
}

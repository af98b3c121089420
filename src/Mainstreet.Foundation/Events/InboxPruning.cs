using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;

using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Events;

/// <summary>Forgets which consumer did which event once no redelivery can come any more.</summary>
internal sealed class InboxPruning(FoundationDb db, IOptions<EventOptions> options, TimeProvider clock) : IRecurringJob
{
    public Task RunAsync(CancellationToken cancel) =>
        db.InTransactionAsync(token => Inbox.PruneAsync(db, clock.Now() - options.Value.InboxKeep, token), cancel);
}

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Trades.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Offers;

/// <summary>Offers ended: the contractors' counters follow.</summary>
[EventName("trades.offers.closed")]
internal sealed record OffersClosed(Guid TicketId, Guid[] ContractorIds, Guid? WinnerId);

/// <summary>A contractor's job ended: given back, taken away, cancelled or done.</summary>
[EventName("trades.job.ended")]
internal sealed record JobEnded(Guid TicketId, Guid ContractorId, bool Completed);

/// <summary>
/// Keeps the counters that ranking reads. Not part of the accept itself: contractors race for many tickets at once, and
/// a counter in that transaction would make every ticket wait for every other.
/// </summary>
internal sealed class ContractorCounters(TradesDb db) : IEventHandler<OffersClosed>, IEventHandler<JobEnded>
{
    public ModuleDb Db => db;

    public async Task HandleAsync(OffersClosed @event, Guid eventId, CancellationToken cancel)
    {
        await CloseOffersAsync(@event.ContractorIds, cancel);

        if (@event.WinnerId is { } winner)
        {
            await db.Contractors.Where(c => c.Id == winner).ExecuteUpdateAsync(s => s
                .SetProperty(c => c.ActiveJobs, c => c.ActiveJobs + 1)
                .SetProperty(c => c.OffersAccepted, c => c.OffersAccepted + 1), cancel);
        }
    }

    // Raw on PostgreSQL, since LINQ cannot lock in an order: two tickets that were shown to the same contractors would each hold
    // what the other waits for.
    private Task<int> CloseOffersAsync(Guid[] ids, CancellationToken cancel) => db.Engine == Engine.Postgres
        ? db.Database.ExecuteSqlAsync($"""
            UPDATE trades.contractors c SET open_offers = c.open_offers - 1
            FROM (SELECT id FROM trades.contractors WHERE id = ANY ({ids}) AND open_offers > 0 ORDER BY id FOR NO KEY UPDATE) held
            WHERE c.id = held.id
            """, cancel)
        : db.Contractors.Where(c => ids.Contains(c.Id) && c.OpenOffers > 0)
            .ExecuteUpdateAsync(s => s.SetProperty(c => c.OpenOffers, c => c.OpenOffers - 1), cancel);

    public Task HandleAsync(JobEnded @event, Guid eventId, CancellationToken cancel) =>
        db.Contractors.Where(c => c.Id == @event.ContractorId && c.ActiveJobs > 0).ExecuteUpdateAsync(s => s
            .SetProperty(c => c.ActiveJobs, c => c.ActiveJobs - 1)
            .SetProperty(c => c.CompletedJobs, c => c.CompletedJobs + (@event.Completed ? 1 : 0)), cancel);
}

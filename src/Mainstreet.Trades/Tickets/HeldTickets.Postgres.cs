using Mainstreet.Trades.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>
/// Raw, since LINQ has no FOR UPDATE. Every act takes the ticket's row first and its offers, jobs and contractors after, so
/// acts on one ticket queue in the same order everywhere; without it two accepts that had each written their own offer
/// first waited for each other in a circle, and PostgreSQL took a second to notice.
/// </summary>
internal sealed class HeldTicketsPostgres : IHeldTickets
{
    public Task<Ticket?> HoldAsync(TradesDb db, Guid id, CancellationToken cancel) =>
        db.Tickets.FromSql($"SELECT * FROM trades.tickets WHERE id = {id} FOR UPDATE").AsTracking().SingleOrDefaultAsync(cancel);
}

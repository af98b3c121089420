using Mainstreet.Trades.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>SQLite has one writer, and the transaction is it already: a plain read holds the ticket.</summary>
internal sealed class HeldTicketsSqlite : IHeldTickets
{
    public Task<Ticket?> HoldAsync(TradesDb db, Guid id, CancellationToken cancel) =>
        db.Tickets.AsTracking().SingleOrDefaultAsync(t => t.Id == id, cancel);
}

using Mainstreet.Trades.Data;

namespace Mainstreet.Trades.Tickets;

/// <summary>Reads a ticket as it is now and keeps others from changing it until the transaction ends.</summary>
internal interface IHeldTickets
{
    /// <summary>The tracked ticket, or null. Call inside a transaction, before anything else of the ticket is touched.</summary>
    Task<Ticket?> HoldAsync(TradesDb db, Guid id, CancellationToken cancel);
}

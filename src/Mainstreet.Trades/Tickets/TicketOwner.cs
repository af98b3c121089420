using Mainstreet.Foundation.Authorization;
using Mainstreet.Trades.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>The business of a ticket, for grants on <c>ticket:{id}</c>.</summary>
internal sealed class TicketOwner(TradesDb db) : IResourceOwner
{
    public string Type => "ticket";

    public Task<Guid?> FindBusinessAsync(Guid id, CancellationToken cancel) =>
        db.Tickets.AsNoTracking().Where(t => t.Id == id).Select(t => (Guid?)t.BusinessId).SingleOrDefaultAsync(cancel);
}

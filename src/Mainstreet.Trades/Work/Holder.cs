using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Work;

/// <summary>Only the contractor who has the job may work on it.</summary>
internal static class Holder
{
    internal static async Task<Problem?> CheckAsync(TradesDb db, Ticket ticket, Caller caller, CancellationToken cancel)
    {
        if (ticket.ContractorId is { } holder
            && await db.Contractors.AsNoTracking().AnyAsync(c => c.Id == holder && c.AccountId == caller.Id, cancel)) return null;
        return Problem.Forbidden.With("Only the contractor who has the job may do this.");
    }
}

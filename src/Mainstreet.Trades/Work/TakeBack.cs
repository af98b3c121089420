using Mainstreet.Foundation.Time;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Offers;
using Mainstreet.Trades.Tickets;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Work;

/// <summary>Takes a job off its contractor, who is not asked for this ticket again.</summary>
internal static class TakeBack
{
    /// <summary>Works inside the caller's transaction; the caller then offers, gives or cancels the ticket.</summary>
    internal static async Task FromAsync(
        TradesDb db, TimeProvider clock, Ticket ticket, Guid contractorId, Guid? actorId, string action, string reason, CancellationToken cancel)
    {
        var now = clock.Now();
        if (!await db.Exclusions.AnyAsync(x => x.TicketId == ticket.Id && x.ContractorId == contractorId, cancel))
            db.Exclusions.Add(new Exclusion { TicketId = ticket.Id, ContractorId = contractorId, Reason = action, At = now });
        var account = await db.Contractors.Where(c => c.Id == contractorId).Select(c => c.AccountId).SingleOrDefaultAsync(cancel);
        await db.UnscheduleAsync(Dispatching.NoShowJob, ticket.Id.ToString(), cancel);
        db.Publish(TicketFacts.Stream(ticket.Id), new JobEnded(ticket.Id, contractorId, Completed: false));
        var before = ticket.Status;
        ticket.TakeBack(now);
        await db.RecordAsync(ticket, actorId, action, before, new { contractorId, reason }, [account], cancel);
        // Saved here, so that this transaction holds the ticket and the next wave's search sees the exclusion.
        await db.SaveChangesAsync(cancel);
    }
}

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Live;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Offers;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>
/// Who sees a ticket: its tenant, the agents and owners of its business, administrators, the contractor who has the job,
/// and contractors while their offer stands. To everybody else it does not exist.
/// </summary>
internal static class TicketVisibility
{
    internal static IQueryable<Ticket> VisibleTo(this IQueryable<Ticket> tickets, Caller caller, TradesDb db)
    {
        if (caller.IsAdmin) return tickets;
        var account = caller.Id;
        var businesses = caller.BusinessesWith(TradesPermissions.Triage);
        var isContractor = caller.AccountRoles.Contains(Roles.Contractor);
        if (businesses.Count > 0 && !isContractor)
            return tickets.Where(t => t.TenantId == account || businesses.Contains(t.BusinessId));
        if (!isContractor) return tickets.Where(t => t.TenantId == account);
        var mine = db.Contractors.Where(c => c.AccountId == account);
        return tickets.Where(t => t.TenantId == account || businesses.Contains(t.BusinessId)
            || mine.Any(c => c.Id == t.ContractorId
                || db.Offers.Any(o => o.TicketId == t.Id && o.ContractorId == c.Id && o.State == OfferState.Open)));
    }

    /// <summary>True for who sees the ticket: the above, and whoever was granted an agent's permission on it.</summary>
    internal static async Task<bool> SeesAsync(this Caller caller, Guid ticketId, TradesDb db, CancellationToken cancel)
    {
        if (await db.Tickets.AsNoTracking().Where(t => t.Id == ticketId).VisibleTo(caller, db).AnyAsync(cancel)) return true;
        var business = await db.Tickets.AsNoTracking().Where(t => t.Id == ticketId).Select(t => (Guid?)t.BusinessId).SingleOrDefaultAsync(cancel);
        return business is { } id && (caller.ActsFor(ticketId, id) || caller.ActsFor(ticketId, id, TradesPermissions.Dispatch));
    }

    /// <summary>True when the caller may act for the business: agent, owner, administrator, or by a grant on the ticket.</summary>
    internal static bool ActsFor(this Caller caller, Ticket ticket, string permission = TradesPermissions.Triage) =>
        caller.ActsFor(ticket.Id, ticket.BusinessId, permission);

    internal static bool ActsFor(this Caller caller, Guid ticketId, Guid businessId, string permission = TradesPermissions.Triage) =>
        caller.Can(permission, $"ticket:{ticketId}", businessId);
}

/// <summary><c>ticket:{id}</c> is for those who may read the ticket.</summary>
internal sealed class TicketTopicPolicy(TradesDb db) : ILiveTopicPolicy
{
    public async Task<bool> MaySubscribeAsync(Caller caller, string topic, CancellationToken cancel) =>
        Guid.TryParse(topic.AsSpan(topic.IndexOf(':') + 1), out var id)
        && await caller.SeesAsync(id, db, cancel);
}

using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Territories;

/// <summary>An agent's open tickets, counted by guarded updates inside the ticket's transaction: never above capacity by automatic assignment.</summary>
internal static class AgentRoom
{
    /// <summary>Takes a place with the first agent that has one; null when all are full.</summary>
    internal static async Task<Guid?> TakeAsync(TradesDb db, Guid businessId, IReadOnlyList<Guid> agents, CancellationToken cancel)
    {
        foreach (var agent in agents)
        {
            var taken = await db.Agents.Where(a => a.BusinessId == businessId && a.AccountId == agent && a.OpenTickets < a.Capacity)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.OpenTickets, a => a.OpenTickets + 1), cancel);
            if (taken == 1) return agent;
        }

        return null;
    }

    /// <summary>Gives the place back when the ticket ends.</summary>
    internal static async Task FreeAsync(TradesDb db, Ticket ticket, CancellationToken cancel)
    {
        if (ticket.AgentId is not { } agent) return;
        await db.Agents.Where(a => a.BusinessId == ticket.BusinessId && a.AccountId == agent && a.OpenTickets > 0)
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.OpenTickets, a => a.OpenTickets - 1), cancel);
    }
}

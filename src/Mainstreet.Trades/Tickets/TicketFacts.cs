using Mainstreet.Foundation.Audit;
using Mainstreet.Trades.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>Tells audit and live channel what happened to a ticket, in the transaction in which it happened.</summary>
internal static class TicketFacts
{
    internal static string Stream(Guid ticketId) => $"ticket:{ticketId}";

    /// <summary>What subscribers get with each ticket event.</summary>
    public sealed record Notice(
        Guid TicketId, long Number, string Title, TicketStatus Status, Guid? ContractorId, bool Escalated, int Try, int Wave, int Version);

    internal static Notice NoticeOf(Ticket t) =>
        new(t.Id, t.Number, t.Title, t.Status, t.ContractorId, t.Escalated, t.Try, t.Wave, t.Version);

    /// <summary>Records one act and tells everybody who follows the ticket. Call after the ticket has changed.</summary>
    /// <param name="db">The transaction's context.</param>
    /// <param name="ticket">As it now is.</param>
    /// <param name="actorId">Null for a timer.</param>
    /// <param name="action">For example <c>ticket.accepted</c>: the audit action and the live type.</param>
    /// <param name="from">The status before.</param>
    /// <param name="detail">Further facts for the history.</param>
    /// <param name="alsoTell">Further accounts, for example a contractor who just lost the job.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal static async Task RecordAsync(
        this TradesDb db, Ticket ticket, Guid? actorId, string action, TicketStatus? from, object? detail,
        IEnumerable<Guid?>? alsoTell, CancellationToken cancel)
    {
        var entry = new AuditEntry(
            Stream(ticket.Id), actorId, action, from is { } before ? TradesProblems.Camel(before) : null,
            TradesProblems.Camel(ticket.Status), detail);
        if (from is null) db.AuditFirst(entry);
        else await db.AuditAsync(entry, cancel);

        Guid? contractor = ticket.ContractorId is { } id
            ? await db.Contractors.Where(c => c.Id == id).Select(c => c.AccountId).SingleOrDefaultAsync(cancel)
            : null;
        var topics = new List<string> { $"ticket:{ticket.Id}", $"business:{ticket.BusinessId}" };
        foreach (var account in (alsoTell ?? []).Append(ticket.TenantId).Append(contractor).Append(ticket.AgentId))
        {
            if (account is { } known) topics.Add($"user:{known}");
        }

        db.Notify(Stream(ticket.Id), action, NoticeOf(ticket), topics);
    }
}

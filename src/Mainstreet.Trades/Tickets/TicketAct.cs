using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Tickets;

/// <summary>
/// The one way to change a ticket: hold it, let the act decide on what is then true, save under the version that was read.
/// Acts on one ticket queue; should one slip past, its save fails on the version and it starts over, so nothing is overwritten.
/// </summary>
internal static class TicketAct
{
    private const int Attempts = 12;

    /// <summary>Runs an act on a ticket that the caller sees and answers the ticket as it then is.</summary>
    internal static async Task<Results<Ok<TicketView>, ProblemHttpResult>> RunAsync(
        TradesDb db, Guid id, Caller caller, HttpContext http, IdempotentCall call,
        Func<Ticket, CancellationToken, Task<Problem?>> act, CancellationToken cancel)
    {
        if (!await caller.SeesAsync(id, db, cancel)) return Problem.NotFound.ToHttp();
        var outcome = await ChangeAsync(db, id, async (ticket, token) =>
        {
            if (http.CheckIfMatch(ticket.Version) is { } stale) return stale;
            if (await act(ticket, token) is { } problem) return problem;
            call.Answer(db, StatusCodes.Status200OK, TicketView.Of(ticket));
            return null;
        }, cancel);
        if (!outcome.Ok) return outcome.Problem.ToHttp();
        http.SetETag(outcome.Value.Version);
        return TypedResults.Ok(TicketView.Of(outcome.Value));
    }

    /// <summary>Runs an act in its own transaction, again while others change the ticket meanwhile.</summary>
    internal static async Task<Outcome<Ticket>> ChangeAsync(
        TradesDb db, Guid id, Func<Ticket, CancellationToken, Task<Problem?>> act, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await db.InTransactionAsync<Outcome<Ticket>>(async token =>
                {
                    var ticket = await db.HoldTicketAsync(id, token);
                    if (ticket is null) return Problem.NotFound;
                    if (await act(ticket, token) is { } problem)
                    {
                        db.ChangeTracker.Clear();
                        return problem;
                    }

                    await db.SaveChangesAsync(token);
                    return ticket;
                }, cancel);
            }
            catch (DbUpdateException exception) when (attempt < Attempts
                && (exception is DbUpdateConcurrencyException || Storage.IsUniqueViolation(exception)))
            {
                db.ChangeTracker.Clear();
            }
        }
    }
}

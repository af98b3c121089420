using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Messages;

/// <summary>
/// Cancels a message that nobody is sending at this moment: scheduled, queued, or waiting for its next attempt. Its key is used up: the
/// occasion is not greeted this year. Errors: wrong_status.
/// </summary>
internal static class CancelMessage
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/messages/{id:guid}/cancel", Handle)
        .WithName("occasions.messages.cancel").WithSummary("Cancel a message")
        .RequireAuthorization(OccasionsPermissions.Messages)
        .ProducesProblem(404).ProducesProblem(409);

    internal static async Task<Results<Ok<MessageView>, ProblemHttpResult>> Handle(Guid id, Caller caller, HttpContext http, OccasionsDb db, CancellationToken cancel)
    {
        if (await db.Messages.AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(m => m.Id == id, cancel) is not { } before) return Problem.NotFound.ToHttp();
        if (http.CheckIfMatch(before) is { } stale) return stale.ToHttp();
        var cancelled = await db.InTransactionAsync(async token =>
        {
            // A worker that claims it meanwhile holds its row: one of the two comes first, and the other finds it changed.
            var changed = await db.Messages
                .Where(m => m.Id == id && (m.Status == MessageStatus.Scheduled || m.Status == MessageStatus.Queued || (m.Status == MessageStatus.Sending && !m.InFlight)))
                .ExecuteUpdateAsync(set => set
                    .SetProperty(m => m.Status, MessageStatus.Cancelled)
                    .SetProperty(m => m.WorkAt, (DateTimeOffset?)null)
                    .SetProperty(m => m.LastError, "cancelled by hand"), token);
            if (changed == 0) return false;
            await db.AuditAsync(new AuditEntry(
                $"message:{id}", caller.Id, "message.cancelled", Words.Of(before.Status), Words.Of(MessageStatus.Cancelled), new { before.BusinessId }), token);
            await db.SaveChangesAsync(token);
            return true;
        }, cancel);
        var after = await db.Messages.AsNoTracking().SingleAsync(m => m.Id == id, cancel);
        if (!cancelled) return MessageProblems.WrongStatus(after.Status).ToHttp();
        http.Response.Headers.ETag = after.Tag();
        return TypedResults.Ok(await MessageView.ReadAsync(after, db, cancel));
    }
}

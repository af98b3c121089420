using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Messages;

/// <summary>
/// Tries a dead message again, under its key and with attempts of its own: a provider that had it after all has it once. Two
/// replays at once send once: the second finds it no longer dead. Errors: wrong_status.
/// </summary>
internal static class ReplayMessage
{
    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/messages/{id:guid}/replay", Handle)
        .WithName("occasions.messages.replay").WithSummary("Try a dead message again")
        .RequireAuthorization(OccasionsPermissions.Messages)
        .ProducesProblem(404).ProducesProblem(409);

    internal static async Task<Results<Ok<MessageView>, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, OccasionsDb db, OccasionClock clock, IOptions<DeliveryOptions> options, IWakeUps wakes, CancellationToken cancel)
    {
        if (await db.Messages.AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(m => m.Id == id, cancel) is not { } before) return Problem.NotFound.ToHttp();
        if (http.CheckIfMatch(before) is { } stale) return stale.ToHttp();
        var now = clock.Now();
        var replayed = await db.InTransactionAsync(async token =>
        {
            if (await db.Messages.Where(m => m.Id == id).RequeueDeadAsync(now, options.Value.ReplayWithin, token) == 0) return false;
            await db.AuditAsync(new AuditEntry(
                $"message:{id}", caller.Id, "message.replayed", Words.Of(before.Status), Words.Of(MessageStatus.Queued), new { before.BusinessId }), token);
            await db.SaveChangesAsync(token);
            return true;
        }, cancel);
        var after = await db.Messages.AsNoTracking().SingleAsync(m => m.Id == id, cancel);
        if (!replayed) return MessageProblems.WrongStatus(after.Status).ToHttp();
        wakes.Raise(Wakes.Delivery);
        http.Response.Headers.ETag = after.Tag();
        return TypedResults.Ok(await MessageView.ReadAsync(after, db, cancel));
    }

    /// <summary>Makes the dead among the messages queued. Call inside a transaction.</summary>
    /// <returns>How many.</returns>
    internal static Task<int> RequeueDeadAsync(this IQueryable<Message> messages, DateTimeOffset now, TimeSpan within, CancellationToken cancel)
    {
        DateTimeOffset? workAt = now;
        var until = (now + within).Cut();
        return messages.Where(m => m.Status == MessageStatus.Dead).ExecuteUpdateAsync(set => set
            .SetProperty(m => m.Status, MessageStatus.Queued)
            .SetProperty(m => m.WorkAt, workAt)
            .SetProperty(m => m.InFlight, false)
            .SetProperty(m => m.SendBy, m => m.SendBy > until ? m.SendBy : until)
            .SetProperty(m => m.AttemptsBefore, m => m.Attempts), cancel);
    }
}

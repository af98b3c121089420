using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Messages;

/// <summary>Tries many dead messages of one business again; see <see cref="ReplayMessage"/>. Errors: business_required, business_not_found.</summary>
internal static class ReplayMessages
{
    /// <param name="Occasion">One occasion only.</param>
    /// <param name="RecipientId">One recipient only.</param>
    /// <param name="DueFrom">Due at this instant or later.</param>
    /// <param name="DueTo">Due before this instant.</param>
    /// <param name="Uncertain">False leaves out those that a provider may have taken, true takes only those.</param>
    public sealed record Filter(
        Occasion? Occasion = null, Guid? RecipientId = null, DateTimeOffset? DueFrom = null, DateTimeOffset? DueTo = null, bool? Uncertain = null);

    /// <param name="Filter">Which dead messages; without it, or with an empty one, all.</param>
    /// <param name="BusinessId">May be left out by a member of one business.</param>
    public sealed record Request(Filter? Filter = null, Guid? BusinessId = null);

    /// <param name="Replayed">Messages that were dead and are queued now.</param>
    public sealed record Response(int Replayed);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/messages/replay", Handle)
        .WithName("occasions.messages.replayMany").WithSummary("Try dead messages again")
        .RequireAuthorization(OccasionsPermissions.Messages)
        .ProducesValidationProblem().ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Request request, Caller caller, OccasionsDb db, OccasionClock clock, IBusinessDirectory businesses, IOptions<DeliveryOptions> options, IWakeUps wakes,
        CancellationToken cancel)
    {
        var business = await OwnBusiness.FindAsync(request.BusinessId, OccasionsPermissions.Messages, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var (id, filter, now) = (business.Value.Id, request.Filter ?? new Filter(), clock.Now());
        var replayed = await db.InTransactionAsync<int>(async token =>
        {
            var messages = db.Messages.Where(m => m.BusinessId == id && m.Synthetic == caller.Synthetic);
            if (filter.Occasion is { } occasion) messages = messages.Where(m => m.Occasion == occasion);
            if (filter.RecipientId is { } recipient) messages = messages.Where(m => m.RecipientId == recipient);
            if (filter.DueFrom is { } from) messages = messages.Where(m => m.DueAt >= from);
            if (filter.DueTo is { } to) messages = messages.Where(m => m.DueAt < to);
            if (filter.Uncertain is { } uncertain) messages = messages.Where(m => m.Uncertain == uncertain);
            var count = await messages.RequeueDeadAsync(now, options.Value.ReplayWithin, token);
            if (count == 0) return 0;
            await db.AuditAsync(new AuditEntry($"business:{id}:messages", caller.Id, "messages.replayed", Detail: new { count, filter }), token);
            await db.SaveChangesAsync(token);
            return count;
        }, cancel);
        if (replayed > 0) wakes.Raise(Wakes.Delivery);
        return TypedResults.Ok(new Response(replayed));
    }
}

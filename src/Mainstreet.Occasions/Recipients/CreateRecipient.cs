using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Planning;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Recipients;

/// <summary>
/// Adds a recipient and plans it up to the horizon, in one transaction. Errors: invalid_request, unknown_time_zone,
/// business_required, business_not_found, idempotency_key_reused, in_progress.
/// </summary>
internal static class CreateRecipient
{
    /// <param name="FirstName">1 to 200 characters.</param>
    /// <param name="LastName">1 to 200 characters.</param>
    /// <param name="Email">At most 254 characters.</param>
    /// <param name="Phone">E.164, for example <c>+14155550123</c>.</param>
    /// <param name="Birthday"><c>YYYY-MM-DD</c>, or <c>--MM-DD</c> without the year.</param>
    /// <param name="Anniversary">Like <paramref name="Birthday"/>.</param>
    /// <param name="TimeZone">IANA zone; without one the default of the business's settings.</param>
    /// <param name="Language">Language tag; without one the business's language.</param>
    /// <param name="Channels"><c>webhook</c>, <c>email</c>, <c>sms</c> in order of preference; none means the business's.</param>
    /// <param name="Paused">Held: nothing is sent. Left out: no, or as it was.</param>
    /// <param name="BusinessId">May be left out by a member of one business.</param>
    public sealed record Request(
        string FirstName, string LastName, string? Email = null, string? Phone = null, string? Birthday = null, string? Anniversary = null,
        string? TimeZone = null, string? Language = null, IReadOnlyList<string>? Channels = null, bool? Paused = null, Guid? BusinessId = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/recipients", Handle)
        .WithName("occasions.recipients.create").WithSummary("Add a recipient")
        .RequireAuthorization(OccasionsPermissions.Recipients).Idempotent().ProducesValidationProblem().ProducesProblem(404);

    internal static async Task<Results<Created<RecipientView>, ProblemHttpResult>> Handle(
        Request request, Caller caller, HttpContext http, IdempotentCall call, OccasionsDb db, OccasionClock clock,
        IBusinessDirectory businesses, IReplanner planner, CancellationToken cancel)
    {
        var business = await OwnBusiness.FindAsync(request.BusinessId, OccasionsPermissions.Recipients, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var fields = RecipientFields.Read(request, await DefaultTimeZoneAsync(db, business.Value.Id, cancel), clock.Now());
        if (!fields.Ok) return fields.Problem.ToHttp();

        var made = await db.InTransactionAsync(async token =>
        {
            var recipient = New(fields.Value, business.Value, clock);
            db.Recipients.Add(recipient);
            await db.SaveChangesAsync(token);
            await planner.ReplanAsync(db, recipient, token);
            call.Answer(db, StatusCodes.Status201Created, RecipientView.Of(recipient), $"/v1/recipients/{recipient.Id}");
            await db.SaveChangesAsync(token);
            return recipient;
        }, cancel);
        http.SetETag(made.Version);
        return TypedResults.Created($"/v1/recipients/{made.Id}", RecipientView.Of(made));
    }

    internal static Recipient New(RecipientFields fields, BusinessInfo business, OccasionClock clock)
    {
        var now = clock.Now();
        var recipient = new Recipient { Id = clock.NewId(), BusinessId = business.Id, Synthetic = business.Synthetic, CreatedAt = now };
        fields.WriteTo(recipient, now);
        return recipient;
    }

    /// <summary>The zone of recipients that come without one; null when the business names none.</summary>
    internal static Task<string?> DefaultTimeZoneAsync(OccasionsDb db, Guid businessId, CancellationToken cancel) =>
        db.Settings.AsNoTracking().Where(s => s.BusinessId == businessId).Select(s => s.DefaultTimeZone).SingleOrDefaultAsync(cancel);
}

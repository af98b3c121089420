using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Pages;

/// <summary>Acts on messages as plain forms: the use cases of the API, answered by 303 to the page, with <c>?problem=code</c> when one was refused.</summary>
internal static class MessageForms
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/occasions/messages/{id:guid}/replay", Replay).RequireAuthorization(OccasionsPermissions.Messages).ExcludeFromDescription();
        routes.MapPost("/occasions/messages/{id:guid}/cancel", Cancel).RequireAuthorization(OccasionsPermissions.Messages).ExcludeFromDescription();
        routes.MapPost("/occasions/messages/replay", ReplayAll).RequireAuthorization(OccasionsPermissions.Messages).ExcludeFromDescription();
    }

    private static async Task<IResult> Replay(
        Guid id, Caller caller, HttpContext http, OccasionsDb db, OccasionClock clock, IOptions<DeliveryOptions> options, IWakeUps wakes, CancellationToken cancel) =>
        Back(id, http, (await ReplayMessage.Handle(id, caller, http, db, clock, options, wakes, cancel)).Result);

    private static async Task<IResult> Cancel(Guid id, Caller caller, HttpContext http, OccasionsDb db, CancellationToken cancel) =>
        Back(id, http, (await CancelMessage.Handle(id, caller, http, db, cancel)).Result);

    private static async Task<IResult> ReplayAll(
        Caller caller, HttpContext http, OccasionsDb db, OccasionClock clock, IBusinessDirectory businesses, IOptions<DeliveryOptions> options, IWakeUps wakes, CancellationToken cancel)
    {
        var values = await OccasionsPages.ReadFormAsync(http, cancel);
        var business = Guid.TryParse(values.GetValueOrDefault("businessId"), out var id) ? id : OccasionsPages.BusinessOf(http);
        var result = (await ReplayMessages.Handle(new ReplayMessages.Request(null, business), caller, db, clock, businesses, options, wakes, cancel)).Result;
        return result is Ok<ReplayMessages.Response> { Value.Replayed: var replayed }
            ? OccasionsPages.To(http, "/occasions/messages", ("replayed", replayed.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            : OccasionsPages.To(http, "/occasions/messages", ("status", "dead"), ("problem", OccasionsPages.ProblemOf(result)?.Code));
    }

    private static SeeOther Back(Guid id, HttpContext http, IResult result) =>
        OccasionsPages.To(http, $"/occasions/messages/{id}", ("problem", OccasionsPages.ProblemOf(result)?.Code));
}

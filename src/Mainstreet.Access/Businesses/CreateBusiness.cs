using System.ComponentModel.DataAnnotations;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

using NodaTime;

namespace Mainstreet.Access.Businesses;

/// <summary>
/// Founds a business; the caller becomes its owner. A synthetic account founds synthetic businesses only. Takes an
/// Idempotency-Key. Errors: 400 invalid_request.
/// </summary>
internal static class CreateBusiness
{
    /// <param name="Name">1 to 200 characters.</param>
    /// <param name="TimeZone">IANA zone id; default <c>Etc/UTC</c>.</param>
    /// <param name="Currency">ISO 4217 code; default <c>USD</c>.</param>
    public sealed record Request(
        [property: Required, MaxLength(200)] string Name,
        [property: MaxLength(64)] string? TimeZone = null,
        [property: RegularExpression("^[A-Z]{3}$", ErrorMessage = "The Currency field must be three capital letters.")] string? Currency = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/businesses", Handle)
        .WithName("access.businesses.create").WithTags("Access")
        .WithSummary("Founds a business that you own")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(409).ProducesProblem(422)
        .RequireAuthorization(AccessPermissions.CreateBusiness)
        .Idempotent();

    private static async Task<Results<Created<BusinessView>, ProblemHttpResult>> Handle(
        Request request, Caller caller, AccessDb db, AccountDirectory directory, IdempotentCall call, TimeProvider clock, CancellationToken cancel)
    {
        var zone = request.TimeZone ?? "Etc/UTC";
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null) return Problem.Invalid("timeZone", "must be an IANA time zone, for example Europe/Paris").ToHttp();
        var business = Business.Found(clock.NewId(), request.Name, zone, request.Currency ?? "USD", clock.Now(), caller.Synthetic);
        var view = BusinessView.Of(business);
        var location = $"/v1/businesses/{business.Id}";
        db.Businesses.Add(business);
        db.Members.Add(new Member(business.Id, caller.Id, Roles.Owner, business.CreatedAt));
        db.AuditFirst(new AuditEntry($"business:{business.Id}", caller.Id, "business.founded", Detail: new { business.Name, business.Synthetic }));
        call.Answer(db, StatusCodes.Status201Created, view, location);
        await db.SaveChangesAsync(cancel);
        directory.Changed(caller.Id);
        return TypedResults.Created(location, view);
    }
}

using System.ComponentModel.DataAnnotations;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Properties;

/// <summary>The buildings that a business looks after. Errors: business_required.</summary>
internal static class PropertyRoutes
{
    public sealed record Request(
        [Required, StringLength(120, MinimumLength = 1)] string Name,
        [Required, StringLength(500, MinimumLength = 1)] string Address,
        GeoPoint Location,
        [StringLength(60)] string? Unit = null,
        Guid? BusinessId = null);

    public sealed record View(Guid Id, Guid BusinessId, string Name, string? Unit, string Address, GeoPoint Location, int Version, DateTimeOffset CreatedAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/properties", Create)
            .WithName("trades.properties.create").WithSummary("Add a property")
            .RequireAuthorization(TradesPermissions.ManageProperties).Idempotent().ProducesValidationProblem().ProducesProblem(404);
        routes.MapGet("/v1/properties", List)
            .WithName("trades.properties.list").WithSummary("List properties")
            .RequireAuthorization(TradesPermissions.ManageProperties).ProducesProblem(400);
    }

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Create(
        Request request, Caller caller, IdempotentCall call, TradesDb db, TimeProvider clock, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var business = await OwnBusiness.FindAsync(request.BusinessId, TradesPermissions.ManageProperties, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var property = new Property
        {
            Id = clock.NewId(), BusinessId = business.Value.Id, Name = request.Name.Trim(), Unit = request.Unit, Address = request.Address.Trim(),
            Lat = request.Location.Lat, Lon = request.Location.Lon, Synthetic = business.Value.Synthetic, Version = 1, CreatedAt = clock.Now(),
        };
        var view = Of(property);
        db.Properties.Add(property);
        db.AuditFirst(new AuditEntry($"property:{property.Id}", caller.Id, "property.created", null, null, new { property.BusinessId }));
        await db.InTransactionAsync(async token =>
        {
            await db.SaveChangesAsync(token);
            call.Answer(db, StatusCodes.Status201Created, view);
            await db.SaveChangesAsync(token);
        }, cancel);
        return TypedResults.Created($"/v1/properties/{property.Id}", view);
    }

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Caller caller, TradesDb db, Guid? businessId = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var after = Cursor.Parse(cursor);
        if (after.Problem is { } bad) return bad.ToHttp();
        var mine = caller.BusinessesWith(TradesPermissions.ManageProperties);
        var query = db.Properties.AsNoTracking().Where(p => p.Synthetic == caller.Synthetic);
        if (!caller.IsAdmin) query = query.Where(p => mine.Contains(p.BusinessId));
        if (businessId is { } id) query = query.Where(p => p.BusinessId == id);
        if (after.Value is { } from) query = query.Where(p => p.CreatedAt > from.At || (p.CreatedAt == from.At && p.Id.CompareTo(from.Id) > 0));
        var rows = await query.OrderBy(p => p.CreatedAt).ThenBy(p => p.Id).Take(size.Value + 1).ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].CreatedAt, rows[size.Value - 1].Id).ToString() : null;
        return TypedResults.Ok(new Page<View>([.. rows.Take(size.Value).Select(Of)], next));
    }

    private static View Of(Property p) => new(p.Id, p.BusinessId, p.Name, p.Unit, p.Address, new GeoPoint(p.Lat, p.Lon), p.Version, p.CreatedAt);
}

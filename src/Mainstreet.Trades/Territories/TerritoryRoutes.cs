using System.ComponentModel.DataAnnotations;
using System.Text.Json;

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

namespace Mainstreet.Trades.Territories;

/// <summary>
/// Which agents look after which area. PUT makes or replaces; area is GeoJSON (RFC 7946). Errors: area_invalid,
/// agent_not_found, business_required.
/// </summary>
internal static class TerritoryRoutes
{
    public sealed record AgentRoomView(Guid AgentId, [property: Range(0, 10_000)] int? Capacity = null, int OpenTickets = 0);

    public sealed record Request(
        [Required, StringLength(120, MinimumLength = 1)] string Name,
        JsonElement Area,
        [Required, MaxLength(100)] AgentRoomView[] Agents,
        Guid? BusinessId = null);

    public sealed record View(Guid Id, Guid BusinessId, string Name, JsonElement Area, IReadOnlyList<AgentRoomView> Agents, int Version);

    internal const int DefaultCapacity = 25;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/territories", List)
            .WithName("trades.territories.list").WithSummary("List territories")
            .RequireAuthorization(TradesPermissions.ManageTerritories).ProducesProblem(400);
        routes.MapGet("/v1/territories/{id:guid}", Get)
            .WithName("trades.territories.get").WithSummary("Read a territory")
            .RequireAuthorization(TradesPermissions.ManageTerritories).ProducesProblem(404);
        routes.MapPut("/v1/territories/{id:guid}", Put)
            .WithName("trades.territories.put").WithSummary("Make or replace a territory")
            .RequireAuthorization(TradesPermissions.ManageTerritories)
            .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(412).ProducesProblem(422);
    }

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Caller caller, TradesDb db, Guid? businessId = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var after = Cursor.Parse(cursor);
        if (after.Problem is { } bad) return bad.ToHttp();
        var query = Mine(db, caller);
        if (businessId is { } id) query = query.Where(t => t.BusinessId == id);
        if (after.Value is { } from) query = query.Where(t => t.CreatedAt > from.At || (t.CreatedAt == from.At && t.Id.CompareTo(from.Id) > 0));
        var rows = await query.OrderBy(t => t.CreatedAt).ThenBy(t => t.Id).Take(size.Value + 1).ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].CreatedAt, rows[size.Value - 1].Id).ToString() : null;
        var page = rows.Take(size.Value).ToList();
        var agents = await AgentsOfAsync(db, page, cancel);
        return TypedResults.Ok(new Page<View>([.. page.Select(t => Of(t, agents[t.Id]))], next));
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Get(Guid id, Caller caller, HttpContext http, TradesDb db, CancellationToken cancel)
    {
        var territory = await Mine(db, caller).SingleOrDefaultAsync(t => t.Id == id, cancel);
        if (territory is null) return Problem.NotFound.ToHttp();
        http.SetETag(territory.Version);
        return TypedResults.Ok(Of(territory, (await AgentsOfAsync(db, [territory], cancel))[id]));
    }

    internal static async Task<Results<Ok<View>, Created<View>, ProblemHttpResult>> Put(
        Guid id, Request request, Caller caller, HttpContext http, TradesDb db, TimeProvider clock, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var area = GeoArea.Parse(request.Area);
        if (!area.Ok) return area.Problem.ToHttp();
        var business = await OwnBusiness.FindAsync(request.BusinessId, TradesPermissions.ManageTerritories, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var members = await businesses.AgentsAsync(business.Value.Id, cancel);
        if (request.Agents.Any(a => a is null)) return Problem.Invalid("agents", "must not hold null").ToHttp();
        if (request.Agents.Any(a => !members.Contains(a.AgentId)))
            return new Problem(422, "agent_not_found", "Somebody named here is not an agent of the business.").ToHttp();

        return await db.InTransactionAsync<Results<Ok<View>, Created<View>, ProblemHttpResult>>(async token =>
        {
            var territory = await db.Territories.SingleOrDefaultAsync(t => t.Id == id, token);
            // The id is the caller's choice, so one that is another business's must look like any other refusal.
            if (territory is not null && territory.BusinessId != business.Value.Id) return Problem.NotFound.ToHttp();
            var made = territory is null;
            if (territory is null)
            {
                if (http.Request.Headers.IfMatch.Count > 0) return Problem.Stale.ToHttp();
                territory = new Territory { Id = id, BusinessId = business.Value.Id, Name = request.Name, Area = "", CreatedAt = clock.Now() };
                db.Territories.Add(territory);
            }
            else if (http.CheckIfMatch(territory.Version) is { } stale)
            {
                return stale.ToHttp();
            }

            territory.Name = request.Name.Trim();
            territory.SetArea(area.Value);
            territory.Version++;
            await db.AuditAsync(new AuditEntry($"territory:{id}", caller.Id, made ? "territory.created" : "territory.changed", null, null,
                new { territory.Name, agents = request.Agents.Select(a => a.AgentId) }), token);
            await db.SaveChangesAsync(token);
            await db.TerritoryAgents.Where(a => a.TerritoryId == id).ExecuteDeleteAsync(token);
            foreach (var agent in request.Agents.DistinctBy(a => a.AgentId))
            {
                db.TerritoryAgents.Add(new TerritoryAgent { TerritoryId = id, AccountId = agent.AgentId });
                var room = await db.Agents.SingleOrDefaultAsync(a => a.BusinessId == business.Value.Id && a.AccountId == agent.AgentId, token);
                if (room is null)
                    db.Agents.Add(new Agent { BusinessId = business.Value.Id, AccountId = agent.AgentId, Capacity = agent.Capacity ?? DefaultCapacity });
                else
                    room.Capacity = agent.Capacity ?? room.Capacity;
            }

            await db.SaveChangesAsync(token);
            http.SetETag(territory.Version);
            var view = Of(territory, (await AgentsOfAsync(db, [territory], token))[id]);
            return made ? TypedResults.Created($"/v1/territories/{id}", view) : TypedResults.Ok(view);
        }, cancel);
    }

    private static IQueryable<Territory> Mine(TradesDb db, Caller caller)
    {
        if (caller.IsAdmin) return db.Territories.AsNoTracking();
        var mine = caller.BusinessesWith(TradesPermissions.ManageTerritories);
        return db.Territories.AsNoTracking().Where(t => mine.Contains(t.BusinessId));
    }

    private static async Task<ILookup<Guid, AgentRoomView>> AgentsOfAsync(TradesDb db, IReadOnlyList<Territory> territories, CancellationToken cancel)
    {
        var ids = territories.Select(t => t.Id).ToArray();
        var rows = await (
            from ta in db.TerritoryAgents.AsNoTracking()
            join t in db.Territories on ta.TerritoryId equals t.Id
            join a in db.Agents on new { t.BusinessId, ta.AccountId } equals new { a.BusinessId, a.AccountId }
            where ids.Contains(ta.TerritoryId)
            orderby ta.AccountId
            select new { ta.TerritoryId, ta.AccountId, a.Capacity, a.OpenTickets }).ToListAsync(cancel);
        return rows.ToLookup(r => r.TerritoryId, r => new AgentRoomView(r.AccountId, r.Capacity, r.OpenTickets));
    }

    private static View Of(Territory t, IEnumerable<AgentRoomView> agents) =>
        new(t.Id, t.BusinessId, t.Name, JsonSerializer.Deserialize<JsonElement>(t.Area), [.. agents], t.Version);
}

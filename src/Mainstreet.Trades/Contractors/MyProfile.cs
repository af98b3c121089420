using System.ComponentModel.DataAnnotations;
using System.Text.Json;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Matching;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Contractors;

/// <summary>
/// The contractor's own record. The first PUT makes it, or claims the record that was imported under the account's e-mail,
/// once that e-mail is confirmed. Errors: profile_missing, unknown time zone or hours (400).
/// </summary>
internal static class MyProfile
{
    public sealed record Request(
        [Required, StringLength(120, MinimumLength = 1)] string DisplayName,
        [Required, MinLength(1), MaxLength(8)] TradeCategory[] Trades,
        GeoPoint Base,
        [Range(100, 1_000_000)] double? ServiceRadiusMeters = null,
        JsonElement? WorkingHours = null,
        [StringLength(60)] string? TimeZone = null,
        ContractorStatus? Status = null);

    public sealed record Response(
        Guid ContractorId, string DisplayName, TradeCategory[] Trades, GeoPoint Base, double? ServiceRadiusMeters, JsonElement? WorkingHours,
        string TimeZone, ContractorStatus Status, double? Rating, int RatingCount, int ActiveJobs, int CompletedJobs, int Version)
    {
        internal static Response From(Contractor c) => new(
            c.Id, c.DisplayName, Contractor.Unmask(c.Trades), new GeoPoint(c.BaseLat ?? c.Lat, c.BaseLon ?? c.Lon), c.ServiceRadiusMeters,
            c.WorkingHours is null ? null : JsonSerializer.Deserialize<JsonElement>(c.WorkingHours), c.TimeZone, c.Status,
            c.RatingCount == 0 ? null : (double)c.RatingSum / c.RatingCount, c.RatingCount, c.ActiveJobs, c.CompletedJobs, c.Version);
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/contractors/me", Get)
            .WithName("trades.contractors.me").WithSummary("Read my contractor profile")
            .RequireAuthorization(TradesPermissions.Work).ProducesProblem(404);
        routes.MapPut("/v1/contractors/me", Put)
            .WithName("trades.contractors.me.put").WithSummary("Make or change my contractor profile")
            .RequireAuthorization(TradesPermissions.Work).ProducesValidationProblem().ProducesProblem(412);
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Get(Caller caller, HttpContext http, TradesDb db, CancellationToken cancel)
    {
        var contractor = await db.Contractors.AsNoTracking().SingleOrDefaultAsync(c => c.AccountId == caller.Id, cancel);
        if (contractor is null) return TradesProblems.NoProfile.ToHttp();
        http.SetETag(contractor.Version);
        return TypedResults.Ok(Response.From(contractor));
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Put(
        Request request, Caller caller, HttpContext http, TradesDb db, TimeProvider clock, IAccounts accounts, CancellationToken cancel)
    {
        var zone = request.TimeZone ?? "America/New_York";
        if (NodaTime.DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null) return Problem.Invalid("timeZone", "is not an IANA time zone").ToHttp();
        var hours = request.WorkingHours is { ValueKind: not JsonValueKind.Null } given ? given.GetRawText() : null;
        if (WorkingHours.Read(hours, zone).Errors is { Count: > 0 } wrong) return Problem.Invalid("workingHours", string.Join("; ", wrong)).ToHttp();

        var now = clock.Now();
        var contractor = await db.Contractors.SingleOrDefaultAsync(c => c.AccountId == caller.Id, cancel)
            ?? await ClaimableAsync(caller, db, accounts, cancel);
        if (contractor is null)
        {
            contractor = new Contractor
            {
                Id = clock.NewId(), AccountId = caller.Id, DisplayName = request.DisplayName, Email = caller.Email,
                NormalizedEmail = caller.Email.ToUpperInvariant(), TimeZone = zone, Synthetic = caller.Synthetic, CreatedAt = now,
            };
            db.Contractors.Add(contractor);
        }
        else if (http.CheckIfMatch(contractor.Version) is { } stale)
        {
            return stale.ToHttp();
        }

        contractor.AccountId = caller.Id;
        contractor.DisplayName = request.DisplayName.Trim();
        contractor.Trades = Contractor.Mask(request.Trades);
        contractor.Lat = request.Base.Lat;
        contractor.Lon = request.Base.Lon;
        contractor.BaseLat = request.Base.Lat;
        contractor.BaseLon = request.Base.Lon;
        contractor.PositionAt = null;
        contractor.ServiceRadiusMeters = request.ServiceRadiusMeters;
        contractor.WorkingHours = hours;
        contractor.TimeZone = zone;
        contractor.Status = request.Status ?? contractor.Status;
        contractor.Version++;
        contractor.UpdatedAt = now;
        await db.AuditAsync(new AuditEntry($"contractor:{contractor.Id}", caller.Id, "contractor.changed", null, contractor.Status.ToString(),
            new { trades = request.Trades, contractor.Version }), cancel);
        await db.SaveChangesAsync(cancel);
        http.SetETag(contractor.Version);
        return TypedResults.Ok(Response.From(contractor));
    }

    // An unproved e-mail must not take over somebody's record.
    private static async Task<Contractor?> ClaimableAsync(Caller caller, TradesDb db, IAccounts accounts, CancellationToken cancel)
    {
        if (caller.Synthetic || await accounts.FindAsync(caller.Id, cancel) is not { EmailConfirmed: true }) return null;
        var email = caller.Email.ToUpperInvariant();
        return await db.Contractors.Where(c => c.AccountId == null && c.NormalizedEmail == email && !c.Synthetic)
            .OrderBy(c => c.CreatedAt).FirstOrDefaultAsync(cancel);
    }
}

using System.Text.Json;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Trades.Contractors;
using Mainstreet.Trades.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Trades.Pages;

/// <summary>The contractor's profile as a plain form: the same use case as <c>PUT /v1/contractors/me</c>, answered by pages.</summary>
internal static class ProfileForm
{
    private static readonly string[] Days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/profile", HandleAsync).RequireAuthorization(TradesPermissions.Work).ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(
        HttpContext http, Caller caller, TradesDb db, TimeProvider clock, IAccounts accounts, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var name = form["displayName"].ToString().Trim();
        var trades = form["trades"].Select(t => Enum.TryParse<TradeCategory>(t, true, out var trade) && Enum.IsDefined(trade) ? trade : (TradeCategory?)null)
            .OfType<TradeCategory>().Distinct().ToArray();
        var (lat, lon, kilometres) = (ReportForm.Degrees(form["lat"]), ReportForm.Degrees(form["lon"]), ReportForm.Degrees(form["kilometres"]));
        var errors = new Dictionary<string, string[]>();
        if (name.Length is 0 or > 120 || name.Contains('\0')) errors["name"] = ["is needed, with at most 120 characters"];
        if (trades.Length == 0) errors["trades"] = ["choose at least one"];
        if (lat is not (>= -90 and <= 90)) errors["latitude"] = ["is needed, in degrees from -90 to 90"];
        if (lon is not (>= -180 and <= 180)) errors["longitude"] = ["is needed, in degrees from -180 to 180"];
        if (kilometres is not (null or (>= 0.1 and <= 1_000))) errors["distance"] = ["is from 0.1 to 1,000 km"];
        if (errors.Count > 0) return Back(new Problem(400, "invalid_request", "Please look at the form again.") { Errors = errors });

        // The form knows one stretch for all chosen days; hours that are finer than that are kept unless it changes them.
        var stored = await db.Contractors.AsNoTracking().Where(c => c.AccountId == caller.Id).Select(c => c.WorkingHours).SingleOrDefaultAsync(cancel);
        JsonElement? hours = form["hours"].ToString() switch
        {
            "keep" => stored is null ? null : JsonSerializer.Deserialize<JsonElement>(stored),
            "set" => JsonSerializer.SerializeToElement(Days.Where(d => form["days"].Contains(d)).ToDictionary(
                d => d, _ => new[] { new { from = form["from"].ToString(), to = form["to"].ToString() } })),
            _ => null,
        };
        ContractorStatus? status = Enum.TryParse<ContractorStatus>(form["status"], true, out var wanted) && Enum.IsDefined(wanted) ? wanted : null;
        var zone = form["timeZone"].ToString() is { Length: > 0 and <= 60 } given ? given : null;
        var result = await MyProfile.Put(
            new MyProfile.Request(name, trades, new GeoPoint(lat!.Value, lon!.Value), kilometres * 1000, hours, zone, status),
            caller, http, db, clock, accounts, cancel);
        return TicketForms.ProblemOf(result.Result) is { } problem ? Back(problem) : new SeeOther("/profile?saved=1");
    }

    private static RazorComponentResult<ProfilePage> Back(Problem problem) =>
        new(new Dictionary<string, object?> { [nameof(ProfilePage.Problem)] = problem }) { StatusCode = problem.Status };
}

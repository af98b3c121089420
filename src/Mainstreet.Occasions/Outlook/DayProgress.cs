using System.Globalization;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

using NodaTime;

namespace Mainstreet.Occasions.Outlook;

/// <summary>How far the messages due on one day of the business have come. Errors: invalid_request, business_required.</summary>
internal static class DayProgress
{
    /// <param name="Date">Day in the business's zone.</param>
    public sealed record Response(Guid BusinessId, string Date, string TimeZone, MessageCounts Counts, IReadOnlyList<HourCounts> Hours);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/occasions/progress", Handle)
        .WithName("occasions.progress").WithSummary("Messages due on a day, by status and hour")
        .RequireAuthorization(OccasionsPermissions.Messages).ProducesProblem(400).ProducesProblem(404);

    /// <param name="date"><c>YYYY-MM-DD</c> in the business's zone; today without one.</param>
    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Caller caller, OccasionsDb db, OccasionClock clock, IBusinessDirectory businesses, string? date = null, Guid? businessId = null,
        CancellationToken cancel = default)
    {
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Messages, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var read = await ReadAsync(business.Value, date, db, clock, cancel);
        return read.Ok ? TypedResults.Ok(read.Value) : read.Problem.ToHttp();
    }

    internal static async Task<Outcome<Response>> ReadAsync(BusinessInfo business, string? date, OccasionsDb db, OccasionClock clock, CancellationToken cancel)
    {
        var zone = ZoneOf(business);
        var day = Today(clock, zone);
        if (!string.IsNullOrEmpty(date))
        {
            if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked) || asked.Year is < 1900 or > 9000)
                return Problem.Invalid("date", "must be a day as YYYY-MM-DD");
            day = LocalDate.FromDateOnly(asked);
        }

        var (start, end) = (zone.AtStartOfDay(day).ToDateTimeOffset().ToUniversalTime(), zone.AtStartOfDay(day.PlusDays(1)).ToDateTimeOffset().ToUniversalTime());
        // Few instants hold many messages: grouped by instant the database gives little, whichever engine it is.
        var rows = await db.Messages.AsNoTracking().Where(m => m.BusinessId == business.Id && m.DueAt >= start && m.DueAt < end)
            .GroupBy(m => new { m.DueAt, m.Status }).Select(g => new { g.Key.DueAt, g.Key.Status, Count = g.Count() }).ToListAsync(cancel);

        var hours = new List<HourCounts>();
        for (var from = start; from < end; from += TimeSpan.FromHours(1))
        {
            hours.Add(new HourCounts(from, MessageCounts.Of(rows.Where(r => r.DueAt >= from && r.DueAt < from + TimeSpan.FromHours(1)).Select(r => (r.Status, r.Count)))));
        }

        return new Response(business.Id, day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture), zone.Id, MessageCounts.Of(rows.Select(r => (r.Status, r.Count))), hours);
    }

    internal static DateTimeZone ZoneOf(BusinessInfo business) => Zones.Find(business.TimeZone) ?? DateTimeZone.Utc;

    /// <summary>The date on which it is today there.</summary>
    internal static LocalDate Today(OccasionClock clock, DateTimeZone zone) => Instant.FromDateTimeOffset(clock.Now()).InZone(zone).Date;
}

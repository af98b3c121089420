using System.Globalization;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

using NodaTime;

namespace Mainstreet.Occasions.Outlook;

/// <summary>Who celebrates on each day of a month, and what became of the messages planned for it. Errors: invalid_request, business_required.</summary>
internal static class MonthCalendar
{
    /// <param name="Date">Day in each recipient's own zone.</param>
    /// <param name="Birthdays">Recipients whose birthday is kept on it, as they are now.</param>
    /// <param name="Anniversaries">The same for anniversaries.</param>
    /// <param name="Messages">Of the messages planned so far for the day.</param>
    public sealed record Day(string Date, int Birthdays, int Anniversaries, MessageCounts Messages);

    /// <param name="Month"><c>YYYY-MM</c>.</param>
    /// <param name="Today">In the business's zone.</param>
    public sealed record Response(Guid BusinessId, string Month, string Today, IReadOnlyList<Day> Days);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/occasions/calendar", Handle)
        .WithName("occasions.calendar").WithSummary("Celebrations and messages of a month by day")
        .RequireAuthorization(OccasionsPermissions.Messages).ProducesProblem(400).ProducesProblem(404);

    /// <param name="month"><c>YYYY-MM</c>; this month without one.</param>
    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Caller caller, OccasionsDb db, OccasionClock clock, IOptions<OccasionsOptions> options, IBusinessDirectory businesses, string? month = null,
        Guid? businessId = null, CancellationToken cancel = default)
    {
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Messages, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var read = await ReadAsync(business.Value, month, db, clock, options.Value, cancel);
        return read.Ok ? TypedResults.Ok(read.Value) : read.Problem.ToHttp();
    }

    internal static async Task<Outcome<Response>> ReadAsync(
        BusinessInfo business, string? month, OccasionsDb db, OccasionClock clock, OccasionsOptions options, CancellationToken cancel)
    {
        var today = DayProgress.Today(clock, DayProgress.ZoneOf(business));
        var first = new LocalDate(today.Year, today.Month, 1);
        if (!string.IsNullOrEmpty(month))
        {
            if (!DateOnly.TryParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked) || asked.Year is < 1900 or > 9000)
                return Problem.Invalid("month", "must be a month as YYYY-MM");
            first = LocalDate.FromDateOnly(asked);
        }

        var birthdays = await CelebratedAsync(db.Recipients.Where(r => r.BusinessId == business.Id).Select(r => r.BirthdayDay), first, cancel);
        var anniversaries = await CelebratedAsync(db.Recipients.Where(r => r.BusinessId == business.Id).Select(r => r.AnniversaryDay), first, cancel);
        await MoveLeapDayAsync(birthdays, anniversaries, business.Id, first, db, options, cancel);

        var next = first.PlusMonths(1);
        var (from, to) = (Day00(first).AddHours(-15), Day00(next).AddDays(4));
        var dates = Enumerable.Range(0, first.Calendar.GetDaysInMonth(first.Year, first.Month)).Select(d => Text(first.PlusDays(d))).ToArray();
        var planned = await db.Messages.AsNoTracking()
            .Where(m => m.BusinessId == business.Id && m.DueAt >= from && m.DueAt < to && dates.Contains(m.LocalDate))
            .GroupBy(m => new { m.LocalDate, m.Status }).Select(g => new { g.Key.LocalDate, g.Key.Status, Count = g.Count() }).ToListAsync(cancel);
        var byDay = planned.ToLookup(p => p.LocalDate, p => (p.Status, p.Count), StringComparer.Ordinal);

        var days = new List<Day>();
        for (var day = first; day < next; day = day.PlusDays(1))
        {
            days.Add(new Day(
                Text(day), birthdays.GetValueOrDefault(Key(day)), anniversaries.GetValueOrDefault(Key(day)), MessageCounts.Of(byDay[Text(day)])));
        }

        return new Response(business.Id, first.ToString("uuuu-MM", CultureInfo.InvariantCulture), Text(today), days);
    }

    /// <summary>Recipients by month and day, from a day before the month to a day after, where 29 February may come from.</summary>
    private static Task<Dictionary<int, int>> CelebratedAsync(IQueryable<int?> days, LocalDate first, CancellationToken cancel)
    {
        var (low, high) = (first.Month == 3 ? OccasionDate.LeapDay : first.Month * 100, (first.Month * 100) + 31);
        return days.Where(d => d >= low && d <= high).GroupBy(d => d!.Value).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
    }

    private static async Task MoveLeapDayAsync(
        Dictionary<int, int> birthdays, Dictionary<int, int> anniversaries, Guid businessId, LocalDate first, OccasionsDb db, OccasionsOptions options, CancellationToken cancel)
    {
        if (DateTime.IsLeapYear(first.Year) || first.Month is not (2 or 3)) return;
        var rule = await db.Settings.AsNoTracking().Where(s => s.BusinessId == businessId).Select(s => (LeapDayRule?)s.LeapDay).SingleOrDefaultAsync(cancel) ?? options.LeapDay;
        var target = rule == LeapDayRule.March1 ? 301 : 228;
        foreach (var counts in new[] { birthdays, anniversaries })
        {
            if (counts.Remove(OccasionDate.LeapDay, out var moved)) counts[target] = counts.GetValueOrDefault(target) + moved;
        }
    }

    private static int Key(LocalDate day) => (day.Month * 100) + day.Day;

    private static string Text(LocalDate day) => day.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset Day00(LocalDate day) => new(day.Year, day.Month, day.Day, 0, 0, 0, TimeSpan.Zero);
}

using System.Globalization;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

using NodaTime;

namespace Mainstreet.Store.Loyalty;

/// <summary>
/// Who collected the most points of a shop: today, this week (from Monday) or ever, by the business's own calendar. Points count when their
/// order is delivered; those that a refund takes back count against. Names only of customers who said so, else initials.
/// Errors: invalid_request, business_required, business_not_found.
/// </summary>
internal static class ReadLeaderboard
{
    private const int DefaultPlaces = 10;
    private const int MostPlaces = 100;

    internal enum Period
    {
        Day,
        Week,
        All,
    }

    /// <param name="Since">Where the period began; null for <c>all</c>.</param>
    /// <param name="You">The caller's place; null without points in the period.</param>
    public sealed record Response(string Period, Guid BusinessId, DateTimeOffset? Since, IReadOnlyList<Place> Items, Own? You);

    /// <param name="Rank">1 is best; equal points share a rank.</param>
    /// <param name="Name">Full name by consent, else initials.</param>
    public sealed record Place(int Rank, string Name, long Points, bool You);

    public sealed record Own(int Rank, long Points);

    // With initialisers: EF follows those through a query, a constructor's arguments it does not.
    private sealed class Score
    {
        public Guid CustomerId { get; init; }

        public long Points { get; init; }
    }

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/leaderboards/{period}", Handle)
        .WithName("store.leaderboards.read").WithSummary("Who collected the most points: day, week or all")
        .RequireAuthorization(StorePermissions.Loyalty).ProducesProblem(400).ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        string period, Caller caller, StoreDb db, IBusinessDirectory businesses, IAccountDirectory accounts, TimeProvider clock,
        CancellationToken cancel, Guid? businessId = null, int? limit = null)
    {
        var which = Words.Parse<Period>("period", period);
        if (which.Value is not { } span) return (which.Problem ?? Problem.Invalid("period", "must be one of day, week, all")).ToHttp();
        if (limit is < 1 or > MostPlaces) return Problem.Invalid("limit", string.Create(CultureInfo.InvariantCulture, $"must be between 1 and {MostPlaces}")).ToHttp();
        var business = businessId is { } id ? await businesses.FindAsync(id, cancel) : await businesses.DefaultAsync(cancel);
        if (business is null || business.Synthetic != caller.Synthetic)
            return (businessId is null ? OwnBusiness.Required : OwnBusiness.Unknown).ToHttp();

        var since = Began(span, business.TimeZone, clock.Now());
        var scores = Scores(db, business.Id, since);
        var top = await scores.OrderByDescending(s => s.Points).ThenBy(s => s.CustomerId).Take(limit ?? DefaultPlaces).ToListAsync(cancel);
        var ids = top.Select(s => s.CustomerId).ToList();
        var shown = await db.Set<LoyaltyProfile>().AsNoTracking().Where(p => ids.Contains(p.CustomerId) && p.ShowName).Select(p => p.CustomerId).ToListAsync(cancel);
        var names = await accounts.NamesAsync(ids, cancel);
        var places = top.Select(s => new Place(
            1 + top.FindIndex(t => t.Points == s.Points),
            shown.Contains(s.CustomerId) ? names.GetValueOrDefault(s.CustomerId, "?") : Initials(names.GetValueOrDefault(s.CustomerId)),
            s.Points, s.CustomerId == caller.Id)).ToList();

        Own? you = null;
        if (await scores.Where(s => s.CustomerId == caller.Id).Select(s => (long?)s.Points).SingleOrDefaultAsync(cancel) is { } mine)
            you = new Own(1 + await scores.CountAsync(s => s.Points > mine, cancel), mine);
        return TypedResults.Ok(new Response(Words.Of(span), business.Id, since, places, you));
    }

    // For "ever" the balances hold the sums; a day or a week is summed from its entries.
    private static IQueryable<Score> Scores(StoreDb db, Guid businessId, DateTimeOffset? since) => since is { } from
        ? db.Set<PointsEntry>().AsNoTracking().Where(e => e.BusinessId == businessId && e.At >= from && e.Score != 0)
            .GroupBy(e => e.CustomerId).Select(g => new Score { CustomerId = g.Key, Points = g.Sum(e => e.Score) }).Where(s => s.Points > 0)
        : db.Set<PointsBalance>().AsNoTracking().Where(b => b.BusinessId == businessId && b.Score > 0).Select(b => new Score { CustomerId = b.CustomerId, Points = b.Score });

    internal static DateTimeOffset? Began(Period period, string timeZone, DateTimeOffset now)
    {
        if (period == Period.All) return null;
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(timeZone) ?? DateTimeZone.Utc;
        var today = Instant.FromDateTimeOffset(now).InZone(zone).Date;
        var first = period == Period.Day ? today : today.PlusDays(1 - (int)today.DayOfWeek);
        return zone.AtStartOfDay(first).ToInstant().ToDateTimeOffset();
    }

    /// <summary>"Maya van Rivera" is "M. V. R."; at most three.</summary>
    internal static string Initials(string? name)
    {
        var words = (name ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(w => char.IsLetter(w, 0)).Take(3)
            .Select(w => StringInfo.GetNextTextElement(w).ToUpperInvariant() + ".").ToList();
        return words.Count == 0 ? "?" : string.Join(' ', words);
    }
}

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Recipients;

/// <summary>One recipient, and lists of them in the order of their ids (which is about that of their coming). Another business's are unknown.</summary>
internal static class ReadRecipients
{
    private const int LongestSearch = 200;

    /// <param name="Search">Part of the name or the e-mail; case and accents do not matter.</param>
    /// <param name="Day"><c>--MM-DD</c>: birthday or anniversary on that day.</param>
    /// <param name="TimeZone">IANA zone.</param>
    /// <param name="Language">Language tag, exactly.</param>
    /// <param name="Paused">Whether the recipient itself is held.</param>
    /// <param name="BusinessId">One of the caller's businesses.</param>
    internal sealed record Filter(
        string? Search = null, string? Day = null, string? TimeZone = null, string? Language = null, bool? Paused = null, Guid? BusinessId = null,
        int? Limit = null, string? Cursor = null);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/recipients", List)
            .WithName("occasions.recipients.list").WithSummary("List recipients")
            .RequireAuthorization(OccasionsPermissions.Recipients).ProducesProblem(400);
        routes.MapGet("/v1/recipients/{id:guid}", One)
            .WithName("occasions.recipients.get").WithSummary("Read a recipient")
            .RequireAuthorization(OccasionsPermissions.Recipients).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<RecipientView>, ProblemHttpResult>> One(
        Guid id, Caller caller, HttpContext http, OccasionsDb db, CancellationToken cancel)
    {
        var recipient = await db.Recipients.AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(r => r.Id == id, cancel);
        if (recipient is null) return Problem.NotFound.ToHttp();
        http.SetETag(recipient.Version);
        return TypedResults.Ok(RecipientView.Of(recipient));
    }

    internal static async Task<Results<Ok<Page<RecipientView>>, ProblemHttpResult>> List(
        [AsParameters] Filter filter, Caller caller, OccasionsDb db, CancellationToken cancel)
    {
        var page = await ReadAsync(filter, caller, db, cancel);
        return page.Ok ? TypedResults.Ok(page.Value) : page.Problem.ToHttp();
    }

    internal static async Task<Outcome<Page<RecipientView>>> ReadAsync(Filter filter, Caller caller, OccasionsDb db, CancellationToken cancel)
    {
        var size = Cursor.Limit(filter.Limit);
        if (!size.Ok) return size.Problem;
        var after = Foundation.Web.Cursor.Parse(filter.Cursor);
        if (after.Problem is { } bad) return bad;
        if (filter.Search is { Length: > LongestSearch }) return Problem.Invalid("search", $"has at most {LongestSearch} characters");
        if (filter.Search?.Contains('\0') == true) return Problem.Invalid("search", "contains the character U+0000");
        if (filter.TimeZone is { Length: > 0 } zone && Zones.Find(zone) is null) return RecipientFields.UnknownTimeZone(zone);
        var language = string.IsNullOrEmpty(filter.Language) ? null : LanguageTags.Normalise(filter.Language);
        if (language is null && !string.IsNullOrEmpty(filter.Language)) return Problem.Invalid("language", "must be a language tag such as en or de-AT");
        var day = OccasionDate.Parse(filter.Day);
        if (day is null && !string.IsNullOrEmpty(filter.Day)) return Problem.Invalid("day", "must be a day as --MM-DD");

        var query = db.Recipients.AsNoTracking().VisibleTo(caller);
        if (filter.BusinessId is { } business) query = query.Where(r => r.BusinessId == business);
        if (filter.Paused is { } paused) query = query.Where(r => r.Paused == paused);
        if (!string.IsNullOrEmpty(filter.TimeZone)) query = query.Where(r => r.TimeZone == filter.TimeZone);
        if (language is not null) query = query.Where(r => r.Language == language);
        if (day is { MonthDay: var monthDay }) query = query.Where(r => r.BirthdayDay == monthDay || r.AnniversaryDay == monthDay);
        if (SearchText.Of(filter.Search) is { Length: > 0 } search) query = query.Where(r => r.Search.Contains(search));
        if (after.Value is { Id: var last }) query = query.Where(r => r.Id.CompareTo(last) > 0);

        var rows = await query.OrderBy(r => r.Id).Take(size.Value + 1).ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].CreatedAt, rows[size.Value - 1].Id).ToString() : null;
        return new Page<RecipientView>([.. rows.Take(size.Value).Select(RecipientView.Of)], next);
    }
}

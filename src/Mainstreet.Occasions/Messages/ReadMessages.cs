using System.Globalization;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Messages;

/// <summary>Messages in the order of their due instants, and one with its attempts. Another business's are unknown.</summary>
internal static class ReadMessages
{
    /// <param name="Status">One status, or several separated by a comma.</param>
    /// <param name="RecipientId">Of this recipient.</param>
    /// <param name="Occasion"><c>birthday</c> or <c>anniversary</c>.</param>
    /// <param name="DueFrom">Due at this instant or later.</param>
    /// <param name="DueTo">Due before this instant.</param>
    /// <param name="LocalDate"><c>YYYY-MM-DD</c> in each recipient's own zone.</param>
    /// <param name="Uncertain">Whether some attempt ended without a clear answer.</param>
    /// <param name="Order"><c>asc</c> (default) or <c>desc</c>.</param>
    /// <param name="BusinessId">One of the caller's businesses.</param>
    internal sealed record Filter(
        string? Status = null, Guid? RecipientId = null, string? Occasion = null, DateTimeOffset? DueFrom = null, DateTimeOffset? DueTo = null,
        string? LocalDate = null, bool? Uncertain = null, string? Order = null, Guid? BusinessId = null, int? Limit = null, string? Cursor = null);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/messages", List)
            .WithName("occasions.messages.list").WithSummary("List messages")
            .RequireAuthorization(OccasionsPermissions.Messages).ProducesProblem(400);
        routes.MapGet("/v1/messages/{id:guid}", One)
            .WithName("occasions.messages.get").WithSummary("Read a message with its attempts")
            .RequireAuthorization(OccasionsPermissions.Messages).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<MessageView>, ProblemHttpResult>> One(
        Guid id, Caller caller, HttpContext http, OccasionsDb db, CancellationToken cancel)
    {
        var message = await db.Messages.AsNoTracking().VisibleTo(caller).SingleOrDefaultAsync(m => m.Id == id, cancel);
        if (message is null) return Problem.NotFound.ToHttp();
        http.Response.Headers.ETag = message.Tag();
        var names = await NamesAsync([message], db, cancel);
        return TypedResults.Ok(MessageView.Of(message, names.GetValueOrDefault(message.RecipientId)) with { History = message.ReadHistory() });
    }

    internal static async Task<Results<Ok<Page<MessageView>>, ProblemHttpResult>> List(
        [AsParameters] Filter filter, Caller caller, OccasionsDb db, CancellationToken cancel)
    {
        var page = await ReadAsync(filter, caller, db, cancel);
        return page.Ok ? TypedResults.Ok(page.Value) : page.Problem.ToHttp();
    }

    internal static async Task<Outcome<Page<MessageView>>> ReadAsync(Filter filter, Caller caller, OccasionsDb db, CancellationToken cancel)
    {
        var size = Cursor.Limit(filter.Limit);
        if (!size.Ok) return size.Problem;
        var after = Foundation.Web.Cursor.Parse(filter.Cursor);
        if (after.Problem is { } badCursor) return badCursor;
        if (filter.Order is not (null or "" or "asc" or "desc")) return Problem.Invalid("order", "must be asc or desc");
        var query = db.Messages.AsNoTracking().VisibleTo(caller);
        if (Narrow(ref query, filter) is { } bad) return bad;
        var down = filter.Order == "desc";
        if (after.Value is { } at)
        {
            query = down
                ? query.Where(m => m.DueAt < at.At || (m.DueAt == at.At && m.Id.CompareTo(at.Id) < 0))
                : query.Where(m => m.DueAt > at.At || (m.DueAt == at.At && m.Id.CompareTo(at.Id) > 0));
        }

        var ordered = down ? query.OrderByDescending(m => m.DueAt).ThenByDescending(m => m.Id) : query.OrderBy(m => m.DueAt).ThenBy(m => m.Id);
        var rows = await ordered.Take(size.Value + 1).ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].DueAt, rows[size.Value - 1].Id).ToString() : null;
        var names = await NamesAsync(rows, db, cancel);
        return new Page<MessageView>([.. rows.Take(size.Value).Select(m => MessageView.Of(m, names.GetValueOrDefault(m.RecipientId)))], next);
    }

    /// <summary>Keeps the messages that the filter wants, or answers the 400 of the member that is wrong.</summary>
    internal static Problem? Narrow(ref IQueryable<Message> messages, Filter filter)
    {
        var wanted = new List<MessageStatus>();
        foreach (var word in (filter.Status ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var status = Words.Parse<MessageStatus>("status", word);
            if (status.Problem is { } bad) return bad;
            wanted.Add(status.Value!.Value);
        }

        var occasion = Words.Parse<Occasion>("occasion", filter.Occasion);
        if (occasion.Problem is { } badOccasion) return badOccasion;
        DateTimeOffset? day = null;
        if (!string.IsNullOrEmpty(filter.LocalDate))
        {
            if (!DateOnly.TryParseExact(filter.LocalDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) || date.Year < 1900)
                return Problem.Invalid("localDate", "must be a day as YYYY-MM-DD");
            day = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
        }

        // The status as a constant: only so may the database use the index of the dead alone.
        if (wanted is [MessageStatus.Dead]) messages = messages.Where(m => m.Status == MessageStatus.Dead);
        else if (wanted.Count > 0) messages = messages.Where(m => wanted.Contains(m.Status));
        if (filter.RecipientId is { } recipient) messages = messages.Where(m => m.RecipientId == recipient);
        if (occasion.Value is { } kept) messages = messages.Where(m => m.Occasion == kept);
        if (filter.DueFrom?.ToUniversalTime() is { } from) messages = messages.Where(m => m.DueAt >= from);
        if (filter.DueTo?.ToUniversalTime() is { } to) messages = messages.Where(m => m.DueAt < to);
        if (filter.Uncertain is { } uncertain) messages = messages.Where(m => m.Uncertain == uncertain);
        if (filter.BusinessId is { } business) messages = messages.Where(m => m.BusinessId == business);
        if (day is { } start && filter.LocalDate is { } text)
        {
            // The stretch of instants that the day may lie in, for the index; quiet hours may carry it on.
            var (first, last) = (start.AddHours(-15), start.AddDays(4));
            messages = messages.Where(m => m.LocalDate == text && m.DueAt >= first && m.DueAt < last);
        }

        return null;
    }

    private static async Task<Dictionary<Guid, string>> NamesAsync(IReadOnlyList<Message> messages, OccasionsDb db, CancellationToken cancel)
    {
        var ids = messages.Select(m => m.RecipientId).Distinct().ToArray();
        return await db.Recipients.AsNoTracking().Where(r => ids.Contains(r.Id)).Select(r => new { r.Id, r.FirstName, r.LastName })
            .ToDictionaryAsync(r => r.Id, r => $"{r.FirstName} {r.LastName}", cancel);
    }
}

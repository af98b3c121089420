using System.Buffers.Text;
using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Foundation.Audit;

/// <summary>Reads the audit trail, newest first. Errors: invalid_request.</summary>
internal static class ListAudit
{
    /// <summary>One row of the trail; <c>detail</c> is JSON, <c>hash</c> lower-case hex.</summary>
    public sealed record Item(
        string Stream, int Seq, DateTimeOffset At, Guid? ActorId, string Action, string? From, string? To, JsonElement? Detail, string Hash)
    {
        internal static Item Of(AuditRow row) => new(
            row.Stream, row.Seq, row.At, row.ActorId, row.Action, row.From, row.To, Json(row.Detail), row.Hash);

        private static JsonElement? Json(string? detail)
        {
            if (detail is null) return null;
            try
            {
                return JsonElement.Parse(detail);
            }
            catch (JsonException)
            {
                // A row that somebody tampered with is still shown, as text.
                return JsonSerializer.SerializeToElement(detail);
            }
        }
    }

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/audit", Handle)
        .WithName("foundation.audit.list")
        .WithTags("audit")
        .WithSummary("Lists the audit trail, newest first")
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .RequireAuthorization(AuditTrail.Read.Name);

    internal static async Task<Results<Ok<Page<Item>>, ProblemHttpResult>> Handle(
        FoundationDb db, CancellationToken cancel,
        [Description("Only this stream, for example ticket:{id}.")] string? stream = null,
        [Description("Only what happened to this thing, for example ticket:{id} or business:{id}, in all its streams.")] string? resource = null,
        [Description("Only what this account did.")] Guid? actor = null,
        [Description("At or after this instant.")] DateTimeOffset? from = null,
        [Description("Before this instant.")] DateTimeOffset? to = null,
        [Description("Rows a page, 1 to 200; default 50.")] int? limit = null,
        [Description("Where the page before ended.")] string? cursor = null)
    {
        var asked = Cursor.Limit(limit);
        if (!asked.Ok) return asked.Problem!.ToHttp();
        if (!AuditCursor.TryParse(cursor, out var after)) return Problem.Invalid("cursor", "is not a cursor that this server gave out").ToHttp();
        var size = asked.Value;

        var rows = db.Audit.AsNoTracking();
        if (stream is not null) rows = rows.Where(r => r.Stream == stream);
        if (resource is not null)
        {
            // Side streams of a thing carry its name and a colon: business:{id}:suppressions, product:{id}:grants.
            var side = resource + ":";
#pragma warning disable CA1310 // Becomes SQL.
            rows = rows.Where(r => r.Stream == resource || r.Stream.StartsWith(side));
#pragma warning restore CA1310
        }

        if (actor is not null) rows = rows.Where(r => r.ActorId == actor);
        if (from?.Cut() is { } start) rows = rows.Where(r => r.At >= start);
        if (to?.Cut() is { } end) rows = rows.Where(r => r.At < end);
        if (after is { } at)
        {
#pragma warning disable CA1309 // Becomes SQL: the database compares, in the order in which it sorts.
            rows = rows.Where(r => r.At <= at.At
                && (r.At < at.At || string.Compare(r.Stream, at.Stream) < 0 || (r.Stream == at.Stream && r.Seq < at.Seq)));
#pragma warning restore CA1309
        }

        var page = await rows.OrderByDescending(r => r.At).ThenByDescending(r => r.Stream).ThenByDescending(r => r.Seq)
            .Take(size + 1).ToListAsync(cancel);
        var next = page.Count > size ? new AuditCursor(page[size - 1].At, page[size - 1].Stream, page[size - 1].Seq).ToString() : null;
        return TypedResults.Ok(new Page<Item>([.. page.Take(size).Select(Item.Of)], next));
    }
}

/// <summary>The last row of a page.</summary>
internal readonly record struct AuditCursor(DateTimeOffset At, string Stream, int Seq)
{
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{At.ToMicroseconds()} {Seq} {Stream}")));

    internal static bool TryParse(string? text, out AuditCursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (text.Length > 2_000 || !Base64Url.IsValid(text)) return false;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ', 3);
        if (parts.Length != 3 || parts[2].Contains('\0')
            || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            || at is < -62_135_596_800_000_000 or > 253_402_300_799_999_999
            || !int.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seq))
        {
            return false;
        }

        cursor = new AuditCursor(Instants.FromMicroseconds(at), parts[2], seq);
        return true;
    }
}

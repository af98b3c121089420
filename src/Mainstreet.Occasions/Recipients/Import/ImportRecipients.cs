using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Occasions.Recipients.Import;

/// <summary>A row that was not taken: its line in the file (from 1) and why.</summary>
public sealed record ImportError(long Line, string Error);

/// <summary>What became of a file. At most <see cref="ImportRun.MaxErrors"/> rejected rows are listed; <paramref name="RejectedCount"/> counts all.</summary>
public sealed record ImportAnswer(Guid ImportId, long Accepted, long RejectedCount, IReadOnlyList<ImportError> Rejected);

/// <summary>
/// Takes recipients from CSV (<c>text/csv</c>) or NDJSON (<c>application/x-ndjson</c>), streamed. A bad row is told by its line and the
/// others go on. With an <c>Idempotency-Key</c> the same file may be sent again after a break. Progress is told on <c>business:{id}</c> as
/// <c>recipients.importing</c>. Errors: unsupported_media_type, too_large, csv_*, idempotency_key_reused, in_progress, business_required.
/// </summary>
internal static class ImportRecipients
{
    private const int MaxKeyLength = 200;

    /// <summary>An import as it stands. <c>totalBytes</c> is null when the request did not say its length.</summary>
    public sealed record View(
        Guid Id, Guid BusinessId, long Accepted, long Rejected, long Bytes, long? TotalBytes, bool Finished, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/recipients/import", Handle)
            .WithName("occasions.recipients.import").WithSummary("Import recipients from CSV or NDJSON")
            .WithMetadata(new ImportSizeLimit())
            .Accepts<string>("text/csv", "application/x-ndjson")
            .RequireAuthorization(OccasionsPermissions.Recipients)
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);
        routes.MapGet("/v1/recipients/imports", List)
            .WithName("occasions.recipients.imports").WithSummary("The latest imports and how far they have come")
            .RequireAuthorization(OccasionsPermissions.Recipients).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<ImportAnswer>, ProblemHttpResult>> Handle(
        HttpContext http, Caller caller, ImportRun run, IBusinessDirectory businesses, IOptions<WebOptions> web,
        Guid? businessId = null, CancellationToken cancel = default)
    {
        if (FormatOf(http.Request.ContentType) is not { } format)
            return new Problem(415, "unsupported_media_type", "Send the file as text/csv or application/x-ndjson.").ToHttp();
        if (http.Request.ContentLength > web.Value.MaxImportBytes) return new Problem(413, "too_large", "The file is too large.").ToHttp();
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = web.Value.MaxImportBytes;
        var key = http.Request.Headers.TryGetValue("Idempotency-Key", out var header) ? header.ToString() : null;
        if (key is not null && (key.Length is 0 or > MaxKeyLength || key.Any(char.IsControl)))
            return Problem.Invalid("Idempotency-Key", $"must be 1 to {MaxKeyLength} printable characters").ToHttp();
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Recipients, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var answer = await run.RunAsync(http.Request.Body, format, http.Request.ContentLength, key, business.Value, caller, cancel);
        return answer.Ok ? TypedResults.Ok(answer.Value) : answer.Problem.ToHttp();
    }

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(
        Caller caller, OccasionsDb db, IBusinessDirectory businesses, Guid? businessId = null, CancellationToken cancel = default)
    {
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Recipients, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var id = business.Value.Id;
        return TypedResults.Ok(new Page<View>(await db.Imports.AsNoTracking().Where(i => i.BusinessId == id).OrderByDescending(i => i.CreatedAt).Take(20)
            .Select(i => new View(i.Id, i.BusinessId, i.Accepted, i.Rejected, i.Bytes, i.TotalBytes, i.FinishedAt != null, i.CreatedAt, i.FinishedAt))
            .ToListAsync(cancel), null));
    }

    internal static ImportFormat? FormatOf(string? mediaType) => mediaType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "text/csv" or "application/csv" => ImportFormat.Csv,
        "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/x-jsonlines" => ImportFormat.Ndjson,
        _ => null,
    };

    /// <summary>Lifts the server's limit on bodies; the import's own is checked against the options.</summary>
    internal sealed class ImportSizeLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 10_737_418_240;
    }
}

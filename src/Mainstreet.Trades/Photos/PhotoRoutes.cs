using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Files;
using Mainstreet.Foundation.Photos;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Trades.Data;
using Mainstreet.Trades.Tickets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Trades.Photos;

/// <summary>
/// Adds and serves a ticket's photos, to those who see the ticket. Errors: photo_unsupported, photo_too_large,
/// photo_too_many_pixels, photo_corrupt, too_many_photos.
/// </summary>
internal static class PhotoRoutes
{
    internal const int MaxPhotos = 30;

    /// <summary>Room for the multipart envelope around the largest photo.</summary>
    private const int Envelope = 64 * 1024;

    public sealed record View(Guid Id, string ContentType, long Bytes, int Width, int Height, string Url, bool Proof, DateTimeOffset CreatedAt);

    public sealed record ListResponse(IReadOnlyList<View> Items);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/tickets/{id:guid}/photos", Add)
            .WithName("trades.photos.add").WithSummary("Add a photo to a ticket")
            .RequireAuthorization(TradesPermissions.Read)
            .WithMetadata(new RequestSizeLimitAttribute(256L * 1024 * 1024))
            .DisableAntiforgery()   // cookies are checked by Access's own middleware, on every mutation
            .Accepts<IFormFile>("multipart/form-data")
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);
        routes.MapGet("/v1/tickets/{id:guid}/photos", List)
            .WithName("trades.photos.list").WithSummary("List a ticket's photos")
            .RequireAuthorization(TradesPermissions.Read).ProducesProblem(404);
        routes.MapGet("/v1/tickets/{id:guid}/photos/{photoId:guid}", Serve)
            .WithName("trades.photos.get").WithSummary("Read a photo")
            .RequireAuthorization(TradesPermissions.Read)
            .Produces(200, contentType: "image/jpeg", additionalContentTypes: ["image/png", "image/webp"]).ProducesProblem(404);
    }

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Add(
        Guid id, HttpContext http, Caller caller, TradesDb db, TimeProvider clock, PhotoIntake intake, IFileStore files,
        IOptions<PhotoLimits> limits, CancellationToken cancel)
    {
        if (await GetTicket.FindAsync(id, caller, db, cancel) is not { } ticket) return Problem.NotFound.ToHttp();
        if (ticket.Status is TicketStatus.Closed or TicketStatus.Cancelled) return TradesProblems.WrongStatus(ticket.Status).ToHttp();
        if (!http.Request.HasFormContentType) return new Problem(415, "unsupported_media_type", "Send multipart/form-data with a field 'file'.").ToHttp();
        if (http.Request.ContentLength > limits.Value.MaxBytes + Envelope) return PhotoProblems.TooLarge(limits.Value).ToHttp();
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(new Microsoft.AspNetCore.Http.Features.FormOptions
            {
                MultipartBodyLengthLimit = limits.Value.MaxBytes + Envelope,
                ValueCountLimit = 16,
            }, cancel);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            // Also what a body longer than the limit ends in, when its length was not said beforehand.
            return Problem.Invalid("file", "the multipart form is broken or too long").ToHttp();
        }

        if (form.Files.GetFile("file") is not { } upload) return Problem.Invalid("file", "is missing").ToHttp();
        await using var stream = upload.OpenReadStream();
        var kept = await KeepAsync(id, stream, caller, db, clock, intake, files, limits.Value, cancel);
        return kept.Ok ? TypedResults.Created(kept.Value.Url, kept.Value) : kept.Problem.ToHttp();
    }

    /// <summary>Takes a photo in for a ticket that the caller sees, and tells everybody who follows the ticket.</summary>
    internal static async Task<Outcome<View>> KeepAsync(
        Guid id, Stream upload, Caller caller, TradesDb db, TimeProvider clock, PhotoIntake intake, IFileStore files, PhotoLimits limits, CancellationToken cancel)
    {
        if (await db.Photos.CountAsync(p => p.TicketId == id, cancel) >= MaxPhotos)
            return new Problem(409, "too_many_photos", $"A ticket has at most {MaxPhotos} photos.");
        var taken = await intake.ReadAsync(upload, limits, cancel);
        if (!taken.Ok) return taken.Problem;

        // The file goes first: a row never names a file that is not there. A crash in between leaves a file without a row.
        using var data = new MemoryStream(taken.Value.Data.ToArray(), writable: false);
        var key = await files.PutAsync(data, cancel);
        var photo = new TicketPhoto
        {
            Id = clock.NewId(), TicketId = id, UploadedBy = caller.Id, FileKey = key, ContentType = taken.Value.ContentType,
            Bytes = taken.Value.Bytes, Width = taken.Value.Width, Height = taken.Value.Height, CreatedAt = clock.Now(),
        };
        try
        {
            var kept = await TicketAct.ChangeAsync(db, id, async (changed, token) =>
            {
                if (changed.Ended) return TradesProblems.WrongStatus(changed.Status);
                db.Photos.Add(photo);
                changed.Touch(photo.CreatedAt);
                await db.RecordAsync(changed, caller.Id, "ticket.photoAdded", changed.Status, new { photoId = photo.Id }, null, token);
                return null;
            }, cancel);
            if (!kept.Ok)
            {
                await files.DeleteAsync(key, CancellationToken.None);
                return kept.Problem;
            }
        }
        catch
        {
            await files.DeleteAsync(key, CancellationToken.None);
            throw;
        }

        return Of(photo);
    }

    internal static async Task<Results<Ok<ListResponse>, ProblemHttpResult>> List(Guid id, Caller caller, TradesDb db, CancellationToken cancel)
    {
        if (await GetTicket.FindAsync(id, caller, db, cancel) is null) return Problem.NotFound.ToHttp();
        return TypedResults.Ok(new ListResponse(await ReadAsync(id, db, cancel)));
    }

    internal static async Task<List<View>> ReadAsync(Guid id, TradesDb db, CancellationToken cancel) =>
        [.. (await db.Photos.AsNoTracking().Where(p => p.TicketId == id).OrderBy(p => p.CreatedAt).ThenBy(p => p.Id).ToListAsync(cancel)).Select(Of)];

    internal static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Serve(
        Guid id, Guid photoId, HttpContext http, Caller caller, TradesDb db, IFileStore files, CancellationToken cancel)
    {
        if (await GetTicket.FindAsync(id, caller, db, cancel) is null) return Problem.NotFound.ToHttp();
        var photo = await db.Photos.AsNoTracking().SingleOrDefaultAsync(p => p.Id == photoId && p.TicketId == id, cancel);
        if (photo is null || await files.OpenAsync(photo.FileKey, cancel) is not { } content) return Problem.NotFound.ToHttp();
        http.Response.Headers.CacheControl = "private, max-age=3600, immutable";
        return TypedResults.Stream(content, photo.ContentType);
    }

    private static View Of(TicketPhoto p) => new(
        p.Id, p.ContentType, p.Bytes, p.Width, p.Height, $"/v1/tickets/{p.TicketId}/photos/{p.Id}", p.Proof, p.CreatedAt);
}

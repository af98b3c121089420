using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Files;
using Mainstreet.Foundation.Photos;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Catalogue;

/// <summary>
/// A product's picture, written anew at upload. Its address changes with the picture, so it may be cached for ever. Errors:
/// product_not_found, forbidden, stale_version, concurrent_change, unsupported_media_type, photo_unsupported, photo_too_large,
/// photo_too_many_pixels, photo_corrupt.
/// </summary>
internal static class ProductImages
{
    /// <summary>Room for the multipart envelope around the largest picture.</summary>
    private const int Envelope = 64 * 1024;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/products/{id:guid}/image", Put)
            .WithName("store.images.set").WithSummary("Set a product's picture")
            .RequireAuthorization(StorePermissions.EditProducts)
            .WithMetadata(new RequestSizeLimitAttribute(256L * 1024 * 1024))
            .DisableAntiforgery()   // cookies are checked by Access's own middleware, on every mutation
            .Accepts<IFormFile>("multipart/form-data")
            .ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);
        routes.MapDelete("/v1/products/{id:guid}/image", Remove)
            .WithName("store.images.remove").WithSummary("Remove a product's picture")
            .RequireAuthorization(StorePermissions.EditProducts).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        routes.MapGet("/v1/products/{id:guid}/images/{imageId:guid}", Serve)
            .WithName("store.images.get").WithSummary("Read a product's picture")
            .AllowAnonymous()
            .Produces(200, contentType: "image/jpeg", additionalContentTypes: ["image/png", "image/webp"]).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<ProductView>, ProblemHttpResult>> Put(
        Guid id, HttpContext http, Caller caller, StoreDb db, TimeProvider clock, PhotoIntake intake, IFileStore files, IOptions<PhotoLimits> limits, CancellationToken cancel)
    {
        if (await RefusalAsync(id, caller, db, cancel) is { } refusal) return refusal.ToHttp();
        if (!http.Request.HasFormContentType) return new Problem(415, "unsupported_media_type", "Send multipart/form-data with a field 'file'.").ToHttp();
        if (http.Request.ContentLength > limits.Value.MaxBytes + Envelope) return PhotoProblems.TooLarge(limits.Value).ToHttp();
        IFormCollection form;
        try
        {
            form = await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = limits.Value.MaxBytes + Envelope, ValueCountLimit = 16 }, cancel);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            // Also what a body longer than the limit ends in, when its length was not said beforehand.
            return Problem.Invalid("file", "the multipart form is broken or too long").ToHttp();
        }

        if (form.Files.GetFile("file") is not { } upload) return Problem.Invalid("file", "is missing").ToHttp();
        await using var stream = upload.OpenReadStream();
        var taken = await intake.ReadAsync(stream, limits.Value, cancel);
        if (!taken.Ok) return taken.Problem.ToHttp();

        // The file goes first: a row never names a file that is not there. A crash in between leaves a file without a row.
        using var data = new MemoryStream(taken.Value.Data.ToArray(), writable: false);
        var key = await files.PutAsync(data, cancel);
        var kept = false;
        try
        {
            var changed = await ChangeAsync(id, key, taken.Value.ContentType, http, caller, db, clock, files, cancel);
            kept = changed.Ok;
            return changed.Ok ? TypedResults.Ok(changed.Value) : changed.Problem.ToHttp();
        }
        finally
        {
            if (!kept) await files.DeleteAsync(key, CancellationToken.None);
        }
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(
        Guid id, HttpContext http, Caller caller, StoreDb db, TimeProvider clock, IFileStore files, CancellationToken cancel)
    {
        if (await RefusalAsync(id, caller, db, cancel) is { } refusal) return refusal.ToHttp();
        var changed = await ChangeAsync(id, null, null, http, caller, db, clock, files, cancel);
        return changed.Ok ? TypedResults.NoContent() : changed.Problem.ToHttp();
    }

    internal static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Serve(
        Guid id, Guid imageId, HttpContext http, StoreDb db, IFileStore files, CancellationToken cancel)
    {
        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancel);
        if (product is null || product.ImageId != imageId || !product.IsVisibleTo(http.Features.Get<Caller>())
            || await files.OpenAsync(product.ImageKey!, cancel) is not { } content)
            return StoreProblems.ProductNotFound.ToHttp();
        http.Response.Headers.CacheControl = $"{(product.Active ? "public" : "private")}, max-age=31536000, immutable";
        return TypedResults.Stream(content, product.ImageType);
    }

    private static async Task<Outcome<ProductView>> ChangeAsync(
        Guid id, string? key, string? type, HttpContext http, Caller caller, StoreDb db, TimeProvider clock, IFileStore files, CancellationToken cancel)
    {
        string? old = null;
        try
        {
            var changed = await db.InTransactionAsync<Outcome<ProductView>>(async token =>
            {
                var product = await db.Products.SingleAsync(p => p.Id == id, token);
                if (http.CheckIfMatch(product.Version) is { } stale) return stale;
                old = product.ImageKey;
                (product.ImageId, product.ImageKey, product.ImageType) = (key is null ? null : clock.NewId(), key, type);
                product.Version++;
                product.UpdatedAt = clock.Now();
                await db.AuditAsync(new AuditEntry($"product:{id}", caller.Id, key is null ? "product.imageRemoved" : "product.imageSet", Detail: new { product.Version }), token);
                await db.SaveChangesAsync(token);
                return ProductView.Of(product, await db.Stock.AnyAsync(s => s.ProductId == id && s.OnHand > s.Reserved, token));
            }, cancel);
            if (!changed.Ok) return changed;
            http.SetETag(changed.Value.Version);
            if (old is not null) await files.DeleteAsync(old, CancellationToken.None);
            return changed;
        }
        catch (DbUpdateException exception) when (exception is DbUpdateConcurrencyException || Storage.IsUniqueViolation(exception))
        {
            return http.Request.Headers.IfMatch.Count > 0 ? Problem.Stale : Problem.ConcurrentChange;
        }
    }

    private static async Task<Problem?> RefusalAsync(Guid id, Caller caller, StoreDb db, CancellationToken cancel)
    {
        var product = await db.Products.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancel);
        if (product is null || !product.IsVisibleTo(caller)) return StoreProblems.ProductNotFound;
        return product.IsOpenTo(caller, StorePermissions.EditProducts) ? null : Problem.Forbidden;
    }
}

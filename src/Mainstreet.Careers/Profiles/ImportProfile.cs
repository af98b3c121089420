using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles.Import;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Profiles;

/// <summary>
/// Reads a JSON Resume, a PDF or a DOCX, as the whole body or as the field <c>file</c> of a form, into the caller's profile. Errors: invalid_request,
/// unsupported_media_type, document_too_large, document_broken, document_encrypted, no_text, stale_version, concurrent_change.
/// </summary>
internal static class ImportProfile
{
    /// <summary>Room for the multipart envelope.</summary>
    private const int Envelope = 64 * 1024;

    /// <param name="Format">json, pdf or docx.</param>
    /// <param name="Resume">What was read, as JSON Resume.</param>
    /// <param name="Notes">What a person should look at: guesses, and lines that found no place.</param>
    /// <param name="Saved">False when it was only looked at (<c>?save=false</c>).</param>
    public sealed record Response(string Format, JsonElement Resume, IReadOnlyList<ImportNote> Notes, bool Saved);

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/profiles/me/import", Handle)
        .WithName("careers.profile.import").WithSummary("Read your profile from a file")
        .RequireAuthorization(CareersPermissions.Profile)
        .WithMetadata(new OwnLimit())
        .DisableAntiforgery()   // cookies are checked by Access's own middleware, on every mutation
        .ProducesValidationProblem().ProducesProblem(409).ProducesProblem(412).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Caller caller, HttpContext http, CareersDb db, TimeProvider clock, IOptions<CareersOptions> options, bool? save = null, CancellationToken cancel = default)
    {
        var file = await ReadAsync(http, options.Value, cancel);
        if (!file.Ok) return file.Problem.ToHttp();
        var read = ImportedFile.Read(file.Value);
        if (!read.Ok) return read.Problem.ToHttp();
        if (System.Text.Encoding.UTF8.GetByteCount(read.Value.Document) > options.Value.MaxProfileBytes) return ProfileProblems.TooLarge.ToHttp();
        if (save != false)
        {
            var saved = await KeepProfile.SaveAsync(
                read.Value.Document, JsonSerializer.Serialize(read.Value.Notes, Json.Stored), "profile.imported", caller, http, db, clock, cancel);
            if (!saved.Ok) return saved.Problem.ToHttp();
        }

        return TypedResults.Ok(new Response(read.Value.Format, JsonSerializer.Deserialize<JsonElement>(read.Value.Document), read.Value.Notes, save != false));
    }

    internal static async Task<Outcome<byte[]>> ReadAsync(HttpContext http, CareersOptions options, CancellationToken cancel)
    {
        var problem = ImportProblems.TooLarge.With($"At most {options.MaxImportBytes} bytes are read.");
        if (http.Request.ContentLength > options.MaxImportBytes + Envelope) return problem;
        if (!http.Request.HasFormContentType) return await BoundedBody.ReadAsync(http.Request, options.MaxImportBytes, cancel) is { } body ? body : problem;
        try
        {
            var form = await http.Request.ReadFormAsync(new FormOptions { MultipartBodyLengthLimit = options.MaxImportBytes + Envelope, ValueCountLimit = 16 }, cancel);
            if (form.Files.GetFile("file") is not { } upload) return Problem.Invalid("file", "is missing");
            await using var stream = upload.OpenReadStream();
            return await BoundedBody.ReadAsync(stream, options.MaxImportBytes, cancel) is { } bytes ? bytes : problem;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return Problem.Invalid("file", "the multipart form is broken or too long");
        }
    }

    /// <summary>The handler counts by itself.</summary>
    private sealed class OwnLimit : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => 200_000_000;
    }
}

using System.Text;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles.Export;
using Mainstreet.Careers.Profiles.Resumes;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Careers.Profiles;

/// <summary>One's own profile as a file, whole or as one audience sees it. Errors: invalid_request, profile_not_found, mask_not_found.</summary>
internal static class ExportProfile
{
    internal static readonly Problem MaskNotFound = new(404, "mask_not_found", "The profile has no such mask.");

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/profiles/me/export", Handle)
        .WithName("careers.profile.export").WithSummary("Export your profile: jsonresume, pdf or docx")
        .RequireAuthorization(CareersPermissions.Profile)
        .Produces(200, contentType: "application/json", additionalContentTypes: ["application/pdf", PaperDocx.ContentType])
        .ProducesValidationProblem().ProducesProblem(404);

    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Handle(
        Caller caller, HttpContext http, CareersDb db, CancellationToken cancel, string format = "jsonresume", string? mask = null)
    {
        if (format is not ("jsonresume" or "pdf" or "docx")) return Problem.Invalid("format", "must be jsonresume, pdf or docx").ToHttp();
        if (await KeepProfile.FindAsync(caller, db, cancel) is not { } profile) return CareersProblems.ProfileNotFound.ToHttp();
        var document = profile.Document;
        if (mask is not null)
        {
            if (Masks.Of(profile).FirstOrDefault(m => m.Key == mask) is not { } chosen) return MaskNotFound.ToHttp();
            document = Masks.Apply(document, chosen);
        }

        http.SetETag(profile.Version);
        if (format == "jsonresume") return TypedResults.File(Encoding.UTF8.GetBytes(document), "application/json", "resume.json");
        var cv = CvView.Of(document);
        var parts = ResumeParts.Of(cv);
        return format == "pdf"
            ? TypedResults.File(PaperPdf.Write(ResumeParts.TitleOf(cv), profile.UpdatedAt, parts), "application/pdf", "resume.pdf")
            : TypedResults.File(PaperDocx.Write(parts), PaperDocx.ContentType, "resume.docx");
    }
}

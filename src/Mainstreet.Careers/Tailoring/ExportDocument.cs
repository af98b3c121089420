using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles.Export;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Tailoring;

/// <summary>One's document as a file, exactly as it may be sent: what was accepted, and of that what the profile still supports. Errors: not_found, invalid_request.</summary>
internal static class ExportDocument
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/documents/{id:guid}/export", Handle)
        .WithName("careers.documents.export").WithSummary("A document as a file: pdf or docx")
        .RequireAuthorization(CareersPermissions.Apply)
        .Produces(200, contentType: "application/pdf", additionalContentTypes: [PaperDocx.ContentType])
        .ProducesValidationProblem().ProducesProblem(404);

    internal static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Handle(
        Guid id, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel, string format = "pdf")
    {
        if (format is not ("pdf" or "docx")) return Problem.Invalid("format", "must be pdf or docx").ToHttp();
        if (await db.Documents.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.AccountId == caller.Id, cancel) is not { } stored) return Problem.NotFound.ToHttp();
        var view = await DocumentRoutes.ViewAsync(stored, db, clock, cancel);
        var parts = Paper(stored.Kind, view.Blocks.Select(block => (block.Section, block.Text)));
        var name = stored.Kind == DocumentKind.Letter ? "letter" : "resume";
        http.SetETag(stored.Version);
        return format == "pdf"
            ? TypedResults.File(PaperPdf.Write($"{(stored.Kind == DocumentKind.Letter ? "Letter" : "Résumé")} for {stored.PostingTitle}", stored.UpdatedAt, parts), "application/pdf", $"{name}.pdf")
            : TypedResults.File(PaperDocx.Write(parts), PaperDocx.ContentType, $"{name}.docx");
    }

    /// <summary>The lines of a document as they stand on paper.</summary>
    internal static List<PaperPart> Paper(DocumentKind kind, IEnumerable<(string Section, string Text)> lines)
    {
        var parts = new List<PaperPart>();
        string? before = null;
        foreach (var (section, text) in lines)
        {
            if (kind == DocumentKind.Resume && section != before && section is not ("name" or "")) parts.Add(new PaperPart(PaperStyle.Heading, char.ToUpperInvariant(section[0]) + section[1..]));
            before = section;
            parts.Add(new PaperPart(section == "name" ? PaperStyle.Title : PaperStyle.Paragraph, text));
        }

        return parts;
    }
}

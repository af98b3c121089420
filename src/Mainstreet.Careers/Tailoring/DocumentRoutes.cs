using System.ComponentModel.DataAnnotations;

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Tailoring;

/// <summary>
/// One's documents: what they say, on which facts, what changed against the base, and taking changes back block by block. A block whose facts
/// have left the profile is not shown. Errors: not_found, invalid_request, stale_version, profile_not_found.
/// </summary>
internal static class DocumentRoutes
{
    /// <param name="Reverted">Ids of the blocks that shall be as in the base; those left out are accepted.</param>
    public sealed record Request([MaxLength(500)] IReadOnlyList<string> Reverted);

    /// <param name="Kind">resume or letter.</param>
    /// <param name="JobId">Of a posting here; leave it out to paste one.</param>
    public sealed record Draft(DocumentKind Kind, Guid? JobId = null, AnalyzeGap.PastedPosting? Posting = null);

    public sealed record Row(Guid Id, Guid? JobId, string Kind, string PostingTitle, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    public sealed record BlockView(string Id, string Section, string Text, IReadOnlyList<string> FactIds);

    public sealed record ChangeView(string BlockId, string Change, string? Before, string? After, bool Reverted);

    public sealed record RefusalView(string Code, string Words);

    public sealed record KeywordView(string Name, string Importance, string Place, IReadOnlyList<string> BlockIds);

    public sealed record KeywordsView(decimal? Coverage, decimal? Reachable, IReadOnlyList<KeywordView> Keywords, IReadOnlyList<string> Notes);

    public sealed record QuestionView(string Question, string Hint, IReadOnlyList<string> FactIds, IReadOnlyList<string> Own);

    /// <param name="Blocks">In order, as the person accepted them; every one supported by the profile as it is now.</param>
    /// <param name="Changes">Against the base résumé; empty for letters.</param>
    /// <param name="Refused">What a model proposed and the profile does not support.</param>
    public sealed record Response(
        Guid Id, Guid? JobId, string Kind, string PostingTitle, IReadOnlyList<BlockView> Blocks, IReadOnlyList<ChangeView> Changes, IReadOnlyList<RefusalView> Refused,
        KeywordsView Keywords, IReadOnlyList<QuestionView> Questions, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/documents", Write)
            .WithName("careers.documents.write").WithSummary("Write a résumé or letter for a posting out of your profile")
            .RequireAuthorization(CareersPermissions.Apply).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(422);
        routes.MapGet("/v1/documents", List)
            .WithName("careers.documents.list").WithSummary("List your résumés and letters, newest first")
            .RequireAuthorization(CareersPermissions.Apply).ProducesProblem(400);
        routes.MapGet("/v1/documents/{id:guid}", One)
            .WithName("careers.documents.get").WithSummary("Read a document with its changes, keywords and interview questions")
            .RequireAuthorization(CareersPermissions.Apply).ProducesProblem(404);
        routes.MapPatch("/v1/documents/{id:guid}", Revert)
            .WithName("careers.documents.revert").WithSummary("Take changes of a document back, block by block")
            .RequireAuthorization(CareersPermissions.Apply).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
    }

    internal static async Task<Results<Created<Response>, ProblemHttpResult>> Write(Draft request, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, WriteDocument writer, CancellationToken cancel)
    {
        if (request.JobId is null == request.Posting is null) return Problem.Invalid("jobId", "give the id of a posting, or a posting's text").ToHttp();
        var written = request.Posting is { } pasted
            ? await writer.ForPostingAsync(request.Kind, caller.Id, null, pasted.ToText(), null, cancel)
            : await writer.ForJobAsync(request.Kind, caller.Id, request.JobId!.Value, null, cancel);
        if (!written.Ok) return written.Problem.ToHttp();
        http.SetETag(written.Value.Version);
        return TypedResults.Created($"/v1/documents/{written.Value.Id}", await ViewAsync(written.Value, db, clock, cancel));
    }

    internal static async Task<Results<Ok<Page<Row>>, ProblemHttpResult>> List(Caller caller, CareersDb db, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var from = Cursor.Parse(cursor);
        if (from.Problem is { } problem) return problem.ToHttp();
        var query = db.Documents.AsNoTracking().Where(d => d.AccountId == caller.Id);
        if (from.Value is { } at) query = query.Where(d => d.CreatedAt < at.At || (d.CreatedAt == at.At && d.Id.CompareTo(at.Id) < 0));
        var rows = await query.OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Take(size.Value + 1)
            .Select(d => new { d.Id, d.JobId, d.Kind, d.PostingTitle, d.CreatedAt, d.UpdatedAt }).ToListAsync(cancel);
        var items = rows.Take(size.Value).Select(d => new Row(d.Id, d.JobId, Word(d.Kind), d.PostingTitle, d.CreatedAt, d.UpdatedAt)).ToList();
        return TypedResults.Ok(new Page<Row>(items, rows.Count > size.Value ? new Cursor(items[^1].CreatedAt, items[^1].Id).ToString() : null));
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> One(Guid id, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, CancellationToken cancel)
    {
        if (await db.Documents.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.AccountId == caller.Id, cancel) is not { } document) return Problem.NotFound.ToHttp();
        http.SetETag(document.Version);
        return TypedResults.Ok(await ViewAsync(document, db, clock, cancel));
    }

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Revert(
        Guid id, Request request, Caller caller, HttpContext http, CareersDb db, TimeProvider clock, TailoringMetrics metrics, CancellationToken cancel)
    {
        if (await db.Documents.SingleOrDefaultAsync(d => d.Id == id && d.AccountId == caller.Id, cancel) is not { } document) return Problem.NotFound.ToHttp();
        if (http.CheckIfMatch(document.Version) is { } stale) return stale.ToHttp();
        var before = document.TakenBack.Count;
        document.TakeBack(request.Reverted, clock.Now());
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Problem.ConcurrentChange.ToHttp();
        }
        metrics.Reverted(document.Kind, document.TakenBack.Count - before);
        http.SetETag(document.Version);
        return TypedResults.Ok(await ViewAsync(document, db, clock, cancel));
    }

    /// <summary>The document as it may be sent: what the person accepted, and of that only what the profile still supports.</summary>
    internal static async Task<Response> ViewAsync(StoredDocument stored, CareersDb db, TimeProvider clock, CancellationToken cancel)
    {
        var profile = await db.Profiles.AsNoTracking().Where(p => p.AccountId == stored.AccountId).Select(p => p.Document).SingleOrDefaultAsync(cancel);
        var facts = profile is null ? [] : FactReader.Read(profile);
        var today = DateOnly.FromDateTime(clock.Now().UtcDateTime);
        var recogniser = SkillRecogniser.Own;
        var candidate = new Candidate(facts, CandidateWishes.None, today, recogniser);
        var analysis = CompatibilityAnalyser.Own.Analyse(candidate, stored.PostingText);
        var (before, after, reverted) = (stored.Base, stored.Tailored, stored.TakenBack);
        var chosen = DocumentDiff.Revert(before, after, reverted);
        var (document, _) = new ClaimValidator(recogniser, today).Keep(chosen, new FactBook(facts, recogniser), stored.Kind == DocumentKind.Letter ? LetterSentences.Of(stored.PostingText, analysis) : null);
        var changes = stored.Kind == DocumentKind.Letter ? [] : DocumentDiff.Between(before, after);
        var report = KeywordReport.Of(document, analysis, candidate, recogniser);
        return new Response(
            stored.Id, stored.JobId, Word(stored.Kind), stored.PostingTitle,
            [.. document.Blocks.Select(block => new BlockView(block.Id, block.Section, block.Text, block.FactIds))],
            [.. changes.Select(change => new ChangeView(change.BlockId, Word(change.Change), change.Before, change.After, reverted.Contains(change.BlockId)))],
            [.. stored.Refused.Select(objection => new RefusalView(objection.Code, objection.Words))],
            new KeywordsView(report.Coverage, report.Reachable, [.. report.Keywords.Select(one => new KeywordView(one.Name, Word(one.Importance), Word(one.Place), one.BlockIds))], report.Notes),
            [.. InterviewQuestion.For(analysis).Select(one => new QuestionView(one.Question, one.Hint, one.FactIds, one.Own))],
            stored.CreatedAt, stored.UpdatedAt);
    }

    private static string Word<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

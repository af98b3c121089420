using System.ComponentModel.DataAnnotations;
using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Compatibility;

/// <summary>
/// Says how the caller's profile fits a posting, with evidence for every requirement and a plan for the gaps. The posting is named by its id or
/// pasted as text. The same profile, posting, weights and day give the same answer. Errors: profile_not_found, posting_not_found, invalid_request.
/// </summary>
internal static class AnalyzeGap
{
    /// <param name="Title">One line.</param>
    /// <param name="Description">Plain text.</param>
    public sealed record PastedPosting([Required, StringLength(300)] string Title, [StringLength(50_000)] string Description, [StringLength(200)] string? Company = null, [StringLength(200)] string? Place = null, bool? Remote = null)
    {
        internal PostingText ToText() => new(Title, Company, Place, Description, Remote);
    }

    /// <summary>Only their ratios matter.</summary>
    public sealed record Weights(
        [Range(0.0, 1000.0)] decimal Skills = 40, [Range(0.0, 1000.0)] decimal Years = 15, [Range(0.0, 1000.0)] decimal Seniority = 10, [Range(0.0, 1000.0)] decimal Place = 10,
        [Range(0.0, 1000.0)] decimal Pay = 10, [Range(0.0, 1000.0)] decimal Growth = 8, [Range(0.0, 1000.0)] decimal Culture = 7);

    /// <param name="LeastPay">Per year, whole units of the currency.</param>
    public sealed record Wishes(
        [StringLength(200)] string? Place = null, bool WillRelocate = false, [Range(0.0, 1e12)] decimal? LeastPay = null, [StringLength(3, MinimumLength = 3)] string? Currency = null,
        bool? MayWork = null, [MaxLength(20)] IReadOnlyList<string>? Likes = null, [MaxLength(20)] IReadOnlyList<string>? Avoids = null);

    /// <param name="JobId">Of a posting here; leave it out to paste one.</param>
    public sealed record Request(Guid? JobId = null, PastedPosting? Posting = null, Weights? Weights = null, Wishes? Wishes = null);

    public sealed record SpanView(int Start, int Length);

    public sealed record EvidenceView(string FactId, string Quote, SpanView PostingSpan);

    public sealed record RequirementView(string Text, string Label, string Kind, string Importance, string State, SpanView PostingSpan, IReadOnlyList<EvidenceView> Evidence, string? Why);

    public sealed record PartView(string Name, decimal Weight, bool Known, decimal? Fit, decimal MaxPoints, decimal Points, string Why);

    public sealed record FilterView(string Name, string State, string Why, SpanView PostingSpan);

    public sealed record GapView(string Label, string Importance, string State, string? Closest, IReadOnlyList<string> Steps);

    /// <param name="Score">0 to 100: the sum of the parts' points.</param>
    /// <param name="Verdict">apply_now, strong_candidate, moderate_fit, stretch_goal or skip.</param>
    /// <param name="KnownShare">Share of the weights on which something is known, 0 to 1.</param>
    public sealed record Response(
        decimal Score, string Verdict, decimal KnownShare, IReadOnlyList<PartView> Parts, IReadOnlyList<RequirementView> Requirements, IReadOnlyList<FilterView> HardFilters, IReadOnlyList<GapView> Gaps)
    {
        internal static Response From(Analysis analysis) => new(
            analysis.Score, JsonNamingPolicy.SnakeCaseLower.ConvertName(analysis.Verdict.ToString()), analysis.KnownShare,
            [.. analysis.Parts.Select(part => new PartView(part.Name, part.Weight, part.Known, part.Fit is { } fit ? Math.Round(fit, 4) : null, part.MaxPoints, part.Points, part.Why))],
            [.. analysis.Requirements.Select(answer => new RequirementView(answer.Text, answer.Label, Word(answer.Asked.Kind), Word(answer.Asked.Importance), Word(answer.State), Span(answer.Asked.Span),
                [.. answer.Evidence.Select(one => new EvidenceView(one.FactId, one.Quote, Span(one.PostingSpan)))], answer.Why))],
            [.. analysis.HardFilters.Select(filter => new FilterView(filter.Name, Word(filter.State), filter.Why, Span(filter.Span)))],
            [.. analysis.Gaps.Select(gap => new GapView(gap.Label, Word(gap.Importance), Word(gap.State), gap.Closest, gap.Steps))]);

        private static SpanView Span(PostingSpan span) => new(span.Start, span.Length);

        private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
    }

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/hunter/analyze-gap", Handle)
        .WithName("careers.hunter.analyze").WithSummary("Compare your profile with a posting, with evidence")
        .RequireAuthorization(CareersPermissions.Search).ProducesValidationProblem().ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Request request, Caller caller, CareersDb db, TimeProvider clock, IEnumerable<IPostingTexts> postings, CancellationToken cancel)
    {
        if (request.JobId is null == request.Posting is null) return Problem.Invalid("jobId", "give the id of a posting, or a posting's text").ToHttp();
        var weights = request.Weights is { } w ? new AnalysisWeights(w.Skills, w.Years, w.Seniority, w.Place, w.Pay, w.Growth, w.Culture) : AnalysisWeights.Default;
        if (!weights.Valid) return Problem.Invalid("weights", "at least one must be above 0").ToHttp();
        if (request.Wishes is { } wished && ((wished.Likes ?? []).Any(one => one is null) || (wished.Avoids ?? []).Any(one => one is null))) return Problem.Invalid("wishes", "must not hold null").ToHttp();
        var posting = request.Posting is { } pasted
            ? pasted.ToText()
            : await WriteDocument.FindPostingAsync(postings, request.JobId!.Value, cancel);
        if (posting is null) return CareersProblems.PostingNotFound.ToHttp();
        var document = await db.Profiles.AsNoTracking().Where(p => p.AccountId == caller.Id).Select(p => p.Document).SingleOrDefaultAsync(cancel);
        if (document is null) return CareersProblems.ProfileNotFound.ToHttp();

        var wishes = request.Wishes is { } s ? new CandidateWishes(s.Place, s.WillRelocate, s.LeastPay, s.Currency?.ToUpperInvariant(), s.MayWork, s.Likes, s.Avoids) : CandidateWishes.None;
        var candidate = new Candidate(FactReader.Read(document), wishes, DateOnly.FromDateTime(clock.Now().UtcDateTime), SkillRecogniser.Own);
        return TypedResults.Ok(Response.From(CompatibilityAnalyser.Own.Analyse(candidate, posting, weights)));
    }
}

using System.ComponentModel.DataAnnotations;
using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Jobs.Alerts;

/// <summary>
/// Searches that an account keeps. When a posting is new and fits, the account gets <c>jobs.matched</c> on its live topic <c>user:{id}</c>, once for
/// each posting; with <c>byEmail</c> also mail, within minutes. Errors: invalid_request, too_many_searches, not_found.
/// </summary>
internal static class JobSearchRoutes
{
    /// <param name="Name">1 to 100 characters; without one, the words.</param>
    /// <param name="Q">As in the search, as all that follow.</param>
    /// <param name="PayMin">Whole units a year; needs <paramref name="Currency"/>.</param>
    /// <param name="ByEmail">Mail too; only to an address that is confirmed.</param>
    public sealed record Request(
        [property: StringLength(100, MinimumLength = 1)] string? Name = null, string? Q = null, string? Location = null, IReadOnlyList<string>? Company = null, IReadOnlyList<string>? Place = null,
        IReadOnlyList<string>? Country = null, IReadOnlyList<string>? Workplace = null, IReadOnlyList<string>? Employment = null, IReadOnlyList<string>? Seniority = null, IReadOnlyList<string>? Source = null,
        long? PayMin = null, string? Currency = null, bool ByEmail = false);

    /// <param name="Matches">Postings that the account was told of.</param>
    public sealed record View(
        Guid Id, string Name, string? Q, string? Location, IReadOnlyList<string> Company, IReadOnlyList<string> Place, IReadOnlyList<string> Country, IReadOnlyList<string> Workplace, IReadOnlyList<string> Employment,
        IReadOnlyList<string> Seniority, IReadOnlyList<string> Source, long? PayMin, string? Currency, bool ByEmail, int Matches, DateTimeOffset CreatedAt);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/jobs/searches", List)
            .WithName("careers.searches.list").WithSummary("List your saved job searches")
            .RequireAuthorization(CareersPermissions.Search).ProducesProblem(400);
        routes.MapGet("/v1/jobs/searches/{id:guid}", One)
            .WithName("careers.searches.get").WithSummary("Read a saved job search")
            .RequireAuthorization(CareersPermissions.Search).ProducesProblem(404);
        routes.MapPost("/v1/jobs/searches", Save)
            .WithName("careers.searches.save").WithSummary("Save a job search and be told of new postings")
            .RequireAuthorization(CareersPermissions.Search).Idempotent().ProducesValidationProblem().ProducesProblem(409);
        routes.MapDelete("/v1/jobs/searches/{id:guid}", Remove)
            .WithName("careers.searches.remove").WithSummary("Remove a saved job search")
            .RequireAuthorization(CareersPermissions.Search).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<Page<View>>, ProblemHttpResult>> List(Caller caller, CareersDb db, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var after = Cursor.Parse(cursor);
        if (after.Problem is { } bad) return bad.ToHttp();
        var query = db.JobSearches.AsNoTracking().Where(s => s.AccountId == caller.Id);
        if (after.Value is { } last) query = query.Where(s => s.CreatedAt > last.At || (s.CreatedAt == last.At && s.Id.CompareTo(last.Id) > 0));
        var rows = await Counted(query.OrderBy(s => s.CreatedAt).ThenBy(s => s.Id).Take(size.Value + 1), db).ToListAsync(cancel);
        var next = rows.Count > size.Value ? new Cursor(rows[size.Value - 1].Search.CreatedAt, rows[size.Value - 1].Search.Id).ToString() : null;
        return TypedResults.Ok(new Page<View>([.. rows.Take(size.Value).Select(Of)], next));
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> One(Guid id, Caller caller, CareersDb db, CancellationToken cancel)
    {
        var row = await Counted(db.JobSearches.AsNoTracking().Where(s => s.Id == id && s.AccountId == caller.Id), db).SingleOrDefaultAsync(cancel);
        return row is null ? Problem.NotFound.ToHttp() : TypedResults.Ok(Of(row));
    }

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Save(
        Request request, Caller caller, IdempotentCall call, CareersDb db, TimeProvider clock, IOptions<JobsOptions> options, CancellationToken cancel)
    {
        var filter = SearchJobs.Check(new JobFilter(
            request.Q?.Trim(), request.Location?.Trim(), request.Company ?? [], request.Place ?? [], request.Country ?? [], request.Workplace ?? [], request.Employment ?? [], request.Seniority ?? [], request.Source ?? [],
            request.PayMin, request.Currency));
        if (!filter.Ok) return filter.Problem.ToHttp();
        var saved = await SaveAsync(filter.Value, request.Name, request.ByEmail, caller, call, db, clock, options.Value, cancel);
        return saved.Ok ? TypedResults.Created($"/v1/jobs/searches/{saved.Value.Id}", saved.Value) : saved.Problem.ToHttp();
    }

    /// <summary>The same for the page's form.</summary>
    internal static async Task<Outcome<View>> SaveAsync(
        JobFilter filter, string? name, bool byEmail, Caller caller, IdempotentCall? call, CareersDb db, TimeProvider clock, JobsOptions options, CancellationToken cancel)
    {
        var words = string.Join(' ', JobWords.In(filter.Q));
        if (words.Length == 0 && filter.Location is null && filter.PayMin is null && JobIndex.AllFacets.All(f => filter.Of(f).Count == 0)) return Problem.Invalid("q", "is needed, or another filter");
        if (await db.JobSearches.CountAsync(s => s.AccountId == caller.Id, cancel) >= options.SavedSearches)
            return new Problem(409, "too_many_searches", $"An account keeps at most {options.SavedSearches} searches.");
        var search = new SavedJobSearch
        {
            Id = clock.NewId(), AccountId = caller.Id, Synthetic = caller.Synthetic, CreatedAt = clock.Now(), ByEmail = byEmail,
            Name = name?.Trim() is { Length: > 0 } named ? named : NameOf(filter, words), Query = JsonSerializer.Serialize(filter, Json.Stored),
        };
        db.JobSearches.Add(search);
        var view = Of(new Row(search, 0));
        call?.Answer(db, StatusCodes.Status201Created, view, $"/v1/jobs/searches/{search.Id}");
        await db.SaveChangesAsync(cancel);
        return view;
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid id, Caller caller, CareersDb db, CancellationToken cancel)
    {
        var gone = await db.InTransactionAsync(token => db.JobSearches.Where(s => s.Id == id && s.AccountId == caller.Id).ExecuteDeleteAsync(token), cancel);
        return gone == 0 ? Problem.NotFound.ToHttp() : TypedResults.NoContent();
    }

    private static string NameOf(JobFilter filter, string words)
    {
        var name = string.Join(", ", new[] { words, filter.Location ?? "" }.Concat(JobIndex.AllFacets.SelectMany(filter.Of)).Where(t => t.Length > 0));
        if (name.Length == 0) name = $"{filter.PayMin} {filter.Currency}";
        return name.Length <= 100 ? name : name[..(char.IsHighSurrogate(name[99]) ? 99 : 100)];
    }

    private static IQueryable<Row> Counted(IQueryable<SavedJobSearch> searches, CareersDb db) => searches.Select(s => new Row(s, db.JobSearchHits.Count(h => h.SearchId == s.Id)));

    private static View Of(Row row)
    {
        var f = JsonSerializer.Deserialize<JobFilter>(row.Search.Query, Json.Stored)!;
        return new View(
            row.Search.Id, row.Search.Name, f.Q, f.Location, f.Company, f.Place, f.Country, f.Workplace, f.Employment, f.Seniority, f.Source, f.PayMin, f.Currency, row.Search.ByEmail, row.Matches, row.Search.CreatedAt);
    }

    private sealed record Row(SavedJobSearch Search, int Matches);
}

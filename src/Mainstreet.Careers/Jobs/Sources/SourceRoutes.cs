using Mainstreet.Careers.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Jobs.Sources;

/// <summary>What sources there are, what they can do and how their last reading went; and reading them by hand. Errors: invalid_request.</summary>
internal static class SourceRoutes
{
    public sealed record BoardView(string Board, DateTimeOffset? ReadAt, bool? Complete, int? Found, int? Expected, string? Problem);

    /// <param name="Name">In requests and in the facet.</param>
    /// <param name="Title">For people.</param>
    /// <param name="Reads">Whether this program can read it.</param>
    /// <param name="Descriptions">It gives whole texts.</param>
    /// <param name="Pay">It says what is paid, where the company does.</param>
    /// <param name="Total">It says how many postings there are.</param>
    /// <param name="Applies">One can apply there through this program.</param>
    /// <param name="Needs">What is missing for it to be read.</param>
    /// <param name="Boards">Those that are configured.</param>
    public sealed record View(string Name, string Title, bool Reads, bool Descriptions, bool Pay, bool Total, bool Applies, string? Needs, IReadOnlyList<BoardView> Boards);

    public sealed record ListResponse(IReadOnlyList<View> Items);

    public sealed record ReadResponse(IReadOnlyList<SourceReading> Readings);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/jobs/sources", List)
            .WithName("careers.sources.list").WithSummary("List the sources of postings and what each can do")
            .RequireAuthorization(CareersPermissions.Search);
        routes.MapPost("/v1/jobs/sources/{name}/read", Read)
            .WithName("careers.sources.read").WithSummary("Read a source's boards now")
            .RequireAuthorization(CareersPermissions.ImportJobs).ProducesProblem(404);
    }

    internal static async Task<Ok<ListResponse>> List(CareersDb db, JobSources sources, CancellationToken cancel)
    {
        var known = await db.SourceReadings.AsNoTracking().ToDictionaryAsync(r => (r.Source, r.Board), cancel);
        return TypedResults.Ok(new ListResponse([.. sources.All.Select(s => new View(
            s.Info.Name, s.Info.Title, s.Info.Reads, s.Info.Descriptions, s.Info.Pay, s.Info.Total, s.Info.Applies, s.Info.Needs,
            [.. s.Boards.Select(b => known.GetValueOrDefault((s.Info.Name, b.Key)) is { } last ? new BoardView(b.Key, last.ReadAt, last.Complete, last.Found, last.Expected, last.Problem) : new BoardView(b.Key, null, null, null, null, null))]))]));
    }

    internal static async Task<Results<Ok<ReadResponse>, ProblemHttpResult>> Read(string name, Caller caller, JobSources sources, ReadSources read, CancellationToken cancel) =>
        sources.Find(name) is null ? Problem.NotFound.ToHttp() : TypedResults.Ok(new ReadResponse(await read.RunAsync([name], force: true, caller.Id, progress: null, cancel)));
}

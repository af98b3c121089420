using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments;

/// <summary>One's own deployments, their logs, and what changed between two. Errors: not_found, invalid_request.</summary>
internal static class ReadDeployments
{
    private const int ShownLines = 200;
    private const int MostLines = 1_000;

    /// <param name="Next">The number to ask for with <c>after</c>; null at the end of what there is.</param>
    internal sealed record LogResponse(IReadOnlyList<DeploymentView.LineView> Items, int? Next);

    /// <param name="Since">The deployment that it is compared with; null when there is none, and all its files are added ones.</param>
    internal sealed record ChangesResponse(Guid Id, Guid? Since, IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed, int Unchanged);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/deployments", List)
            .WithName("studio.deployments.list").WithSummary("List your deployments, newest first, without their logs")
            .RequireAuthorization(StudioPermissions.Deploy).ProducesProblem(400);
        routes.MapGet("/v1/deployments/{id:guid}", One)
            .WithName("studio.deployments.get").WithSummary("Read a deployment with the end of its log")
            .RequireAuthorization(StudioPermissions.Deploy).ProducesProblem(404);
        routes.MapGet("/v1/deployments/{id:guid}/log", Log)
            .WithName("studio.deployments.log").WithSummary("Read a deployment's log from its beginning, or after a line")
            .RequireAuthorization(StudioPermissions.Deploy).ProducesProblem(400).ProducesProblem(404);
        routes.MapGet("/v1/deployments/{id:guid}/changes", Changes)
            .WithName("studio.deployments.changes").WithSummary("Compare a deployment's files with another's; left out, with those of the good one before it")
            .RequireAuthorization(StudioPermissions.Deploy).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<Page<DeploymentView>>, ProblemHttpResult>> List(
        Caller caller, StudioDb db, Guid? projectId = null, string? target = null, string? status = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var from = Cursor.Parse(cursor);
        if (from.Problem is { } problem) return problem.ToHttp();
        var query = db.Deployments.AsNoTracking().Where(d => d.AccountId == caller.Id);
        if (projectId is { } project) query = query.Where(d => d.ProjectId == project);
        var place = Words.Parse<DeployTarget>("target", target);
        if (place.Problem is { } noTarget) return noTarget.ToHttp();
        if (place.Value is { } at) query = query.Where(d => d.Target == at);
        var state = Words.Parse<DeploymentStatus>("status", status);
        if (state.Problem is { } noState) return noState.ToHttp();
        if (state.Value is { } only) query = query.Where(d => d.Status == only);
        if (from.Value is { } last) query = query.Where(d => d.CreatedAt < last.At || (d.CreatedAt == last.At && d.Id.CompareTo(last.Id) < 0));
        var rows = await query.OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Take(size.Value + 1).ToListAsync(cancel);
        var items = rows.Take(size.Value).Select(d => DeploymentView.Of(d)).ToList();
        return TypedResults.Ok(new Page<DeploymentView>(items, rows.Count > size.Value ? new Cursor(items[^1].CreatedAt, items[^1].Id).ToString() : null));
    }

    internal static async Task<Results<Ok<DeploymentView>, ProblemHttpResult>> One(Guid id, Caller caller, HttpContext http, StudioDb db, CancellationToken cancel)
    {
        if (await MineAsync(db, id, caller, cancel) is not { } deployment) return Problem.NotFound.ToHttp();
        var lines = await db.DeploymentLog.AsNoTracking().Where(l => l.DeploymentId == id && l.Number > deployment.LogLines - ShownLines).OrderBy(l => l.Number).ToListAsync(cancel);
        http.SetETag(deployment.Version);
        return TypedResults.Ok(DeploymentView.Of(deployment, [.. lines.Select(DeploymentView.LineView.Of)]));
    }

    internal static async Task<Results<Ok<LogResponse>, ProblemHttpResult>> Log(Guid id, Caller caller, StudioDb db, int? after = null, CancellationToken cancel = default)
    {
        if (after is < 0) return Problem.Invalid("after", "must be 0 or more").ToHttp();
        if (await MineAsync(db, id, caller, cancel) is null) return Problem.NotFound.ToHttp();
        var from = after ?? 0;
        var lines = await db.DeploymentLog.AsNoTracking().Where(l => l.DeploymentId == id && l.Number > from).OrderBy(l => l.Number).Take(MostLines + 1).ToListAsync(cancel);
        return TypedResults.Ok(new LogResponse([.. lines.Take(MostLines).Select(DeploymentView.LineView.Of)], lines.Count > MostLines ? lines[MostLines - 1].Number : null));
    }

    internal static async Task<Results<Ok<ChangesResponse>, ProblemHttpResult>> Changes(Guid id, Caller caller, StudioDb db, Guid? since = null, CancellationToken cancel = default)
    {
        if (await MineAsync(db, id, caller, cancel) is not { } deployment) return Problem.NotFound.ToHttp();
        if (since is { } other && await MineAsync(db, other, caller, cancel) is null) return Problem.NotFound.ToHttp();
        var before = since ?? await db.Deployments.AsNoTracking()
            .Where(d => d.ProjectId == deployment.ProjectId && d.Target == deployment.Target && d.Status == DeploymentStatus.Ready && d.CreatedAt < deployment.CreatedAt)
            .OrderByDescending(d => d.CreatedAt).ThenByDescending(d => d.Id).Select(d => (Guid?)d.Id).FirstOrDefaultAsync(cancel);
        return TypedResults.Ok(Compare(id, before, before is { } old ? await ManifestAsync(db, old, cancel) : [], await ManifestAsync(db, id, cancel)));
    }

    /// <summary>Paths in ordinal order.</summary>
    internal static ChangesResponse Compare(Guid id, Guid? since, IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now) => new(
        id, since,
        [.. now.Keys.Where(p => !before.ContainsKey(p)).Order(StringComparer.Ordinal)],
        [.. now.Where(f => before.TryGetValue(f.Key, out var old) && old != f.Value).Select(f => f.Key).Order(StringComparer.Ordinal)],
        [.. before.Keys.Where(p => !now.ContainsKey(p)).Order(StringComparer.Ordinal)],
        now.Count(f => before.TryGetValue(f.Key, out var old) && old == f.Value));

    private static Task<Deployment?> MineAsync(StudioDb db, Guid id, Caller caller, CancellationToken cancel) =>
        db.Deployments.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id && d.AccountId == caller.Id, cancel);

    private static Task<Dictionary<string, string>> ManifestAsync(StudioDb db, Guid id, CancellationToken cancel) =>
        db.DeploymentFiles.AsNoTracking().Where(f => f.DeploymentId == id).ToDictionaryAsync(f => f.Path, f => f.Sha256, cancel);
}

using System.Globalization;
using System.Text;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Projects.Diffs;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Projects;

/// <summary>A project's commits, newest first, and one with its diff. Errors: project_not_found, commit_not_found, invalid_request.</summary>
internal static class ReadHistory
{
    /// <summary>Diffs of one commit together, in characters; what is beyond is left out and says so.</summary>
    private const int MostDiff = 1_000_000;

    /// <summary>Bytes that are compared for one answer: lines take many times their own memory.</summary>
    private const int MostRead = 3_000_000;

    /// <param name="Kind">added, changed or deleted.</param>
    /// <param name="Diff">Unified; null in lists, where a content is no text, and where the commit's diffs are too long together.</param>
    /// <param name="Omitted">True when the diff was left out for its length.</param>
    public sealed record ChangeView(string Path, string Kind, string? Before, string? After, string? Diff = null, bool Omitted = false);

    public sealed record AuthorView(Guid Id, string Name);

    /// <param name="Number">1, 2, 3, ...</param>
    public sealed record CommitView(int Number, AuthorView Author, string Message, DateTimeOffset At, IReadOnlyList<ChangeView> Changes);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/projects/{id:guid}/history", List)
            .WithName("studio.projects.history").WithSummary("List a project's commits, or those of one file (?path=), newest first")
            .RequireAuthorization(StudioPermissions.Projects).ProducesProblem(400).ProducesProblem(404);
        routes.MapGet("/v1/projects/{id:guid}/history/{number:int}", One)
            .WithName("studio.projects.commit.get").WithSummary("Read a commit with its diff")
            .RequireAuthorization(StudioPermissions.Projects).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<Page<CommitView>>, ProblemHttpResult>> List(
        Guid id, Caller caller, StudioDb db, string? path = null, int? limit = null, string? cursor = null, CancellationToken cancel = default)
    {
        var size = Cursor.Limit(limit);
        if (!size.Ok) return size.Problem.ToHttp();
        var before = int.MaxValue;
        if (!string.IsNullOrEmpty(cursor) && !(int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before) && before > 0))
            return Problem.Invalid("cursor", "is not a cursor that this server gave out").ToHttp();
        if (path is not null && ProjectPath.Check(path) is { } invalid) return invalid.ToHttp();
        if (!await IsOwnAsync(db, id, caller, cancel)) return StudioProblems.ProjectNotFound.ToHttp();
        var query = db.Commits.AsNoTracking().Where(c => c.ProjectId == id && c.Number < before);
        if (path is not null) query = query.Where(c => db.Changes.Any(x => x.ProjectId == id && x.Number == c.Number && x.Path == path));
        var rows = await query.OrderByDescending(c => c.Number).Take(size.Value + 1).ToListAsync(cancel);
        var shown = rows.Take(size.Value).ToList();
        var numbers = shown.Select(c => c.Number).ToList();
        var changes = (await db.Changes.AsNoTracking().Where(c => c.ProjectId == id && numbers.Contains(c.Number)).ToListAsync(cancel)).ToLookup(c => c.Number);
        var items = shown.Select(c => Of(c, [.. changes[c.Number].OrderBy(x => x.Path, StringComparer.Ordinal).Select(Of)])).ToList();
        return TypedResults.Ok(new Page<CommitView>(items, rows.Count > size.Value ? items[^1].Number.ToString(CultureInfo.InvariantCulture) : null));
    }

    internal static async Task<Results<Ok<CommitView>, ProblemHttpResult>> One(Guid id, int number, Caller caller, StudioDb db, CancellationToken cancel)
    {
        if (!await IsOwnAsync(db, id, caller, cancel)) return StudioProblems.ProjectNotFound.ToHttp();
        if (await db.Commits.AsNoTracking().SingleOrDefaultAsync(c => c.ProjectId == id && c.Number == number, cancel) is not { } commit) return ProjectProblems.CommitNotFound.ToHttp();
        var changes = await db.Changes.AsNoTracking().Where(c => c.ProjectId == id && c.Number == number).ToListAsync(cancel);
        var views = new List<ChangeView>();
        var (room, read) = (MostDiff, MostRead);
        foreach (var change in changes.OrderBy(c => c.Path, StringComparer.Ordinal))
        {
            var view = Of(change);
            if (room <= 0 || read <= 0)
            {
                views.Add(view with { Omitted = true });
                continue;
            }

            var wanted = new[] { change.Before, change.After }.OfType<string>().ToList();
            var blobs = await db.Blobs.AsNoTracking().Where(b => b.ProjectId == id && wanted.Contains(b.Sha256)).ToDictionaryAsync(b => b.Sha256, StringComparer.Ordinal, cancel);
            read -= blobs.Values.Sum(b => b.Content.Length);
            if (read < 0) view = view with { Omitted = true };
            else if (blobs.Values.All(b => b.IsText))
            {
                cancel.ThrowIfCancellationRequested();
                var diff = UnifiedDiff.Of(change.Path, TextOf(change.Before), TextOf(change.After));
                room -= diff.Length;
                view = room < 0 ? view with { Omitted = true } : view with { Diff = diff };
            }

            views.Add(view);

            string? TextOf(string? sha) => sha is null ? null : Encoding.UTF8.GetString(blobs[sha].Content);
        }

        return TypedResults.Ok(Of(commit, views));
    }

    private static Task<bool> IsOwnAsync(StudioDb db, Guid id, Caller caller, CancellationToken cancel) => db.Projects.AnyAsync(p => p.Id == id && p.AccountId == caller.Id, cancel);

    private static CommitView Of(ProjectCommit commit, IReadOnlyList<ChangeView> changes) =>
        new(commit.Number, new AuthorView(commit.AuthorId, commit.AuthorName), commit.Message, commit.At, changes);

    private static ChangeView Of(FileChange change) =>
        new(change.Path, change.Before is null ? "added" : change.After is null ? "deleted" : "changed", change.Before, change.After);
}

using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Projects;

/// <summary>
/// Goes back by going on: a new commit that makes the files what they were. Either to the state after a commit, of everything or of one path, or by
/// undoing one commit alone. Errors: project_not_found, commit_not_found, file_not_found, invalid_request, revert_conflict.
/// </summary>
internal static class RevertProject
{
    /// <param name="To">The commit whose state is wanted; 0 is the state before the first.</param>
    /// <param name="Commit">The commit to undo; refused with revert_conflict when one of its files was changed again since.</param>
    /// <param name="Path">With <paramref name="To"/>: this file alone.</param>
    public sealed record Request(int? To = null, int? Commit = null, string? Path = null, [StringLength(ProjectCommit.MessageLength)] string? Message = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/projects/{id:guid}/revert", Handle)
        .WithName("studio.projects.revert").WithSummary("Go back to an earlier state, or undo one commit, by a new commit")
        .RequireAuthorization(StudioPermissions.Projects).Idempotent()
        .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    internal static async Task<Results<Ok<CommitFiles.Response>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, HttpContext http, IdempotentCall call, ProjectCommits commits, CancellationToken cancel)
    {
        if (request.To is null == request.Commit is null) return Problem.Invalid("to", "either to or commit is needed, not both").ToHttp();
        if (request is { Commit: not null, Path: not null }) return Problem.Invalid("path", "goes with to alone").ToHttp();
        if (request.Path is { } asked && ProjectPath.Check(asked) is { } invalid) return invalid.ToHttp();
        var by = CommitBy.Of(caller, request.Message, request.To is { } to ? $"Go back to {to}{(request.Path is { } one ? $" in {one}" : "")}" : $"Undo {request.Commit}");
        var committed = await commits.ChangeAsync(id, by, async (held, token) =>
        {
            var edits = request.To is { } state ? await BackToAsync(held, state, request.Path, token) : await UndoAsync(held, request.Commit!.Value, token);
            if (edits.Ok) await held.Db.AuditAsync(new AuditEntry($"project:{id}", caller.Id, "project.reverted", Detail: new { request.To, request.Commit, request.Path }), token);
            return edits;
        }, (held, done) => call.Answer(held.Db, StatusCodes.Status200OK, CommitFiles.Of(done)), cancel);
        if (!committed.Ok) return committed.Problem.ToHttp();
        http.SetETag(committed.Value.Version);
        return TypedResults.Ok(CommitFiles.Of(committed.Value));
    }

    private static async Task<Outcome<List<FileEdit>>> BackToAsync(HeldProject held, int to, string? path, CancellationToken cancel)
    {
        if (to < 0 || to > held.Project.Head) return ProjectProblems.CommitNotFound;
        var id = held.Project.Id;
        // What was changed since has, in the first of those changes, what it was then.
        var since = await held.Db.Changes.AsNoTracking().Where(c => c.ProjectId == id && c.Number > to && (path == null || c.Path == path)).ToListAsync(cancel);
        if (path is not null && since.Count == 0 && held.Find(path) is null) return StudioProblems.FileNotFound;
        return await EditsAsync(held, since.GroupBy(c => c.Path, StringComparer.Ordinal).Select(g => (g.Key, g.MinBy(c => c.Number)!.Before)), cancel);
    }

    private static async Task<Outcome<List<FileEdit>>> UndoAsync(HeldProject held, int number, CancellationToken cancel)
    {
        if (number < 1 || number > held.Project.Head) return ProjectProblems.CommitNotFound;
        var id = held.Project.Id;
        var changes = await held.Db.Changes.AsNoTracking().Where(c => c.ProjectId == id && c.Number == number).ToListAsync(cancel);
        var moved = changes.Where(c => held.Find(c.Path)?.Sha256 != c.After).Select(c => c.Path).Order(StringComparer.Ordinal).ToList();
        if (moved.Count > 0) return ProjectProblems.RevertConflict with { Facts = new Dictionary<string, object?> { ["paths"] = moved } };
        return await EditsAsync(held, changes.Select(c => (c.Path, c.Before)), cancel);
    }

    private static async Task<Outcome<List<FileEdit>>> EditsAsync(HeldProject held, IEnumerable<(string Path, string? Sha256)> wanted, CancellationToken cancel)
    {
        var different = wanted.Where(w => held.Find(w.Path)?.Sha256 != w.Sha256).ToList();
        var shas = different.Select(w => w.Sha256).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var id = held.Project.Id;
        var known = await held.Db.Blobs.AsNoTracking().Where(b => b.ProjectId == id && shas.Contains(b.Sha256)).Select(b => new { b.Sha256, b.Size, b.IsText })
            .ToDictionaryAsync(b => b.Sha256, b => new FileContent(b.Sha256, b.Size, b.IsText, null), StringComparer.Ordinal, cancel);
        return different.Select(w => new FileEdit(w.Path, w.Sha256 is null ? null : known[w.Sha256])).ToList();
    }
}

using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Projects;

/// <summary>Changes several files at once: all of it or nothing. Errors: those of <see cref="ProjectCommits"/>, base_moved, invalid_request.</summary>
internal static class CommitFiles
{
    /// <param name="Content">Text; null together with <paramref name="Base64"/>: the file is deleted.</param>
    /// <param name="Base64">Bytes that are no text.</param>
    public sealed record Edit([StringLength(ProjectPath.MaxLength, MinimumLength = 1)] string Path, string? Content = null, string? Base64 = null);

    /// <param name="Message">1 to 500 characters.</param>
    /// <param name="Edits">Each path once.</param>
    /// <param name="Base">The commit that the edits were made from; refused with base_moved when there is a newer one.</param>
    public sealed record Request([StringLength(ProjectCommit.MessageLength, MinimumLength = 1)] string Message, [MinLength(1)] IReadOnlyList<Edit> Edits, int? Base = null);

    /// <param name="Head">The project's last commit.</param>
    /// <param name="Paths">What is different now; empty when nothing is, and then there is no new commit.</param>
    public sealed record Response(int Head, IReadOnlyList<string> Paths);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/projects/{id:guid}/commits", Handle)
        .WithName("studio.projects.commit").WithSummary("Change several files in one commit")
        .RequireAuthorization(StudioPermissions.Projects).WithMetadata(new RequestSizeLimitAttribute(64_000_000)).Idempotent()
        .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(422);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, HttpContext http, IdempotentCall call, ProjectCommits commits, IOptions<StudioOptions> options, CancellationToken cancel)
    {
        if (request.Edits.Count > options.Value.FilesPerProject) return ProjectProblems.TooManyFiles.With($"At most {options.Value.FilesPerProject} are kept.").ToHttp();
        var edits = new List<FileEdit>();
        foreach (var edit in request.Edits)
        {
            if (edit is null) return Problem.Invalid("edits", "must not hold null").ToHttp();
            if (edit is { Content: not null, Base64: not null }) return Problem.Invalid("edits", "each has content or base64, not both").ToHttp();
            if (Bytes(edit) is not { } content) return Problem.Invalid("edits", "base64 cannot be read").ToHttp();
            edits.Add(new FileEdit(edit.Path, content.Length == 0 && edit.Content is null && edit.Base64 is null ? null : FileContent.Of(content)));
        }

        var committed = await commits.ChangeAsync(id, CommitBy.Of(caller, request.Message, request.Message), (held, _) => Task.FromResult<Outcome<List<FileEdit>>>(
            request.Base is { } known && known != held.Project.Head ? ProjectProblems.BaseMoved.With($"The last one is {held.Project.Head}.") : edits),
            (held, done) => call.Answer(held.Db, StatusCodes.Status200OK, Of(done)), cancel);
        if (!committed.Ok) return committed.Problem.ToHttp();
        http.SetETag(committed.Value.Version);
        return TypedResults.Ok(Of(committed.Value));
    }

    internal static Response Of(Committed committed) => new(committed.Number, [.. committed.Changes.Select(c => c.Path)]);

    /// <summary>Null when it is no base64; empty when there is nothing.</summary>
    private static byte[]? Bytes(Edit edit)
    {
        if (edit.Content is { } text) return System.Text.Encoding.UTF8.GetBytes(text);
        if (edit.Base64 is not { } encoded) return [];
        var bytes = new byte[(encoded.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(encoded, bytes, out var length) ? bytes[..length] : null;
    }
}

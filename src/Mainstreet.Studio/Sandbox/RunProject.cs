using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Overload;
using Mainstreet.Studio.Projects;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Sandbox;

/// <summary>
/// Runs a project's files as they stand in the sandbox. Errors: project_not_found, invalid_request, no_language, no_entry, too_many_runs, sandbox_unavailable, sandbox_busy, sandbox_failed,
/// language_missing.
/// </summary>
internal static class RunProject
{
    /// <param name="Language">By default the one that the files speak for.</param>
    /// <param name="Entry">Path of the file to start; by default the usual one of the language.</param>
    /// <param name="Stdin">Standard input.</param>
    public sealed record Request(SandboxLanguage? Language = null, [StringLength(ProjectPath.MaxLength)] string? Entry = null, string? Stdin = null, SandboxRequest.LimitsBody? Limits = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/projects/{id:guid}/run", HandleAsync)
        .OutlastsLoad()
        .WithName("studio.projects.run").WithTags("studio").WithSummary("Run a project in the sandbox; answers when it ended")
        .RequireAuthorization(StudioPermissions.Run)
        .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

    internal static async Task<Results<Ok<SandboxResult>, ProblemHttpResult>> HandleAsync(
        Guid id, Request request, Caller caller, IProjectFiles projects, SandboxDesk desk, IOptions<SandboxOptions> options, CancellationToken cancel)
    {
        if (await projects.ReadAsync(id, caller.Id, cancel) is not { } project) return StudioProblems.ProjectNotFound.ToHttp();
        var files = project.Files.ToDictionary(f => f.Path, f => f.Content, StringComparer.Ordinal);
        if ((request.Language ?? SandboxRequest.LanguageOf(files.Keys)) is not { } language) return SandboxProblems.NoLanguage.ToHttp();
        var run = SandboxRequest.ToRun(language, files, request.Entry, request.Stdin, request.Limits, options.Value);
        if (!run.Ok) return run.Problem.ToHttp();
        var result = await desk.RunAsync(caller.Id, run.Value, cancel);
        return result.Ok ? TypedResults.Ok(result.Value) : result.Problem.ToHttp();
    }
}

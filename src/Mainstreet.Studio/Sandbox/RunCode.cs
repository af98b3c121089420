using System.ComponentModel.DataAnnotations;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Overload;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Projects;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Sandbox;

/// <summary>
/// Runs code in the sandbox and answers when it ended. Errors: invalid_request, no_entry, too_many_runs, sandbox_unavailable, sandbox_busy, sandbox_failed, language_missing.
/// </summary>
internal static class RunCode
{
    /// <param name="Language">python, javascript, csharp or shell.</param>
    /// <param name="Code">One file's text; give this or files.</param>
    /// <param name="Entry">Path of the file to start; by default the usual one of the language.</param>
    /// <param name="Stdin">Standard input.</param>
    public sealed record Request(
        SandboxLanguage Language, string? Code = null, IReadOnlyList<SandboxRequest.FileBody>? Files = null, [StringLength(ProjectPath.MaxLength)] string? Entry = null, string? Stdin = null,
        SandboxRequest.LimitsBody? Limits = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/sandbox/run", HandleAsync)
        .OutlastsLoad()
        .WithName("studio.sandbox.run").WithTags("studio").WithSummary("Run code in the sandbox: no network, read-only files, limits; answers when it ended")
        .RequireAuthorization(StudioPermissions.Run)
        .ProducesValidationProblem().ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

    internal static async Task<Results<Ok<SandboxResult>, ProblemHttpResult>> HandleAsync(
        Request request, Caller caller, SandboxDesk desk, IOptions<SandboxOptions> options, CancellationToken cancel)
    {
        if (request.Code is null == request.Files is null) return Problem.Invalid("code", "give code or files, and not both").ToHttp();
        var files = request.Files is { } given
            ? SandboxRequest.ReadFiles(given, options.Value)
            : SandboxRequest.ReadFiles([new SandboxRequest.FileBody(SandboxRequest.MainFile(request.Language), request.Code!)], options.Value);
        if (!files.Ok) return files.Problem.ToHttp();
        var run = SandboxRequest.ToRun(request.Language, files.Value, request.Entry, request.Stdin, request.Limits, options.Value);
        if (!run.Ok) return run.Problem.ToHttp();
        var result = await desk.RunAsync(caller.Id, run.Value, cancel);
        return result.Ok ? TypedResults.Ok(result.Value) : result.Problem.ToHttp();
    }
}

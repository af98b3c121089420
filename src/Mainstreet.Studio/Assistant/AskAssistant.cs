using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Overload;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Assistant.Checks;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.Projects.Templates;
using Mainstreet.Studio.RateLimits;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Assistant;

/// <summary>
/// Asks the assistant. With <c>Accept: text/event-stream</c> the answer comes as server-sent events: <c>delta</c> {text}, <c>progress</c>
/// {provider, step, tokens}, and at the end <c>answer</c> (the whole answer) or <c>problem</c> (RFC 9457); closing the connection stops it.
/// Errors: invalid_request, project_not_found, file_not_found, too_many_requests, ai_budget_exhausted, needs_model, model_unavailable,
/// edit_does_not_apply, answer_not_verified, nothing_to_fix, cannot_fix, request_not_understood, code_refused,
/// assistant_too_slow, feature_off.
/// </summary>
internal static class AskAssistant
{
    private const int MostCode = 400_000, MostPrompt = 20_000;

    /// <param name="ProjectId">Of one's own project; without it the code stands alone.</param>
    /// <param name="Path">The file of the project that is meant; needed where there is no code and the request is about one file.</param>
    /// <param name="Code">A snippet, or the file's text as it stands in an editor, unsaved.</param>
    /// <param name="Language">csharp, javascript, html, css, json, python, shell, sql; left out, the path says it.</param>
    /// <param name="Prompt">What is wanted.</param>
    /// <param name="Error">An error that was seen.</param>
    /// <param name="Offset">Where the cursor is in the code, in UTF-16 units; left out, at its end.</param>
    /// <param name="Provider">Who shall answer: a configured provider, or builtin.</param>
    public sealed record Request(
        Guid? ProjectId = null,
        [StringLength(400)] string? Path = null,
        [StringLength(MostCode)] string? Code = null,
        [StringLength(40)] string? Language = null,
        [StringLength(MostPrompt)] string? Prompt = null,
        [StringLength(MostPrompt)] string? Error = null,
        [Range(0, MostCode)] int? Offset = null,
        [StringLength(40)] string? Provider = null);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (feature, summary) in new[]
        {
            (AiFeature.Generate, "Have code written"), (AiFeature.Explain, "Have code explained"), (AiFeature.Fix, "Have errors mended"),
            (AiFeature.Refactor, "Have code changed without changing what it does"), (AiFeature.Complete, "Ask what may come next at the cursor"), (AiFeature.Chat, "Ask about a project"),
        })
        {
            routes.MapPost($"/v1/ai/{feature}", (Request request, Caller caller, HttpContext http, AssistantDesk desk, IProjectFiles projects, TemplateShelf shelf, IOptions<StudioOptions> limits, CancellationToken cancel) =>
                    HandleAsync(feature, request, caller, http, desk, projects, shelf, limits, cancel))
                .WithName($"studio.assistant.{feature}").WithSummary(summary)
                .RequireAuthorization(StudioPermissions.Assistant).RequireFeature(StudioFeatures.Assistant).RequireStudioLimit(StudioLimit.Ai).OutlastsLoad()
                .Produces<AssistantAnswer>(200, "application/json", "text/event-stream")
                .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(422).ProducesProblem(503);
        }
    }

    private static async Task<Results<Ok<AssistantAnswer>, EmptyHttpResult, ProblemHttpResult>> HandleAsync(
        string feature, Request request, Caller caller, HttpContext http, AssistantDesk desk, IProjectFiles projects, TemplateShelf shelf, IOptions<StudioOptions> limits, CancellationToken cancel)
    {
        var task = await ReadAsync(feature, request, caller, desk, projects, limits.Value.MaxFileBytes, cancel);
        if (!task.Ok) return task.Problem.ToHttp();
        var events = desk.AnswerAsync(task.Value, shelf.AddressOf(http.Request), cancel);
        if (http.Request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase))
        {
            await StreamAsync(http, events, cancel);
            return TypedResults.Empty;
        }
        await foreach (var step in events)
        {
            if (step is AssistantEvent.Done done) return TypedResults.Ok(done.Answer);
            if (step is AssistantEvent.Refused refused) return refused.Problem.ToHttp();
        }
        return AssistantProblems.ModelUnavailable.ToHttp();
    }

    private static async Task<Outcome<AssistantTask>> ReadAsync(string feature, Request request, Caller caller, AssistantDesk desk, IProjectFiles projects, int largest, CancellationToken cancel)
    {
        if (request.Provider is { } provider && !desk.Knows(provider)) return Problem.Invalid("provider", "is no provider of this server");
        if (feature is AiFeature.Generate or AiFeature.Refactor or AiFeature.Chat && string.IsNullOrWhiteSpace(request.Prompt)) return Problem.Invalid("prompt", "says what is wanted");
        if (request.Path is { } given && ProjectPath.Check(given) is { } invalid) return invalid;
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        long? head = null;
        if (request.ProjectId is { } id)
        {
            if (await projects.ReadAsync(id, caller.Id, cancel) is not { } project) return StudioProblems.ProjectNotFound;
            head = project.Version;
            files = AssistantTask.TextsOf(project, largest);
            if (request.Path is { } wanted && request.Code is null && feature is not (AiFeature.Generate or AiFeature.Chat) && !files.ContainsKey(wanted)) return StudioProblems.FileNotFound;
        }
        else if (request.Code is null && feature is not (AiFeature.Generate or AiFeature.Chat)) return Problem.Invalid("code", "give code, or the id of a project and a path");

        var language = request.Language is { Length: > 0 } named ? LanguageName.Of(named) : request.Path is { } by ? LanguageName.OfPath(by) : "csharp";
        var path = request.Path ?? Meant(files, request.Error, language) ?? NameFor(language);
        if (request.Code is { } code) files[path] = code;
        else if (!files.ContainsKey(path) && feature is AiFeature.Explain or AiFeature.Fix or AiFeature.Refactor or AiFeature.Complete) return Problem.Invalid("path", "says which file is meant");
        return new AssistantTask(feature, caller.Id, request.ProjectId, path, language, files, request.Prompt?.Trim() ?? "", request.Error?.Trim() ?? "", request.Offset, request.Provider, head);
    }

    // Without a path: the file that the error names, else the only one of the language.
    private static string? Meant(Dictionary<string, string> files, string? error, string language)
    {
        if (error is not null && files.Keys.Where(path => error.Contains(path, StringComparison.Ordinal)).MaxBy(path => path.Length) is { } named) return named;
        var candidates = files.Keys.Where(path => LanguageName.OfPath(path) == language).Take(2).ToList();
        return candidates.Count == 1 ? candidates[0] : null;
    }

    private static string NameFor(string language) => language switch
    {
        "csharp" => Compiler.ProjectCode.Snippet,
        "javascript" => "snippet.js",
        "typescript" => "snippet.ts",
        "html" => "snippet.html",
        "css" => "snippet.css",
        "json" => "snippet.json",
        "xml" => "snippet.xml",
        "python" => "snippet.py",
        "shell" => "snippet.sh",
        "sql" => "snippet.sql",
        _ => "snippet.txt",
    };

    private static async Task StreamAsync(HttpContext http, IAsyncEnumerable<AssistantEvent> events, CancellationToken cancel)
    {
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await foreach (var step in events)
            {
                var (name, data) = step switch
                {
                    AssistantEvent.Delta delta => ("delta", JsonSerializer.Serialize(new { delta.Text }, Json.Wire)),
                    AssistantEvent.Progress progress => ("progress", JsonSerializer.Serialize(new { progress.Provider, progress.Step, progress.Tokens }, Json.Wire)),
                    AssistantEvent.Done done => ("answer", JsonSerializer.Serialize(done.Answer, Json.Wire)),
                    AssistantEvent.Refused refused => ("problem", JsonSerializer.Serialize(refused.Problem.ToHttp().ProblemDetails, Json.Wire)),
                    _ => throw new InvalidOperationException("An event of an unknown kind."),
                };
                await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: {data}\n\n"), cancel);
                await http.Response.Body.FlushAsync(cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The person stopped it; the ledger knows by now.
        }
    }
}

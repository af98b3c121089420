using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.RateLimits;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Studio.Deployments;

/// <summary>
/// Publishes a project, as it stands at this moment. Errors: invalid_request, project_not_found, nothing_to_publish, no_index, environment_unsupported,
/// credentials_missing (names what is missing; nothing was sent), credentials_unreadable, deployment_running, too_many_requests, sites_off (503),
/// feature_off (503).
/// </summary>
internal static partial class StartDeployment
{
    private const int MostVariables = 100;

    /// <param name="Target">vercel, netlify, railway or local.</param>
    /// <param name="Environment">Variables that are set at the provider before, by name; others that are there stay. At most 100, each up to 10,000 characters.</param>
    public sealed record Request([Required, StringLength(20)] string Target, IReadOnlyDictionary<string, string>? Environment = null);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/projects/{id:guid}/deployments", Handle)
        .WithName("studio.deployments.start").WithSummary("Publish a project; follow it on the live topic deployment:{id}")
        .RequireAuthorization(StudioPermissions.Deploy).RequireFeature(StudioFeatures.Publishing).RequireStudioLimit(StudioLimit.Deploy).Idempotent()
        .ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422).ProducesProblem(503);

    internal static async Task<Results<Accepted<DeploymentView>, ProblemHttpResult>> Handle(
        Guid id, Request request, Caller caller, IdempotentCall call, IProjectFiles projects, DeploymentDesk desk, CancellationToken cancel)
    {
        var target = Words.Parse<DeployTarget>("target", request.Target);
        if (target.Problem is { } unknown) return unknown.ToHttp();
        if (target.Value is not { } place) return Problem.Invalid("target", "is needed").ToHttp();
        var variables = request.Environment ?? new Dictionary<string, string>();
        if (Wrong(variables) is { } wrong) return wrong.ToHttp();
        if (await projects.ReadAsync(id, caller.Id, cancel) is not { } project) return StudioProblems.ProjectNotFound.ToHttp();
        var started = await desk.StartAsync(caller, PublishedFiles.Of(project), place, variables, call, cancel);
        return started.Ok ? TypedResults.Accepted($"/v1/deployments/{started.Value.Id}", started.Value) : started.Problem.ToHttp();
    }

    internal static Problem? Wrong(IReadOnlyDictionary<string, string> variables)
    {
        if (variables.Count > MostVariables) return Problem.Invalid("environment", $"has more than {MostVariables} variables");
        foreach (var (name, value) in variables)
        {
            if (name.Length > 200 || !Name().IsMatch(name)) return Problem.Invalid("environment", "names are letters, digits and _, and do not begin with a digit");
            if (value is null or { Length: > 10_000 }) return Problem.Invalid($"environment.{name}", "must be text of at most 10,000 characters");
        }

        return null;
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Name();
}

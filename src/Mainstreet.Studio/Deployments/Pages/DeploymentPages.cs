using System.Collections.Frozen;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Deployments.Credentials;
using Mainstreet.Studio.Pages;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.RateLimits;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Studio.Deployments.Pages;

/// <summary>The pages to publish and to follow, and their forms, which need no script.</summary>
internal static class DeploymentPages
{
    private static readonly FrozenDictionary<string, Problem> Problems = new[]
    {
        Problem.NotFound, Problem.Stale, StudioProblems.ProjectNotFound, DeploymentProblems.Ended, DeploymentProblems.Running, DeploymentProblems.NotGood, DeploymentProblems.CredentialsMissing,
        DeploymentProblems.CredentialsUnreadable, DeploymentProblems.VariablesUnsupported, DeploymentProblems.NothingToPublish, DeploymentProblems.NoIndex, DeploymentProblems.SitesOff,
        new Problem(400, "invalid_request", "The form is not filled in correctly."),
    }.ToFrozenDictionary(p => p.Code, StringComparer.Ordinal);

    internal static string ListOf(Guid projectId) => $"/studio/projects/{projectId}/deployments";

    internal static string PageOf(Guid deploymentId) => $"/studio/deployments/{deploymentId}";

    /// <summary>The problem that a form came back with; a code that nobody here gives out says nothing.</summary>
    internal static Problem? KnownProblem(string? code) => code is null ? null : Problems.GetValueOrDefault(code);

    internal static string Badge(DeploymentStatus status) => status switch
    {
        DeploymentStatus.Ready => "good",
        DeploymentStatus.Failed => "bad",
        DeploymentStatus.NeedsAction => "warn",
        DeploymentStatus.Cancelled => "",
        _ => "busy",
    };

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage<DeploymentsPage>("/studio/projects/{id:guid}/deployments").RequireAuthorization(StudioPermissions.Deploy);
        routes.MapPage<DeploymentPage>("/studio/deployments/{id:guid}").RequireAuthorization(StudioPermissions.Deploy);
        routes.MapPost("/studio/projects/{id:guid}/deployments", Start).RequireAuthorization(StudioPermissions.Deploy).RequireStudioLimit(StudioLimit.Deploy).OfForm().ExcludeFromDescription();
        routes.MapPost("/studio/deployments/{id:guid}/rollback", Rollback).RequireAuthorization(StudioPermissions.Deploy).RequireStudioLimit(StudioLimit.Deploy).ExcludeFromDescription();
        routes.MapPost("/studio/deployments/{id:guid}/cancel", Cancel).RequireAuthorization(StudioPermissions.Deploy).ExcludeFromDescription();
        routes.MapPost("/studio/projects/{id:guid}/credentials", Credentials).RequireAuthorization(StudioPermissions.Deploy).OfForm().ExcludeFromDescription();
    }

    private static async Task<IResult> Start(Guid id, Caller caller, HttpContext http, IdempotentCall call, IProjectFiles projects, DeploymentDesk desk, FeatureSwitches switches, CancellationToken cancel)
    {
        if (switches.Refusal(StudioFeatures.Publishing, caller.Id.ToString()) is { } paused) return Back(ListOf(id), paused);
        var form = await http.Request.ReadFormAsync(cancel);
        var variables = Variables(form["environment"].ToString());
        if (variables is null) return Back(ListOf(id), Problem.Invalid("environment", "has a line without ="));
        return After(await StartDeployment.Handle(id, new StartDeployment.Request(form["target"].ToString(), variables), caller, call, projects, desk, cancel), ListOf(id));
    }

    private static async Task<IResult> Rollback(Guid id, Caller caller, IdempotentCall call, DeploymentDesk desk, CancellationToken cancel) =>
        After(await ControlDeployment.Rollback(id, caller, call, desk, cancel), PageOf(id));

    private static async Task<IResult> Cancel(Guid id, Caller caller, StudioDb db, DeploymentDiary diary, TimeProvider clock, CancellationToken cancel) =>
        After(await ControlDeployment.Cancel(id, caller, db, diary, clock, cancel), PageOf(id));

    private static async Task<IResult> Credentials(Guid id, Caller caller, HttpContext http, StudioDb db, CredentialSafe safe, TimeProvider clock, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var (token, team) = (form["token"].ToString().Trim(), form["team"].ToString().Trim());
        if (token.Length is < 8 or > 500 || team.Length > 100) return Back(ListOf(id), Problem.Invalid("token", "must be 8 to 500 characters"));
        var kept = await KeepCredentials.Put(form["target"].ToString(), new KeepCredentials.Request(token, team, form["tokenKind"].ToString()), caller, http, db, safe, clock, cancel);
        return Back(ListOf(id), ProblemOf(kept.Result));
    }

    /// <summary>One variable a line, <c>NAME=value</c>; null when a line is something else.</summary>
    internal static Dictionary<string, string>? Variables(string text)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var sign = line.IndexOf('=', StringComparison.Ordinal);
            if (sign < 1) return null;
            variables[line[..sign].TrimEnd()] = line[(sign + 1)..].TrimStart();
        }

        return variables;
    }

    private static SeeOther After(Results<Accepted<DeploymentView>, ProblemHttpResult> answer, string page) =>
        answer.Result is Accepted<DeploymentView> { Value: { } made } ? new SeeOther(PageOf(made.Id)) : Back(page, ProblemOf(answer.Result));

    private static SeeOther Back(string page, Problem? problem) => new(problem is null ? page : $"{page}?problem={Uri.EscapeDataString(problem.Code)}");

    private static Problem? ProblemOf(IResult result) => result is ProblemHttpResult { ProblemDetails: var details }
        ? new Problem(details.Status ?? 400, details.Extensions.TryGetValue("code", out var code) && code is string known ? known : "invalid_request", details.Title ?? "") : null;
}

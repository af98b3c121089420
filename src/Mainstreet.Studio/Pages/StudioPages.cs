using System.Collections.Frozen;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;
using Mainstreet.Studio.Projects;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Studio.Pages;

/// <summary>A page of one project; folders that have one register it as a singleton.</summary>
/// <param name="Segment">What follows the project's address; empty for the editor.</param>
/// <param name="Text">One word.</param>
/// <param name="Order">Place among the others, ascending.</param>
internal sealed record ProjectTab(string Segment, string Text, int Order);

/// <summary>The module's pages and where they stand in the navigation.</summary>
internal static class StudioPages
{
    internal const string Projects = "/studio";

    private static readonly FrozenDictionary<string, Problem> Problems = new[]
    {
        Problem.NotFound, Problem.Stale, StudioProblems.ProjectNotFound, StudioProblems.FileNotFound, new Problem(400, "invalid_request", "The form is not filled in correctly."),
    }.Concat(ProjectProblems.All).ToFrozenDictionary(p => p.Code, StringComparer.Ordinal);

    internal static void Add(IServiceCollection services)
    {
        services.AddSingleton(new PageLink(Projects, "Studio", "Write, run and publish a small site or app.", 50, Roles.Anyone));
        services.AddSingleton(new ProjectTab("", "Files", 10));
        services.AddSingleton(new ProjectTab("preview", "Preview", 15));
        services.AddSingleton(new ProjectTab("history", "History", 20));
        services.AddSingleton(new ProjectTab("run", "Run", 30));
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage<ProjectsPage>(Projects).RequireAuthorization(StudioPermissions.Projects);
        routes.MapPage<EditorPage>(Projects + "/projects/{id:guid}").RequireAuthorization(StudioPermissions.Projects);
        routes.MapPage<HistoryPage>(Projects + "/projects/{id:guid}/history").RequireAuthorization(StudioPermissions.Projects);
        routes.MapPage<PreviewPage>(Projects + "/projects/{id:guid}/preview").RequireAuthorization(StudioPermissions.Projects);
        routes.MapPage<RunPage>(Projects + "/projects/{id:guid}/run").RequireAuthorization(StudioPermissions.Run);
        StudioForms.Map(routes);
        RunForms.Map(routes);
    }

    internal static string PageOf(Guid project, string segment = "") => $"{Projects}/projects/{project}{(segment.Length == 0 ? "" : "/")}{segment}";

    /// <summary>The editor with a file open.</summary>
    internal static string PageOfFile(Guid project, string? path) => PageOf(project) + (path is null ? "" : $"?file={Uri.EscapeDataString(path)}");

    /// <summary>The problem that a form came back with; a code that nobody here gives out says nothing.</summary>
    internal static Problem? KnownProblem(string? code) => code is null ? null : Problems.GetValueOrDefault(code);

    /// <summary>The problem that a use case answered with, or null.</summary>
    internal static Problem? ProblemOf(IResult result) => result is not ProblemHttpResult { ProblemDetails: { } details } ? null
        : new Problem(details.Status ?? 400, details.Extensions.TryGetValue("code", out var code) && code is string known ? known : "error", details.Title ?? "The request failed.")
        {
            Detail = details.Detail,
        };

    /// <summary>Back to a page, with what went wrong or that it is done.</summary>
    internal static SeeOther Back(string page, Problem? problem)
    {
        var with = page.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        return new SeeOther(problem is null ? $"{page}{with}saved=1" : $"{page}{with}problem={Uri.EscapeDataString(problem.Code)}");
    }
}

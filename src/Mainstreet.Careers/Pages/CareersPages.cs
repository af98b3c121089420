using System.Collections.Frozen;

using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Profiles.Import;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Careers.Pages;

/// <summary>The module's pages and where they stand in the navigation.</summary>
internal static class CareersPages
{
    private static readonly FrozenDictionary<string, Problem> Problems = new[]
    {
        Problem.NotFound, Problem.Forbidden, Problem.ConcurrentChange, Problem.Stale, CareersProblems.ProfileNotFound, ProfileProblems.TooLarge, ProfileProblems.SlugTaken,
        ProfileProblems.Empty, ImportProblems.NoText, ImportProblems.Encrypted, ImportProblems.Broken, ImportProblems.TooLarge, ImportProblems.Unknown,
        CareersProblems.PostingNotFound, new Problem(409, "too_many_searches", "You keep as many searches as there may be."),
        new Problem(400, "invalid_request", "The form is not filled in correctly."),
    }.Concat(ApplicationProblems.All).Concat(TaskProblems.All).ToFrozenDictionary(p => p.Code, StringComparer.Ordinal);

    /// <summary>Where the module begins.</summary>
    internal const string Home = "/careers";

    internal static void Add(IServiceCollection services)
    {
        services.AddScoped<Dashboard>();
        services.AddSingleton(new PageLink(Home, "Careers", "Your profile and CV, what is new, what runs and what waits for an answer.", 40, Roles.Anyone));
        services.AddSingleton(new PageLink(JobForms.Page, "Find work", "Work in the neighbourhood and beyond, and how you fit.", 41, Roles.Anyone));
        services.AddSingleton(new PageLink("/careers/applications", "Applications", "Follow what you applied for, from draft to offer.", 42, Roles.Anyone));
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage<DashboardPage>(Home).RequireAuthorization(CareersPermissions.Profile);
        routes.MapPage<ProfilePage>("/careers/profile").RequireAuthorization(CareersPermissions.Profile);
        routes.MapPage<CvPage>("/cv/{slug}");
        routes.MapPage<CvPage>("/cv/shared/{token}");
        routes.MapPage<JobsPage>(JobForms.Page).RequireAuthorization(CareersPermissions.Search);
        routes.MapPage<JobPage>(JobForms.Page + "/{id:guid}").RequireAuthorization(CareersPermissions.Search);
        ProfileForms.Map(routes);
        JobForms.Map(routes);
        routes.MapPage<BoardPage>("/careers/applications").RequireAuthorization(CareersPermissions.Apply);
        routes.MapPage<ApplicationPage>("/careers/applications/{id:guid}").RequireAuthorization(CareersPermissions.Apply);
        ApplicationForms.Map(routes);
        TaskForms.Map(routes);
        routes.MapPage<DocumentsPage>(DocumentForms.List).RequireAuthorization(CareersPermissions.Apply);
        routes.MapPage<DocumentPage>(DocumentForms.List + "/{id:guid}").RequireAuthorization(CareersPermissions.Apply);
        DocumentForms.Map(routes);
    }

    /// <summary>The problem that a form came back with; a code that nobody here gives out says nothing.</summary>
    internal static Problem? KnownProblem(string? code) => code is null ? null : Problems.GetValueOrDefault(code);

    /// <summary>The problem that a use case answered with, or null.</summary>
    internal static Problem? ProblemOf(IResult result) => result is not ProblemHttpResult { ProblemDetails: { } details } ? null
        : new Problem(details.Status ?? 400, details.Extensions.TryGetValue("code", out var code) && code is string known ? known : "error", details.Title ?? "The request failed.")
        {
            Detail = details.Detail,
            Errors = details.Extensions.TryGetValue("errors", out var errors) ? errors as IReadOnlyDictionary<string, string[]> : null,
        };

    /// <summary>Back to a page, with what went wrong or that it is saved.</summary>
    internal static SeeOther Back(string path, Problem? problem)
    {
        if (problem is null) return new SeeOther($"{path}?saved=1");
        var field = problem.Errors?.Keys.FirstOrDefault();
        return new SeeOther($"{path}?problem={Uri.EscapeDataString(problem.Code)}{(field is null ? "" : $"&at={Uri.EscapeDataString(field)}")}");
    }

    /// <summary>The fields of a form, trimmed; a field without a value is an empty text.</summary>
    internal static async Task<Dictionary<string, string>> ReadFormAsync(HttpContext http, CancellationToken cancel)
    {
        // A form that cannot be read is told as 400 by the house's handler (InvalidDataException).
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(cancel) : FormCollection.Empty;
        return form.Where(f => !f.Value.ToString().Contains('\0'))
            .ToDictionary(f => f.Key, f => f.Value.ToString().ReplaceLineEndings("\n").Trim(), StringComparer.Ordinal);
    }
}

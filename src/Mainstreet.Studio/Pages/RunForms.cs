using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.Sandbox;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Pages;

/// <summary>The run console for browsers without script: the page again, with the result.</summary>
internal static class RunForms
{
    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(StudioPages.Projects + "/projects/{id:guid}/run", HandleAsync).RequireAuthorization(StudioPermissions.Run).OfForm().ExcludeFromDescription();

    private static async Task<IResult> HandleAsync(
        Guid id, Caller caller, HttpContext http, IProjectFiles projects, SandboxDesk desk, IOptions<SandboxOptions> options, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var asked = new Asked(form["language"].ToString(), form["entry"].ToString().Trim(), form["stdin"].ToString().ReplaceLineEndings("\n"));
        var language = Words.Parse<SandboxLanguage>("language", asked.Language);
        if (!language.Ok) return Page(id, asked, null, language.Problem);
        var request = new RunProject.Request(language.Value, asked.Entry.Length == 0 ? null : asked.Entry, asked.Stdin);
        var answer = (await RunProject.HandleAsync(id, request, caller, projects, desk, options, cancel)).Result;
        return answer is Ok<SandboxResult> { Value: { } result } ? Page(id, asked, result, null) : Page(id, asked, null, StudioPages.ProblemOf(answer));
    }

    private static RazorComponentResult<RunPage> Page(Guid id, Asked asked, SandboxResult? result, Problem? problem) => new(new Dictionary<string, object?>
    {
        [nameof(RunPage.Id)] = id, [nameof(RunPage.Language)] = asked.Language, [nameof(RunPage.Entry)] = asked.Entry, [nameof(RunPage.Stdin)] = asked.Stdin,
        [nameof(RunPage.Result)] = result, [nameof(RunPage.Failed)] = problem,
    })
    { StatusCode = problem?.Status ?? StatusCodes.Status200OK };

    private sealed record Asked(string Language, string Entry, string Stdin);
}

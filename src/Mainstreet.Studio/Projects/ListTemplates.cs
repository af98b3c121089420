using Mainstreet.Studio.Projects.Templates;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Studio.Projects;

/// <summary>What projects may begin from; public, since there is nothing of anybody's in it.</summary>
internal static class ListTemplates
{
    public sealed record Response(IReadOnlyList<ProjectTemplate> Items);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/project-templates", Handle)
        .WithName("studio.templates.list").WithSummary("List what a project may begin from").AllowAnonymous().ProducesProblem(429);

    internal static Ok<Response> Handle() => TypedResults.Ok(new Response(TemplateShelf.All));
}

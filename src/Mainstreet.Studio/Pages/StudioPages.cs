using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Studio.Pages;

/// <summary>The module's pages and where they stand in the navigation.</summary>
internal static class StudioPages
{
    internal static void Add(IServiceCollection services)
    {
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
    }
}

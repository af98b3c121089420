using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Store.Search;

/// <summary>The search's services and routes.</summary>
internal static class SearchServices
{
    internal static void Add(ModuleBuilder builder)
    {
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
    }
}

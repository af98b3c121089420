using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Store.Catalogue;

/// <summary>The catalogue's services and routes.</summary>
internal static class CatalogueServices
{
    internal static void Add(ModuleBuilder builder)
    {
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
    }
}

using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Studio.RateLimits;

internal static class RateLimitServices
{
    internal static void Add(ModuleBuilder builder)
    {
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
    }
}

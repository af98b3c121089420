using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Studio.Sandbox;

internal static class SandboxServices
{
    internal static void Add(ModuleBuilder builder)
    {
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
    }
}

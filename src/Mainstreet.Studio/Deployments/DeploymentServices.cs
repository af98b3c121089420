using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Studio.Deployments;

internal static class DeploymentServices
{
    internal static void Add(ModuleBuilder builder)
    {
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
    }
}

using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Careers.Profiles;

internal static class ProfileServices
{
    internal static void Add(ModuleBuilder builder) => ArgumentNullException.ThrowIfNull(builder);

    internal static void Map(IEndpointRouteBuilder routes) => ArgumentNullException.ThrowIfNull(routes);
}

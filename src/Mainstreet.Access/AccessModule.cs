using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Access;

/// <summary>Access: accounts, businesses, sign-in, roles.</summary>
public sealed class AccessModule : IModule
{
    public string Name => "access";

    public IReadOnlyList<Permission> Permissions => [];

    public MigrationSource? Migrations => null;

    public void AddServices(ModuleBuilder builder)
    {
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
    }
}

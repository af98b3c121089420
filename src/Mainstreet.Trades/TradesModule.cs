using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Trades;

/// <summary>Trades: a reported problem, the right contractor, exactly one.</summary>
public sealed class TradesModule : IModule
{
    public string Name => "trades";

    public IReadOnlyList<Permission> Permissions => TradesPermissions.All;

    public MigrationSource Migrations { get; } = new("trades", typeof(TradesModule).Assembly);

    public void AddServices(ModuleBuilder builder)
    {
        builder.Services.AddValidation();
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
    }
}

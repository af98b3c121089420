using Mainstreet.Foundation.Modules;
using Mainstreet.Store.Loyalty.Achievements;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Store.Loyalty;

/// <summary>Loyalty's services and routes.</summary>
internal static class LoyaltyServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.AddOptions<LoyaltyOptions>("Store:Loyalty");
        builder.Services.AddSingleton<Ledger>();
        builder.Services.AddSingleton<ILoyalty>(services => services.GetRequiredService<Ledger>());
        builder.AddEventHandler<PointsConfirmed, AwardAchievements>();
        builder.AddRecurringJob<ExpirePoints>("store.expire-points", TimeSpan.FromHours(1), aligned: true);
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        ReadLoyalty.Map(routes);
        ReadLedger.Map(routes);
        ReadLeaderboard.Map(routes);
        ProfileRoutes.Map(routes);
        BirthdayRoutes.Map(routes);
        ReadAchievements.Map(routes);
    }
}

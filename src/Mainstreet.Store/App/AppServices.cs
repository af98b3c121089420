using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Store.App;

/// <summary>What the installable web app at <c>/shop</c> needs of the server beside the API that everybody uses.</summary>
internal static class AppServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.Services.AddSingleton<ShopFiles>();
        builder.Services.AddScoped<ShopChanges>();
        builder.AddRecurringJob<ForgetDevices>("store.forgetDevices", TimeSpan.FromDays(1), aligned: true);
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        ShopFiles.Map(routes);
        ShopSession.Map(routes);
        TakeMutation.Map(routes);
    }
}

using Mainstreet.Foundation.Broker;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;

using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Occasions.Delivery;

/// <summary>Delivery's share of the container and the routes.</summary>
internal static class DeliveryServices
{
    internal const string Providers = "Occasions:Providers";

    /// <summary>Messages are delivered in processes whose <c>Roles</c> include <c>worker</c>; everything else works everywhere.</summary>
    internal static void Add(ModuleBuilder builder)
    {
        var services = builder.Services;
        builder.AddOptions<DeliveryOptions>("Occasions:Delivery");
        builder.AddProviders(Providers);
        services.AddMetrics();
        services.AddSingleton<DeliveryState>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<IClaims>(provider => provider.GetRequiredService<Storage>() is { Engine: Engine.Postgres } storage
            ? new PostgresClaims(storage)
            : ActivatorUtilities.CreateInstance<SqliteClaims>(provider));
        services.AddSingleton<IDueRows>(provider => provider.GetRequiredService<Storage>() is { Engine: Engine.Postgres } storage
            ? new PostgresDueRows(provider.GetRequiredService<IDbContextFactory<OccasionsDb>>(), storage)
            : ActivatorUtilities.CreateInstance<SqliteDueRows>(provider));
        services.AddBroker(builder.Configuration);
        services.AddSingleton<IDeliveryTransport>(provider => provider.GetRequiredService<IWorkQueues>().Enabled
            ? ActivatorUtilities.CreateInstance<BrokerTransport>(provider)
            : ActivatorUtilities.CreateInstance<DatabaseTransport>(provider));
        services.AddSingleton<LateMessages>();
        services.AddSingleton<IDueMessages, DueMessages>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<MessageSender>(provider, provider.GetRequiredKeyedService<IProviders>(Providers)));
        services.AddKnownSeries<DeliveryMetrics>();
        services.AddHealthPart<DeliveryHealth>();
        if (!Roles.IncludeWorker(builder.Configuration)) return;
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<DeliveryWorker>(provider, provider.GetRequiredKeyedService<IProviders>(Providers)));
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        CancelMessage.Map(routes);
        ReplayMessage.Map(routes);
        ReplayMessages.Map(routes);
        TakeReceipt.Map(routes);
    }
}

using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Observability;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Broker;

/// <summary>The broker's share of the container.</summary>
public static class BrokerServices
{
    /// <summary>
    /// Offers <see cref="IWorkQueues"/>. Register before whatever publishes or consumes: hosted services stop in reverse order.
    /// </summary>
    public static IServiceCollection AddBroker(this IServiceCollection services, IConfiguration configuration)
    {
        if (services.Any(d => d.ServiceType == typeof(IWorkQueues))) return services;
        services.AddValidatedOptions<BrokerOptions>(configuration, "Broker");
        services.AddMetrics();
        services.AddSingleton<BrokerMetrics>();
        services.AddHealthPart<BrokerHealth>();
        if (string.IsNullOrWhiteSpace(configuration["Broker:Uri"]))
        {
            services.AddSingleton<IWorkQueues, NoWorkQueues>();
            return services;
        }

        services.AddKnownSeries<BrokerMetrics>();
        services.AddSingleton<RabbitWorkQueues>();
        services.AddSingleton<IWorkQueues>(provider => provider.GetRequiredService<RabbitWorkQueues>());
        services.AddHostedService(provider => provider.GetRequiredService<RabbitWorkQueues>());
        return services;
    }
}

using Mainstreet.Foundation.Broker;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Leases;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Events;

/// <summary>Wake-ups, leases, the outbox relay and, with a broker, the workers that it feeds.</summary>
public static class EventServices
{
    /// <summary>
    /// Wake-ups run in every process, the relay in those whose <c>Roles</c> include <c>worker</c>. The relay resolves
    /// <see cref="Live.ILiveFeed"/>. Register before what should stop earlier: hosted services stop in reverse order.
    /// </summary>
    public static IServiceCollection AddEvents(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddBroker(configuration);
        services.AddValidatedOptions<EventOptions>(configuration, "Events");
        services.AddSingleton<WakeUps>();
        services.AddSingleton<IWakeUps>(provider => provider.GetRequiredService<WakeUps>());
        services.AddHostedService<WakeBroadcast>();
        services.AddSingleton<ILeaseTable>(provider => provider.GetRequiredService<Storage>().Engine == Engine.Postgres
            ? new PostgresLeaseTable(provider.GetRequiredService<Storage>())
            : new SqliteLeaseTable(provider.GetRequiredService<IDbContextFactory<FoundationDb>>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new LeaseHolder(
            provider.GetRequiredService<ILeaseTable>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<LeaseHolder>>()));
        services.AddMetrics();
        services.AddSingleton<EventMetrics>();
        services.AddSingleton<OutboxQueue>();
        services.AddSingleton<EventDelivery>();
        services.AddSingleton<EventLane>();
        services.AddSingleton<DoneEvents>();
        services.AddSingleton<EventRelay>();
        services.AddSingleton<EventDispatch>();
        services.AddSingleton<EventWorker>();
        services.AddSingleton<LiveRelay>();
        services.AddSingleton<OutboxRelay>();
        services.AddScoped<InboxPruning>();
        services.AddSingleton(new RecurringRegistration("foundation.inbox-pruning", typeof(InboxPruning), TimeSpan.FromHours(6)));
        if (!Roles.IncludeWorker(configuration)) return services;
        services.AddHostedService(provider => provider.GetRequiredService<EventWorker>());
        services.AddHostedService(provider => provider.GetRequiredService<OutboxRelay>());
        return services;
    }
}

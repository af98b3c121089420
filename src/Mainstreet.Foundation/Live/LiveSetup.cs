using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Mainstreet.Foundation.Live;

/// <summary>Composes the live channel.</summary>
public static class LiveSetup
{
    /// <summary>
    /// The feed, its hub, presence and retention; the pump where <c>Roles</c> include <c>web</c>. Needs
    /// <see cref="Storage"/>, a context factory of <see cref="FoundationDb"/>, <see cref="Events.IWakeUps"/> and <see cref="Authorization.IAccountDirectory"/>.
    /// </summary>
    public static IServiceCollection AddLive(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<LiveOptions>(configuration, "Live");
        services.AddSingleton<LiveMetrics>();
        services.AddSingleton<ILiveFeedSql>(provider => provider.GetRequiredService<Storage>().Engine == Engine.Postgres
            ? new PostgresLiveFeedSql()
            : new SqliteLiveFeedSql());
        services.AddSingleton<ILiveFeed, LiveFeed>();
        services.AddSingleton<LiveHistory>();
        services.AddSingleton<LiveConnections>();
        services.AddSingleton<LiveTopics>();
        services.AddSingleton<LivePresence>();
        if (Roles.IncludeWeb(configuration))
        {
            services.AddHostedService(provider => provider.GetRequiredService<LivePresence>());
            services.AddHostedService<LivePump>();
            services.AddHostedService<LiveGuard>();
            services.AddHealthPart<LiveHealth>();
        }

        services.AddScoped<LiveRetention>();
        services.AddSingleton(new RecurringRegistration("foundation.live.retention", typeof(LiveRetention), TimeSpan.FromMinutes(1)));
        AddTopic<UserTopicPolicy>(services, "user");
        AddTopic<RoleTopicPolicy>(services, "role");
        AddTopic<EverybodyTopicPolicy>(services, "all");
        AddTopic<BusinessTopicPolicy>(services, "business");

        services.AddSignalR(options =>
        {
            options.KeepAliveInterval = TimeSpan.FromSeconds(10);
            options.ClientTimeoutInterval = TimeSpan.FromSeconds(30);
            options.MaximumReceiveMessageSize = 16 * 1024;
        }).AddJsonProtocol(options => Json.Apply(options.PayloadSerializerOptions));
        services.RemoveAll<IHubProtocol>();
        services.AddSingleton<IHubProtocol, LiveHubProtocol>();
        services.AddSingleton<HubLifetimeManager<LiveHub>, LiveHubLifetime>();
        return services;
    }

    /// <summary><c>/live</c>, <c>/v1/live/stream</c>, <c>/v1/live/presence</c>, <c>/v1/live/stats</c>; nothing in a process without the role <c>web</c>.</summary>
    public static IEndpointRouteBuilder MapLive(this IEndpointRouteBuilder routes)
    {
        if (!Roles.IncludeWeb(routes.ServiceProvider.GetRequiredService<IConfiguration>())) return routes;

        // WebSockets only: other transports need the same replica for every request, and server-sent events have their own route.
        routes.MapHub<LiveHub>("/live", options => options.Transports = HttpTransportType.WebSockets).RequireAuthorization();
        LiveStream.Map(routes);
        ReadLivePresence.Map(routes);
        LiveStats.Map(routes);
        return routes;
    }

    private static void AddTopic<TPolicy>(IServiceCollection services, string prefix)
        where TPolicy : class, ILiveTopicPolicy
    {
        services.AddScoped<TPolicy>();
        services.AddSingleton(new LiveTopicRegistration(prefix, typeof(TPolicy)));
    }
}

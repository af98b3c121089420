using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Observability;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Overload;

/// <summary>Turns requests away before any work is done for them when the process has no more to give: 503 <c>overloaded</c> with <c>Retry-After</c>.</summary>
public static class OverloadProtection
{
    /// <summary>Puts the door before the HTTP server that is registered. Health, metrics and the live channel always pass.</summary>
    public static IServiceCollection AddOverloadProtection(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<OverloadOptions>(configuration, "Overload");
        services.AddSingleton(provider => new Admission(provider.GetRequiredService<IOptions<OverloadOptions>>().Value));
        services.AddSingleton<OverloadMetrics>();
        services.AddKnownSeries<OverloadMetrics>();
        services.AddHostedService<RunDelayProbe>();
        if (string.Equals(configuration["Overload:Enabled"], "false", StringComparison.OrdinalIgnoreCase)) return services;
        // Read, judged and refused in one go. Kestrel's own hops between its threads' queues would each wait as long as the work of those inside.
        services.Configure<SocketTransportOptions>(transport => transport.UnsafePreferInlineScheduling = true);
        var server = services.Last(s => s.ServiceType == typeof(IServer));
        services.Remove(server);
        services.AddSingleton<IServer>(provider => ActivatorUtilities.CreateInstance<GuardedServer>(
            provider, server.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, server.ImplementationType!)));
        return services;
    }

    /// <summary>
    /// Marks a route that mostly waits for something outside this process's threads (a model, a sandbox): its requests count as in flight only
    /// until they are routed.
    /// </summary>
    public static TBuilder OutlastsLoad<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new OutlastsLoadMetadata());

    /// <summary>After routing: lets requests of routes marked <see cref="OutlastsLoad{TBuilder}"/> go uncounted.</summary>
    public static IApplicationBuilder UseOverloadRelease(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OutlastsLoadMetadata>() is not null) context.Features.Get<Permit>()?.LeaveEarly();
        return next(context);
    });

    /// <returns>Null for what always passes.</returns>
    internal static Urgency? UrgencyOf(IHttpRequestFeature request)
    {
        var path = request.Path;
        if (IsUnder(path, "/health") || IsUnder(path, "/metrics") || IsUnder(path, "/live") || IsUnder(path, "/v1/live")) return null;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method)) return Urgency.Write;
        return IsUnder(path, "/v1") ? Urgency.Read : Urgency.Page;
    }

    private static bool IsUnder(string path, string folder) =>
        path.StartsWith(folder, StringComparison.OrdinalIgnoreCase) && (path.Length == folder.Length || path[folder.Length] == '/');

    private sealed record OutlastsLoadMetadata;
}

using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Configuration;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Foundation.Observability;

/// <summary>Observability's share of the container and the routes.</summary>
public static class ObservabilityServices
{
    /// <summary>Logs, traces, metrics, health and draining.</summary>
    public static IServiceCollection AddObservability(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        // ASP.NET Core 10 leaves OpenTelemetry's attributes off its spans unless told otherwise.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        services.AddValidatedOptions<OtlpOptions>(configuration, "Otlp");
        services.AddValidatedOptions<MetricsOptions>(configuration, "Metrics");
        services.AddValidatedOptions<RequestOptions>(configuration, "Requests");
        services.AddValidatedOptions<ShutdownOptions>(configuration, "Shutdown");
        services.AddValidatedOptions<HealthOptions>(configuration, "Health");
        services.AddLogging(logging => AddConsole(logging, configuration, environment));
        services.AddSingleton(HealthEndpoints.Read);
        services.AddSingleton(MetricsEndpoint.Read);
        services.AddSingleton<MetricsRegistry>();
        services.AddHostedService(provider => provider.GetRequiredService<MetricsRegistry>());
        services.AddHostedService<Tracing>();
        services.AddSingleton<Draining>();
        services.AddHostedService(provider => provider.GetRequiredService<Draining>());
        services.AddSingleton<HealthReport>();
        services.AddHealthPart<DatabaseHealth>(neededToServe: true).AddHealthPart<MigrationsHealth>(neededToServe: true)
            .AddHealthPart<OutboxHealth>().AddHealthPart<JobsHealth>().AddHealthPart<DiskHealth>();
        services.AddValidatedOptions<BackupOptions>(configuration, "Backup");
        services.AddFigures<ReplicaFigures>(everywhere: true).AddFigures<DatabaseFigures>().AddFigures<WorkFigures>().AddFigures<BackupFigures>();
        services.AddHostedService<FigureWatch>();
        return services;
    }

    /// <summary>Shows figures that must be asked for on <c>/metrics</c>.</summary>
    /// <param name="services">The container.</param>
    /// <param name="everywhere">True when each replica speaks for itself; false when any worker can speak for all.</param>
    public static IServiceCollection AddFigures<TFigures>(this IServiceCollection services, bool everywhere = false)
        where TFigures : class, IFigures
    {
        services.AddScoped<TFigures>();
        services.AddSingleton(new FiguresRegistration(typeof(TFigures), TFigures.Shapes, everywhere,
            static (provider, cancel) => provider.GetRequiredService<TFigures>().ReadAsync(cancel)));
        return services;
    }

    /// <summary>Shows the series of <typeparamref name="TMetrics"/>, a singleton, as 0 from the start.</summary>
    public static IServiceCollection AddKnownSeries<TMetrics>(this IServiceCollection services)
        where TMetrics : class, IKnownSeries =>
        services.AddSingleton<IKnownSeries>(static provider => provider.GetRequiredService<TMetrics>());

    /// <summary>Adds a part to <c>/health/detailed</c>. Made anew for each question, in a scope of its own.</summary>
    /// <param name="services">The container.</param>
    /// <param name="neededToServe">True when this replica can serve nothing without the part: <c>/health/ready</c> then answers 503.</param>
    public static IServiceCollection AddHealthPart<TPart>(this IServiceCollection services, bool neededToServe = false)
        where TPart : class, IHealthPart
    {
        services.AddScoped<TPart>();
        services.AddSingleton(new HealthPartRegistration(typeof(TPart), neededToServe));
        return services;
    }

    /// <summary>Maps <c>/metrics</c> and <c>/health</c>.</summary>
    public static IEndpointRouteBuilder MapObservability(this IEndpointRouteBuilder routes)
    {
        HealthEndpoints.Map(routes);
        MetricsEndpoint.Map(routes);
        return routes;
    }

    private static void AddConsole(ILoggingBuilder logging, IConfiguration configuration, IHostEnvironment environment)
    {
        logging.ClearProviders();
        logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        foreach (var (category, level) in Quieter)
        {
            // A filter made in code would beat one from the settings.
            if (configuration[$"Logging:LogLevel:{category}"] is null) logging.AddFilter(category, level);
        }

        if (environment.IsDevelopment())
        {
            logging.AddSimpleConsole(o =>
            {
                o.TimestampFormat = "HH:mm:ss.fff ";
                o.SingleLine = true;
                o.IncludeScopes = false;
            });
        }
        else
        {
            logging.AddJsonConsole(o =>
            {
                o.IncludeScopes = true;
                o.UseUtcTimestamp = true;
                o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
                // Logs are read by people and collectors, not pasted into pages: quotes may stay as they are.
                o.JsonWriterOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            });
        }
    }

    /// <summary>Frameworks tell five lines a request and every statement at Information: what they measure is in metrics and traces.</summary>
    private static readonly (string Category, LogLevel Level)[] Quieter =
    [
        ("Microsoft.AspNetCore", LogLevel.Warning), ("Microsoft.EntityFrameworkCore", LogLevel.Warning), ("System.Net.Http", LogLevel.Warning),
    ];
}

using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Leases;
using Mainstreet.Foundation.Observability;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Jobs;

/// <summary>Delayed and recurring jobs.</summary>
public static class JobServices
{
    /// <summary>
    /// Runs jobs in processes whose <c>Roles</c> include <c>worker</c>; <see cref="RecurringRunner.RunNowAsync"/> works
    /// everywhere. Needs <see cref="Events.EventServices.AddEvents"/>.
    /// </summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<JobOptions>(configuration, "Jobs");
        services.AddMetrics();
        services.AddSingleton<JobMetrics>();
        services.AddKnownSeries<JobMetrics>();
        services.AddSingleton<IJobClaims>(provider =>
        {
            var contexts = provider.GetRequiredService<IDbContextFactory<FoundationDb>>();
            var clock = provider.GetRequiredService<TimeProvider>();
            return provider.GetRequiredService<Storage>().Engine == Engine.Postgres
                ? new PostgresJobClaims(contexts, clock) : new SqliteJobClaims(contexts, clock);
        });
        services.AddSingleton<JobExecutor>();
        services.AddSingleton(provider => new RecurringRunner(
            provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<IDbContextFactory<FoundationDb>>(),
            provider.GetServices<RecurringRegistration>(), provider.GetRequiredService<LeaseHolder>(),
            provider.GetRequiredService<IOptions<JobOptions>>(), provider.GetRequiredService<JobMetrics>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RecurringRunner>>()));
        if (!Roles.IncludeWorker(configuration)) return services;
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<JobRunner>(provider, JobLane.Short));
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<JobRunner>(provider, JobLane.Long));
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<JobRunner>(provider, JobLane.Message));
        services.AddHostedService(provider => provider.GetRequiredService<RecurringRunner>());
        return services;
    }
}

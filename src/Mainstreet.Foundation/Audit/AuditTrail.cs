using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Jobs;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Audit;

/// <summary>Audit's share of the container and the routes.</summary>
public static class AuditTrail
{
    /// <summary>Who may read the trail.</summary>
    public static Permission Read { get; } = new("foundation.audit.read", Roles.Admin);

    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.AddSingleton(Read);
        services.AddSingleton<AuditVerifier>();
        services.AddScoped<AuditCheckpointJob>();
        services.AddSingleton(new RecurringRegistration("foundation.audit-checkpoints", typeof(AuditCheckpointJob), AuditCheckpointJob.Interval));
        return services;
    }

    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder routes)
    {
        ListAudit.Map(routes);
        return routes;
    }
}

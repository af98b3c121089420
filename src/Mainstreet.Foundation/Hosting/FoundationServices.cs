using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Backups;
using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Configuration.Rules;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Doctor;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Features;
using Mainstreet.Foundation.Files;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Live;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Overload;
using Mainstreet.Foundation.Photos;
using Mainstreet.Foundation.Proving;
using Mainstreet.Foundation.Web;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Hosting;

/// <summary>Foundation's share of the container.</summary>
public static class FoundationServices
{
    public static ModuleBuilder AddFoundation(this ModuleBuilder builder, DataDirectory data)
    {
        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(data);
        services.AddSingleton<Storage>();
        builder.AddSmokePath<FoundationSmoke>();
        services.AddSingleton(new MigrationSource("foundation", typeof(FoundationDb).Assembly));
        services.AddSingleton<Migrator>();
        services.AddSingleton<PermissionCatalogue>();
        services.AddHttpContextAccessor();
        services.AddSingleton<IAuthorizationPolicyProvider, PermissionPolicyProvider>();
        services.AddSingleton<IAuthorizationHandler, PermissionHandler>();
        services.AddConfigurationRules();
        services.AddObservability(builder.Configuration, builder.Environment);
        services.AddSingleton<SettingsWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<SettingsWatch>());
        services.AddHealthPart<SettingsHealth>().AddFigures<SettingsFigures>(everywhere: true);
        services.AddFeatures(builder.Configuration);
        services.AddDoctor();
        services.AddEvents(builder.Configuration);
        services.AddJobs(builder.Configuration);
        services.AddAudit();
        services.AddLive(builder.Configuration);
        foreach (var permission in LivePermissions.All) services.AddSingleton(permission);
        services.AddPages();
        services.AddProblems();
        services.AddRateLimits();
        services.AddOverloadProtection(builder.Configuration);
        builder.AddOptions<DatabaseOptions>("Database");
        builder.AddOptions<WebOptions>("Web");
        builder.AddFiles(data);
        builder.AddBackups();
        builder.AddOptions<PhotoLimits>("Photos");
        services.AddSingleton<PhotoIntake>();
        builder.AddDb<FoundationDb>();
        builder.AddRecurringJob<IdempotencyPruning>("foundation.idempotency-pruning", TimeSpan.FromHours(1));
        return builder;
    }
}

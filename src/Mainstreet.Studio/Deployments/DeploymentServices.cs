using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Deployments.Credentials;
using Mainstreet.Studio.Deployments.Pages;
using Mainstreet.Studio.Deployments.Providers;
using Mainstreet.Studio.Deployments.Sites;
using Mainstreet.Studio.Pages;
using Mainstreet.Studio.Proof;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mainstreet.Studio.Deployments;

internal static class DeploymentServices
{
    internal static void Add(ModuleBuilder builder)
    {
        var services = builder.Services;
        builder.AddOptions<DeploymentOptions>("Studio:Deployments");
        builder.AddOptions<SitesOptions>("Studio:Sites");
        services.AddSingleton<DeploymentMetrics>();
        services.AddKnownSeries<DeploymentMetrics>();
        services.AddSingleton<DeploymentDiary>();
        services.AddSingleton<ProviderCalls>();
        services.AddSingleton<Watching>();
        services.AddSingleton<ParallelUploads>();
        services.AddSingleton<VercelApi>();
        services.AddSingleton<NetlifyApi>();
        services.AddSingleton<RailwayApi>();
        services.AddSingleton<RailwayHome>();
        services.AddScoped<CredentialSafe>();
        services.AddScoped<DeploymentWorkshop>();
        services.AddScoped<DeploymentDesk>();
        services.AddScoped<IDeployTarget, VercelTarget>();
        services.AddScoped<IDeployTarget, NetlifyTarget>();
        services.AddScoped<IDeployTarget, RailwayTarget>();
        services.AddScoped<IDeployTarget, LocalTarget>();
        builder.AddLongJob<RunDeployment>(RunDeployment.Kind);
        builder.AddRecurringJob<PruneDeployments>("studio.prune_deployments", TimeSpan.FromDays(1), aligned: true);
        builder.AddLiveTopic<DeploymentTopicPolicy>("deployment");
        services.AddSingleton(new ProjectTab("deployments", "Publish", 40));
        services.AddSingleton<IStudioRound, DeploymentRound>();

        services.AddSingleton<SiteAddresses>();
        services.AddSingleton<ISiteOrigins>(provider => provider.GetRequiredService<SiteAddresses>());
        services.AddSingleton<SiteCache>();
        services.AddSingleton<SitePreviews>();
        services.AddSingleton<SiteAnswer>();
        if (Roles.IncludeWeb(builder.Configuration)) services.AddSingleton<IHostedService, SitesServer>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        KeepCredentials.Map(routes);
        StartDeployment.Map(routes);
        ReadDeployments.Map(routes);
        ControlDeployment.Map(routes);
    }

    /// <summary>The pages, which are not under the API's limit.</summary>
    internal static void MapPages(IEndpointRouteBuilder routes) => DeploymentPages.Map(routes);
}

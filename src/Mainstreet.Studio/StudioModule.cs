using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Studio.Assistant;
using Mainstreet.Studio.Data;
using Mainstreet.Studio.Deployments;
using Mainstreet.Studio.Pages;
using Mainstreet.Studio.Projects;
using Mainstreet.Studio.RateLimits;
using Mainstreet.Studio.Sandbox;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Studio;

/// <summary>Studio: write, check, run and publish a small site or app.</summary>
public sealed class StudioModule : IModule
{
    public string Name => "studio";

    public IReadOnlyList<Permission> Permissions => StudioPermissions.All;

    public MigrationSource Migrations { get; } = new("studio", typeof(StudioModule).Assembly);

    public void AddServices(ModuleBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddOptions<StudioOptions>("Studio");
        builder.AddFeatures<StudioFeatureOptions>(StudioFeatures.Publishing, StudioFeatures.Assistant);
        builder.AddDb<StudioDb>();
        RateLimitServices.Add(builder);
        ProjectServices.Add(builder);
        SandboxServices.Add(builder);
        AssistantServices.Add(builder);
        DeploymentServices.Add(builder);
        StudioPages.Add(builder.Services);
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        var api = routes.Limited();
        ProjectServices.Map(api);
        SandboxServices.Map(api);
        AssistantServices.Map(api);
        DeploymentServices.Map(api);
        DeploymentServices.MapPages(routes);
        SandboxHealth.Map(routes);
        StudioPages.Map(routes);
    }
}

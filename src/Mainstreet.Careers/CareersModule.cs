using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Pages;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Tailoring;
using Mainstreet.Careers.Tasks;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Careers;

/// <summary>Careers: find work that fits, and apply with nothing made up.</summary>
public sealed class CareersModule : IModule
{
    /// <summary>Section of the module's senders, and their key in the container.</summary>
    internal const string Providers = "Careers:Providers";

    public string Name => "careers";

    public IReadOnlyList<Permission> Permissions => CareersPermissions.All;

    public MigrationSource Migrations { get; } = new("careers", typeof(CareersModule).Assembly);

    public void AddServices(ModuleBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddOptions<CareersOptions>("Careers");
        builder.AddDb<CareersDb>();
        ProfileServices.Add(builder);
        PostingServices.Add(builder);
        TailoringServices.Add(builder);
        TaskServices.Add(builder);
        ApplicationServices.Add(builder);
        CareersPages.Add(builder.Services);
    }

    public void MapRoutes(IEndpointRouteBuilder routes)
    {
        ProfileServices.Map(routes);
        PostingServices.Map(routes);
        TailoringServices.Map(routes);
        TaskServices.Map(routes);
        ApplicationServices.Map(routes);
        CareersPages.Map(routes);
    }
}

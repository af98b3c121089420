using Mainstreet.Careers.Proof;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Outbound;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Careers.Applications;

internal static class ApplicationServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.Services.AddScoped<IApplyTargets, StoredApplyTargets>();
        builder.Services.AddScoped<ApplyTargets>();
        builder.Services.AddScoped<DailyQuota>();
        builder.Services.AddScoped<PackApplication>();
        builder.Services.AddScoped<SubmitApplication>();
        builder.Services.AddScoped<SubmissionChannels>();
        builder.Services.AddSingleton<IApplicationAdapter, ProviderAdapter>();
        builder.AddProviders(CareersModule.Providers);
        builder.AddSmokePath<JobSmoke>();
        builder.AddSmokePath<DocumentSmoke>();
        builder.AddSmokePath<ApplicationSmoke>();
        builder.AddProof<CareersProof>();
        builder.AddLongJob<SendApplication>(SendApplication.Kind);
        builder.AddLongJob<Reminders>(Reminders.Kind);
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        SubmitRoutes.Map(routes);
        ApplicationRoutes.Map(routes);
        ChangeApplication.Map(routes);
    }
}

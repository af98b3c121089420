using Mainstreet.Access.Pages;
using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Access.SecondFactor;

/// <summary>Services and routes of the second factor and of one's sessions.</summary>
internal static class SecondFactorServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.AddOptions<SecondFactorOptions>("Access:SecondFactor");
        builder.AddProviders(SmsSender.Section);
        builder.Services.AddScoped<SecondFactors>();
        builder.Services.AddScoped<SmsSender>();
        builder.Services.AddScoped<SecondStep>();
        builder.Services.AddScoped<IStepUp, StepUp>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        ReadSecondFactor.Map(routes);
        EnrolTotp.Map(routes);
        EnrolSms.Map(routes);
        LoginSecondStep.Map(routes);
        StepUpRoutes.Map(routes);
        SessionRoutes.Map(routes);
        SecondStepPages.Map(routes);
        AccountForms.Map(routes);
        routes.MapPage<SecondStepPage>("/sign-in/code").WithTokenInAddress().AllowAnonymous();
    }
}

using Mainstreet.Careers.Compatibility;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Careers.Tailoring;

internal static class TailoringServices
{
    internal static void Add(IServiceCollection services)
    {
        services.AddScoped<WriteDocument>();
        services.AddSingleton<TailoringMetrics>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        AnalyzeGap.Map(routes);
        DocumentRoutes.Map(routes);
    }
}

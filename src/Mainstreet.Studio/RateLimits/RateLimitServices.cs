using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Studio.RateLimits;

internal static class RateLimitServices
{
    internal static readonly Problem TooMany = new(429, "too_many_requests", "Too many requests; wait a little.");

    internal static void Add(ModuleBuilder builder)
    {
        builder.AddOptions<LimitOptions>("Studio:Limits");
        builder.Services.AddSingleton<ExactLimits>();
        builder.Services.AddSingleton<RequestWindows>();
        builder.Services.Configure<RateLimiterOptions>(o => o.AddPolicy<string, RequestLimitPolicy>(RequestLimitPolicy.Name));
    }

    /// <summary>Where the module maps its API: every route of it is under the approximate limit.</summary>
    internal static IEndpointRouteBuilder Limited(this IEndpointRouteBuilder routes) => routes.MapGroup("").RequireRateLimiting(RequestLimitPolicy.Name);
}

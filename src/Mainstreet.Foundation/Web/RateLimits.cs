using System.Security.Claims;
using System.Threading.RateLimiting;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Web;

/// <summary>
/// A token bucket per account, or per address for strangers: a bound against runaway clients in each process, not a
/// quota. Sign-in has its own, stricter count in the database (Access).
/// </summary>
public static class RateLimits
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptionsMonitor<WebOptions>>((limiter, web) =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Bucket>(context =>
            {
                var settings = web.CurrentValue;
                if (context.Request.Path.StartsWithSegments("/health")) return RateLimitPartition.GetNoLimiter(new Bucket("health", 0, 0));
                var key = context.User.FindFirstValue("sub") ?? context.Connection.RemoteIpAddress?.ToString() ?? "unknown";
                return RateLimitPartition.GetTokenBucketLimiter(new Bucket(key, settings.Burst, settings.RequestsPerSecond), bucket => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = bucket.Burst,
                    TokensPerPeriod = Math.Max(1, bucket.PerSecond / 5),
                    ReplenishmentPeriod = TimeSpan.FromMilliseconds(200),
                    QueueLimit = 0,
                });
            });
            limiter.OnRejected = async (rejected, _) =>
            {
                var context = rejected.HttpContext;
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "1";
                await context.RequestServices.GetRequiredService<IProblemDetailsService>().TryWriteAsync(
                    new ProblemDetailsContext { HttpContext = context, ProblemDetails = new ProblemDetails { Status = 429 } });
            };
        });
        return services;
    }

    // Changed limits make new buckets; those that nobody uses any more are thrown away by the framework.
    private readonly record struct Bucket(string Key, int Burst, int PerSecond);
}

using System.Globalization;
using System.Text;

using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Observability;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Overload;

/// <summary>Turns requests away before any work is done for them when the process has no more to give: 503 <c>overloaded</c> with <c>Retry-After</c>.</summary>
public static class OverloadProtection
{
    private const string Title = "More is asked of this server than it can do. Try again.";

    public static IServiceCollection AddOverloadProtection(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<OverloadOptions>(configuration, "Overload");
        services.AddSingleton(provider => new Admission(provider.GetRequiredService<IOptions<OverloadOptions>>().Value));
        services.AddSingleton<OverloadMetrics>();
        services.AddKnownSeries<OverloadMetrics>();
        services.AddHostedService<RunDelayProbe>();
        return services;
    }

    /// <summary>
    /// Marks a route that mostly waits for something outside this process's threads (a model, a sandbox): its requests count as in flight only
    /// until they are routed.
    /// </summary>
    public static TBuilder OutlastsLoad<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new OutlastsLoadMetadata());

    /// <summary>Right after requests have their id, before everything else. Health, metrics and the live channel always pass.</summary>
    public static IApplicationBuilder UseOverloadProtection(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<OverloadOptions>>().Value;
        if (!options.Enabled) return app;
        var admission = app.ApplicationServices.GetRequiredService<Admission>();
        var metrics = app.ApplicationServices.GetRequiredService<OverloadMetrics>();
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        var retryAfter = options.RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return app.Use(async (context, next) =>
        {
            if (UrgencyOf(context.Request) is not { } urgency)
            {
                await next(context);
                return;
            }

            if (!admission.TryEnter(urgency))
            {
                metrics.Refused(urgency);
                await RefuseAsync(context, retryAfter);
                return;
            }

            using var permit = new Permit(admission, urgency, clock);
            context.Features.Set(permit);
            await next(context);
        });
    }

    /// <summary>After routing: lets requests of routes marked <see cref="OutlastsLoad{TBuilder}"/> go uncounted.</summary>
    public static IApplicationBuilder UseOverloadRelease(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OutlastsLoadMetadata>() is not null) context.Features.Get<Permit>()?.LeaveEarly();
        return next(context);
    });

    /// <returns>Null for what always passes.</returns>
    internal static Urgency? UrgencyOf(HttpRequest request)
    {
        var path = request.Path;
        if (path.StartsWithSegments("/health") || path.StartsWithSegments("/metrics") || path.StartsWithSegments("/live") || path.StartsWithSegments("/v1/live")) return null;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method)) return Urgency.Write;
        return path.StartsWithSegments("/v1") ? Urgency.Read : Urgency.Page;
    }

    /// <summary>By hand, for a refusal must cost next to nothing: there are many of them when there is least to spend.</summary>
    private static async Task RefuseAsync(HttpContext context, string retryAfter)
    {
        var response = context.Response;
        var body = Encoding.UTF8.GetBytes(
            $"{{\"type\":\"{Problem.TypeOf("overloaded")}\",\"title\":\"{Title}\",\"status\":503,\"code\":\"overloaded\",\"traceId\":\"{Problem.TraceId(context)}\"}}");
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/problem+json";
        response.ContentLength = body.Length;
        response.Headers.RetryAfter = retryAfter;
        response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method)) await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private sealed record OutlastsLoadMetadata;

    /// <summary>A place inside, given back once: at the end of the request, however it ends, or before.</summary>
    internal sealed class Permit(Admission admission, Urgency urgency, TimeProvider clock) : IDisposable
    {
        private readonly long _began = clock.GetTimestamp();
        private int _left;

        internal void LeaveEarly()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) admission.Leave(urgency, null);
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) admission.Leave(urgency, clock.GetElapsedTime(_began));
        }
    }
}

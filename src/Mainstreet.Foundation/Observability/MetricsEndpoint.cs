using System.Net;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Observability;

/// <summary>
/// <c>GET /metrics</c>, Prometheus text 0.0.4. Open to this machine, to holders of <c>foundation.metrics.read</c>, and, when
/// <c>Metrics:Public</c> says so, to everybody who reaches this process without a proxy: collectors do, the world does not.
/// </summary>
internal static class MetricsEndpoint
{
    internal static readonly Permission Read = new("foundation.metrics.read", Roles.Admin);

    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/metrics", Handle)
        .WithName("foundation.metrics")
        .WithTags("health")
        .WithSummary("Gives the process's metrics in Prometheus text format")
        .Produces<string>(StatusCodes.Status200OK, "text/plain")
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden);

    private static IResult Handle(HttpContext context, MetricsRegistry metrics, IOptions<MetricsOptions> options)
    {
        if (ByProxy(context.Request) || (!options.Value.Public && !IsThisMachine(context)))
        {
            if (context.Features.Get<Caller>() is not { } caller) return new Problem(401, "unauthenticated", "Sign in first.").ToHttp();
            if (!caller.Can(Read.Name)) return Problem.Forbidden.ToHttp();
        }

        return TypedResults.Text(metrics.Write(), ContentType);
    }

    private static bool IsThisMachine(HttpContext context) => context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address);

    // A proxy says for whom it asks; what a trusted one said has become X-Original-For.
    private static bool ByProxy(HttpRequest request) =>
        request.Headers.ContainsKey("X-Forwarded-For") || request.Headers.ContainsKey("Forwarded") || request.Headers.ContainsKey("X-Original-For");
}

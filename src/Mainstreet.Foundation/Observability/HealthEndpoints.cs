using System.Reflection;

using Mainstreet.Foundation.Authorization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Foundation.Observability;

/// <summary>The four health endpoints.</summary>
internal static class HealthEndpoints
{
    internal static readonly Permission Read = new("foundation.health.read", Roles.Admin);

    /// <summary><c>up</c>, <c>degraded</c> or <c>down</c>; <c>reason</c> names the part that stands in the way.</summary>
    public sealed record Short(HealthState Status, string? Reason);

    public sealed record Part(HealthState Status, string? Message, bool NeededToServe, double Milliseconds, IReadOnlyDictionary<string, object?>? Figures);

    public sealed record Detailed(HealthState Status, bool Ready, bool Draining, string Version, IReadOnlyDictionary<string, Part> Parts);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new Short(HealthState.Up, null)))
            .WithName("foundation.health.live").WithTags("health").WithSummary("Says that the process runs");
        routes.MapGet("/health/ready", ReadyAsync)
            .WithName("foundation.health.ready").WithTags("health").WithSummary("Says whether this replica should get requests")
            .Produces<Short>().Produces<Short>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/health", ReadyAsync)
            .WithName("foundation.health.short").WithTags("health").WithSummary("Says in one word how the server does")
            .Produces<Short>().Produces<Short>(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/health/detailed", DetailedAsync)
            .WithName("foundation.health.detailed").WithTags("health").WithSummary("Says of each part how it does")
            .Produces<Detailed>().ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .RequireAuthorization(Read.Name);
    }

    private static async Task<IResult> ReadyAsync(HealthReport report, CancellationToken cancel)
    {
        var (ready, reason) = await report.ReadyAsync(cancel);
        return TypedResults.Json(new Short(ready ? HealthState.Up : HealthState.Down, reason), statusCode: ready ? 200 : 503);
    }

    private static async Task<IResult> DetailedAsync(HealthReport report, Draining draining, CancellationToken cancel)
    {
        var parts = await report.AllAsync(cancel);
        var ready = !draining.Started && !parts.Any(p => p.Needed && p.Health.State == HealthState.Down);
        var status = !ready ? HealthState.Down : parts.Any(p => p.Health.State != HealthState.Up) ? HealthState.Degraded : HealthState.Up;
        // 200 also when something is down: the answer to this question did arrive.
        return TypedResults.Ok(new Detailed(status, ready, draining.Started, Version, parts.ToDictionary(
            p => p.Name, p => new Part(p.Health.State, p.Health.Message, p.Needed, p.Milliseconds, p.Health.Figures), StringComparer.Ordinal)));
    }

    internal static string Version { get; } =
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}

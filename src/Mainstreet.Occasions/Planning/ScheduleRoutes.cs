using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Occasions.Planning;

/// <summary>The jobs by hand. They may be repeated at will, also while they run by the clock.</summary>
internal static class ScheduleRoutes
{
    /// <param name="Planned">Messages planned by this run.</param>
    /// <param name="Skipped">Messages that the misfire policy gave up: their instant had passed.</param>
    /// <param name="From">First instant of the window.</param>
    /// <param name="Until">The horizon: everything due before it is planned.</param>
    public sealed record Daily(int Planned, int Skipped, DateTimeOffset From, DateTimeOffset Until);

    /// <param name="Enqueued">Messages handed to delivery.</param>
    public sealed record Minute(int Enqueued);

    /// <param name="Recovered">Messages taken up again.</param>
    /// <param name="Planned">Messages planned that should have been planned before.</param>
    /// <param name="Skipped">Messages given up as too late.</param>
    public sealed record Recovery(int Recovered, int Planned, int Skipped);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/schedules/daily/run", RunDaily)
            .WithName("occasions.schedules.daily").WithSummary("Plan what is due in the next window")
            .RequireAuthorization(OccasionsPermissions.Schedules);
        routes.MapPost("/v1/schedules/minute/run", RunMinute)
            .WithName("occasions.schedules.minute").WithSummary("Hand what is due to delivery")
            .RequireAuthorization(OccasionsPermissions.Schedules);
        routes.MapPost("/v1/schedules/recovery/run", RunRecovery)
            .WithName("occasions.schedules.recovery").WithSummary("Find what was missed, stuck or abandoned")
            .RequireAuthorization(OccasionsPermissions.Schedules);
    }

    internal static async Task<Ok<Daily>> RunDaily(Schedules schedules, CancellationToken cancel)
    {
        var plan = await schedules.DailyAsync(cancel);
        return TypedResults.Ok(new Daily(plan.Planned, plan.Skipped, plan.From, plan.Until));
    }

    internal static async Task<Ok<Minute>> RunMinute(Schedules schedules, CancellationToken cancel) =>
        TypedResults.Ok(new Minute(await schedules.MinuteAsync(cancel)));

    internal static async Task<Ok<Recovery>> RunRecovery(Schedules schedules, CancellationToken cancel)
    {
        var run = await schedules.RecoveryAsync(cancel);
        return TypedResults.Ok(new Recovery(run.Recovered, run.Planned, run.Skipped));
    }
}

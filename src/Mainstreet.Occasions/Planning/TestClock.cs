using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Time;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Occasions.Planning;

/// <summary>Moves the module's clock on every replica, so that a year can be tried in a minute. Development only; elsewhere 404.</summary>
internal static class TestClock
{
    /// <param name="Now">What the clock is to show; null for the real time.</param>
    public sealed record Request(DateTimeOffset? Now);

    /// <param name="Now">What the clock shows.</param>
    /// <param name="OffsetSeconds">Its distance from the real time; negative in the past.</param>
    public sealed record View(DateTimeOffset Now, double OffsetSeconds);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<IHostEnvironment>().IsDevelopment()) return;
        routes.MapGet("/v1/test/clock", Get)
            .WithName("occasions.testClock.get").WithSummary("Read the test clock (Development only)")
            .RequireAuthorization(OccasionsPermissions.Schedules);
        routes.MapPost("/v1/test/clock", Set)
            .WithName("occasions.testClock.set").WithSummary("Move the test clock (Development only)")
            .RequireAuthorization(OccasionsPermissions.Schedules);
    }

    internal static Ok<View> Get(OccasionClock clock) => TypedResults.Ok(Of(clock));

    internal static async Task<Ok<View>> Set(
        Request request, OccasionsDb db, IPlanTable table, OccasionClock clock, TimeProvider real, CancellationToken cancel)
    {
        var offset = await db.InTransactionAsync(async token =>
        {
            await table.LockAsync(db, exclusive: true, token);
            var state = await db.PlanStates.SingleAsync(token);
            var present = real.Now();
            state.ClockOffset = request.Now is { } now ? now.Cut() - present : TimeSpan.Zero;
            // Back in time the plan has not been made yet. Messages of the former future stay; their keys exist once.
            var shown = present + state.ClockOffset;
            if (state.PlannedUntil > shown + TimeSpan.FromDays(10)) state.PlannedUntil = shown;
            if (state.CompleteUntil > state.PlannedUntil) state.CompleteUntil = state.PlannedUntil;
            await db.SaveChangesAsync(token);
            return state.ClockOffset;
        }, cancel);
        clock.Move(offset);
        return TypedResults.Ok(Of(clock));
    }

    private static View Of(OccasionClock clock) => new(clock.Now(), clock.Offset.TotalSeconds);
}

/// <summary>Follows the offset that any replica wrote to the database.</summary>
internal sealed partial class TestClockSync(
    IDbContextFactory<OccasionsDb> contexts, OccasionClock clock, TimeProvider real, ILogger<TestClockSync> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, real);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await ReadAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task ReadAsync(CancellationToken cancel)
    {
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancel);
            var moves = clock.Moves;
            clock.Follow(await db.PlanStates.AsNoTracking().Select(s => s.ClockOffset).SingleAsync(cancel), moves);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            Log.Unread(log, exception);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3104, LogLevel.Debug, "The test clock could not be read; it goes on as it was")]
        internal static partial void Unread(ILogger log, Exception exception);
    }
}

using Mainstreet.Foundation.Jobs;
using Mainstreet.Occasions.Delivery;

namespace Mainstreet.Occasions.Planning;

/// <summary>The three jobs as they run by the clock or by hand. Each is safe to run twice and on every replica at once.</summary>
internal sealed class Schedules(Planner planner, IDueMessages due)
{
    /// <summary>A recovery plans when the plan reaches less far than this: the daily run is half a day late.</summary>
    private static readonly TimeSpan LeastAhead = TimeSpan.FromHours(11);

    /// <param name="Recovered">Messages taken up again: late, stuck or abandoned ones.</param>
    /// <param name="Planned">Messages planned that should have been planned before.</param>
    /// <param name="Skipped">Messages given up as too late.</param>
    internal sealed record Recovery(int Recovered, int Planned, int Skipped);

    internal Task<PlanReport> DailyAsync(CancellationToken cancel) => planner.RunAsync(cancel);

    internal Task<int> MinuteAsync(CancellationToken cancel) => due.EnqueueAsync(cancel);

    internal async Task<Recovery> RecoveryAsync(CancellationToken cancel)
    {
        var plan = await planner.IsBehindAsync(LeastAhead, cancel) ? await planner.RunAsync(cancel) : null;
        var found = await due.RecoverAsync(cancel);
        return new Recovery(found.Recovered, plan?.Planned ?? 0, found.Skipped + (plan?.Skipped ?? 0));
    }
}

/// <summary>At 00:00 UTC: plans what is due in the next window.</summary>
internal sealed class DailyJob(Schedules schedules) : IRecurringJob
{
    internal const string Name = "occasions.daily";

    public Task RunAsync(CancellationToken cancel) => schedules.DailyAsync(cancel);
}

/// <summary>Every minute: hands what is due to delivery.</summary>
internal sealed class MinuteJob(Schedules schedules) : IRecurringJob
{
    internal const string Name = "occasions.minute";

    public Task RunAsync(CancellationToken cancel) => schedules.MinuteAsync(cancel);
}

/// <summary>Every ten minutes: finds what was missed, stuck or abandoned.</summary>
internal sealed class RecoveryJob(Schedules schedules) : IRecurringJob
{
    internal const string Name = "occasions.recovery";

    public Task RunAsync(CancellationToken cancel) => schedules.RecoveryAsync(cancel);
}

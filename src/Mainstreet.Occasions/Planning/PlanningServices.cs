using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Occasions.Time;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Mainstreet.Occasions.Planning;

/// <summary>Planning's share of the container, and the three jobs.</summary>
internal static class PlanningServices
{
    internal static void Add(ModuleBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton<OccasionClock>();
        services.AddSingleton<PlanMetrics>();
        services.AddSingleton(provider => IPlanTable.For(provider.GetRequiredService<Storage>().Engine));
        services.AddSingleton<IPolicies, Policies>();
        services.AddSingleton<Planner>();
        services.AddSingleton<Replanner>();
        services.AddSingleton<IReplanner>(provider => provider.GetRequiredService<Replanner>());
        services.AddSingleton<Schedules>();
        builder.AddRecurringJob<DailyJob>(DailyJob.Name, TimeSpan.FromDays(1), aligned: true);
        builder.AddRecurringJob<MinuteJob>(MinuteJob.Name, TimeSpan.FromMinutes(1), aligned: true);
        builder.AddRecurringJob<RecoveryJob>(RecoveryJob.Name, TimeSpan.FromMinutes(10), aligned: true);
        if (builder.Environment.IsDevelopment()) services.AddHostedService<TestClockSync>();
    }
}

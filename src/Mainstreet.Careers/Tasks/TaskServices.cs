using Mainstreet.Careers.Tasks.Runners;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Careers.Tasks;

internal static class TaskServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.Services.AddSingleton<RunningTasks>();
        builder.Services.AddSingleton<TaskMetrics>();
        builder.Services.AddKnownSeries<TaskMetrics>();
        builder.Services.AddFigures<TaskFigures>();
        builder.Services.AddScoped<TaskDesk>();
        builder.AddLongJob<RunTask>(RunTask.Kind);
        builder.AddRecurringJob<PruneTasks>("careers.prune_tasks", TimeSpan.FromDays(1), aligned: true);
        builder.Services.AddScoped<ITaskRunner, SearchJobs>();
        builder.Services.AddScoped<ITaskRunner, AnalyzeCompatibility>();
        builder.Services.AddScoped<ITaskRunner, BulkAnalysis>();
        builder.Services.AddScoped<ITaskRunner, TailorResume>();
        builder.Services.AddScoped<ITaskRunner, GenerateLetter>();
        builder.Services.AddScoped<ITaskRunner, GenerateApplications>();
        builder.Services.AddScoped<ITaskRunner, FollowUp>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        TaskRoutes.Map(routes);
        ControlTask.Map(routes);
        HunterRoutes.Map(routes);
    }
}

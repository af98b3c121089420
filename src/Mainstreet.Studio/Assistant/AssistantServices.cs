using Mainstreet.Foundation.Modules;
using Mainstreet.Studio.Assistant.Models;
using Mainstreet.Studio.Assistant.Usage;
using Mainstreet.Studio.Proof;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Studio.Assistant;

internal static class AssistantServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.AddOptions<AssistantOptions>("Studio:Assistant");
        builder.Services.AddSingleton<AssistantMetrics>();
        builder.Services.AddSingleton<TokenLedger>();
        builder.Services.AddSingleton<ModelRegister>();
        builder.Services.AddSingleton<ModelStream>();
        builder.Services.AddSingleton<ModelAssistant>();
        builder.Services.AddSingleton<AssistantDesk>();
        builder.Services.AddHostedService<WarmUpCompiler>();
        builder.Services.AddSingleton<IStudioRound, AssistantRound>();
        builder.AddSmokePath<AssistantSmoke>();
        builder.AddRecurringJob<SweepUses>("studio.assistant.sweep", TimeSpan.FromMinutes(1));
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        AskAssistant.Map(routes);
        ReadUsage.Map(routes);
    }
}

using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Observability;
using Mainstreet.Studio.Proof;
using Mainstreet.Studio.Sandbox.Caging;
using Mainstreet.Studio.Sandbox.Languages;
using Mainstreet.Studio.Sandbox.Remote;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Studio.Sandbox;

internal static class SandboxServices
{
    internal static void Add(ModuleBuilder builder)
    {
        var services = builder.Services;
        var role = new SandboxRole(Roles.IncludeRunner(builder.Configuration));
        builder.AddOptions<SandboxOptions>("Studio:Sandbox");
        services.AddSingleton(role);
        services.AddSingleton<SandboxMetrics>();
        services.AddSingleton<CageKeeper>();
        services.AddSingleton<CSharpCompiler>();
        services.AddSingleton<SandboxRunner>();
        services.AddSingleton<RemoteRuns>();
        services.AddSingleton<SandboxDesk>();
        services.AddSingleton<RunnerQueue>();
        services.AddSingleton<IStudioRound, SandboxRound>();
        services.AddHealthPart<SandboxHealth>();
        if (role.Runs) services.AddHostedService<RunnerLoop>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        RunCode.Map(routes);
        RunProject.Map(routes);
    }
}

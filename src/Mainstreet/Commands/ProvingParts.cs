using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Proving;

namespace Mainstreet.Commands;

/// <summary>What the modules present contribute to <c>prove</c>, <c>smoke</c> and <c>load</c>.</summary>
internal sealed record ProvingParts(IReadOnlyList<string> Modules, IReadOnlyList<IProof> Proofs, IReadOnlyList<ISmokePath> SmokePaths)
{
    /// <summary>The program's routes, to tell which ones smoke has met.</summary>
    public SmokeRoutes Routes { get; init; } = SmokeRoutes.None;

    internal IReadOnlyList<ILoadMix> LoadMixes { get; init; } = [];

    internal static ProvingParts From(WebApplication app) => new(
        [.. app.Services.GetServices<IModule>().Select(m => m.Name)],
        [.. app.Services.GetServices<IProof>()],
        [.. app.Services.GetServices<ISmokePath>()])
    {
        Routes = SmokeRoutes.Of(app),
        LoadMixes = [.. app.Services.GetServices<ILoadMix>()],
    };
}

/// <summary>What <c>prove</c> and <c>smoke</c> say with their exit code.</summary>
internal static class ProvingExit
{
    internal const int Holds = 0;
    internal const int Broken = 1;
    internal const int CouldNotRun = 2;
}

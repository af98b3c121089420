using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Proving;

namespace Mainstreet.Commands;

/// <summary>What the modules present contribute to <c>prove</c> and <c>smoke</c>.</summary>
internal sealed record ProvingParts(IReadOnlyList<string> Modules, IReadOnlyList<IProof> Proofs, IReadOnlyList<ISmokePath> SmokePaths)
{
    internal static ProvingParts From(IServiceProvider services) => new(
        [.. services.GetServices<IModule>().Select(m => m.Name)],
        [.. services.GetServices<IProof>()],
        [.. services.GetServices<ISmokePath>()]);
}

/// <summary>What <c>prove</c> and <c>smoke</c> say with their exit code.</summary>
internal static class ProvingExit
{
    internal const int Holds = 0;
    internal const int Broken = 1;
    internal const int CouldNotRun = 2;
}

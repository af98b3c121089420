using System.Globalization;

namespace Mainstreet.Foundation.Load;

/// <summary>A part that had no more to give in a phase.</summary>
/// <param name="Part">Its name.</param>
/// <param name="Figures">What was read.</param>
internal sealed record Saturated(string Part, string Figures);

/// <summary>Names what was used up, causes before what follows from them.</summary>
internal static class Saturation
{
    private const double CoresShare = 0.9;
    private const double PoolShare = 0.98;
    private const double CollectionShare = 0.1;
    private const double MemoryShare = 0.9;
    private const double ThreadQueue = 200;
    private const double LagMicroseconds = 50_000;

    internal static IReadOnlyList<Saturated> Of(PhaseUse use, LatencyRecorder lag)
    {
        var found = new List<Saturated>();
        if (use.ServerCores >= CoresShare * use.ServerCoresLimit)
            Add("server processor", $"{use.ServerCores:F2} of {use.ServerCoresLimit:0.##} cores");
        if (use.MachineCores >= CoresShare * use.MachineCoresLimit)
            Add("machine processor", $"{use.MachineCores:F2} of {use.MachineCoresLimit} cores: server {use.ServerCores:F2}, PostgreSQL {use.DatabaseCores:F2}, this generator {use.GeneratorCores:F2}");
        if (use.CollectionShare >= CollectionShare) Add("garbage collection", $"{100 * use.CollectionShare:F0} % of the time stood still");
        if (use.MemoryMost >= MemoryShare * use.MemoryLimit) Add("memory", $"{use.MemoryMost / 1_048_576:F0} of {use.MemoryLimit / 1_048_576:F0} MiB");
        if (use.ConnectionsMost >= PoolShare * use.ConnectionsLimit) Add("database connections", $"{use.ConnectionsMost} of {use.ConnectionsLimit} in use");
        if (use.ThreadQueueMost >= ThreadQueue) Add("thread pool", $"{use.ThreadQueueMost} work items waited");
        if (use.OverloadRefused > 0) Add("admission", $"{use.OverloadRefused} requests refused as overload, limit down to {use.OverloadLimitLeast}");
        if (use.Answered429 > 0) Add("rate limit", $"{use.Answered429} answers 429: see Web:RequestsPerSecond and --accounts");
        if (lag.At(0.99) >= LagMicroseconds) Add("load generator", $"99 % of starts within {lag.At(0.99) / 1e3:F0} ms only: the figures are its own as well");
        return found;

        void Add(string part, FormattableString figures) => found.Add(new Saturated(part, figures.ToString(CultureInfo.InvariantCulture)));
    }
}

using System.Diagnostics;

using Mainstreet.Foundation.Hosting;

namespace Mainstreet.Foundation.Observability;

/// <summary>How this replica does.</summary>
internal sealed class ReplicaFigures(HealthReport health, DataDirectory data, TimeProvider clock) : IFigures
{
    private const string State = "mainstreet.health.state";
    private const string Free = "mainstreet.disk.free";
    private const string Size = "mainstreet.disk.size";
    private const string MemoryLimit = "mainstreet.process.memory.limit";
    private const string Uptime = "mainstreet.process.uptime";

    public static IReadOnlyList<FigureShape> Shapes { get; } =
    [
        new(State, null, "0 up, 1 degraded, 2 down, by part as in /health/detailed."),
        new(Free, "By", "Room left for this program on the data folder's disk."),
        new(Size, "By", "Size of the data folder's disk."),
        new(MemoryLimit, "By", "Memory that this process may use: the container's limit, or the machine's memory."),
        new(Uptime, "s", "Time since the process started."),
    ];

    public async Task<IReadOnlyList<Figure>> ReadAsync(CancellationToken cancel)
    {
        var disk = DataDisk.Of(data);
        using var process = Process.GetCurrentProcess();
        return
        [
            .. (await health.AllAsync(cancel)).Select(p => new Figure(State, (int)p.Health.State, "part", p.Name)),
            new(Free, disk.AvailableFreeSpace),
            new(Size, disk.TotalSize),
            new(MemoryLimit, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes),
            new(Uptime, Math.Max(0, (clock.GetUtcNow() - process.StartTime.ToUniversalTime()).TotalSeconds)),
        ];
    }
}

using System.Globalization;
using System.Runtime.InteropServices;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Observability;

namespace Mainstreet.Foundation.Doctor;

/// <summary>Room on the data folder's disk.</summary>
internal sealed class FreeDisk(DataDirectory data, DoctorLimits limits) : ICheck
{
    public string Name => "disk";

    public bool AppliesTo(Engine engine) => true;

    public Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        var disk = DataDisk.Of(data);
        return Task.FromResult(Judge(disk.AvailableFreeSpace, disk.TotalSize, disk.Name));
    }

    internal IReadOnlyList<Finding> Judge(long free, long size, string place) => size > 0 && free < size * limits.FreeDisk
        ?
        [
            new Finding(Name, free < size * limits.SeriousFreeDisk ? Severity.High : Severity.Medium, "The data folder's disk is nearly full.",
                $"{Figures.Bytes(free)} of {Figures.Bytes(size)} free on {place}", "du -xh --max-depth 2 on it; delete old backups and logs, or enlarge the disk"),
        ]
        : [];
}

/// <summary>How many files and connections a process started like this one may hold open.</summary>
internal sealed class OpenFileLimit(DoctorLimits limits) : ICheck
{
    public string Name => "open-files";

    public bool AppliesTo(Engine engine) => OperatingSystem.IsLinux();

    public async Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel) => Judge(await File.ReadAllLinesAsync("/proc/self/limits", cancel));

    internal IReadOnlyList<Finding> Judge(IEnumerable<string> lines)
    {
        var words = lines.FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal))?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // .NET raises the soft limit to the hard one by itself.
        if (words is not [_, var hard, ..] || !long.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var most) || most >= limits.OpenFiles) return [];
        return [new Finding(Name, most < 1_024 ? Severity.High : Severity.Medium, "A process may hold few files and connections open.", $"at most {Figures.Number(most)}; each live connection takes one",
            "LimitNOFILE=65536 in the systemd unit; --ulimit nofile=65536:65536 of a container; ulimit -Hn in a shell")];
    }
}

/// <summary>Whether the kernel's clock follows a time server.</summary>
internal sealed partial class ClockSynchronised : ICheck
{
    private const int TimeError = 5;

    // The structure's size on 64-bit Linux is 208 bytes.
    private const int SizeOfTimex = 512;

    public string Name => "time-sync";

    public bool AppliesTo(Engine engine) => OperatingSystem.IsLinux();

    public unsafe Task<IReadOnlyList<Finding>> LookAsync(CancellationToken cancel)
    {
        // All zero: nothing is to be changed, only told.
        var timex = stackalloc byte[SizeOfTimex];
        new Span<byte>(timex, SizeOfTimex).Clear();
        return Task.FromResult(Judge(AdjTimeX(timex)));
    }

    internal IReadOnlyList<Finding> Judge(int state) => state != TimeError ? [] :
        [new Finding(Name, Severity.Low, "This machine's clock follows no time server.", "the kernel calls it unsynchronised; leases, tokens and timers of several machines compare clocks",
            "apt-get install chrony; chronyc tracking. In a container the machine beneath keeps the time")];

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int AdjTimeX(byte* timex);
}

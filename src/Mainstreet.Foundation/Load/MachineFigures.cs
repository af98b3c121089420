using System.Diagnostics;
using System.Globalization;

namespace Mainstreet.Foundation.Load;

/// <summary>Processor time used on this machine until now, in seconds, from <c>/proc</c>; absent on other systems than Linux.</summary>
/// <param name="Busy">By everything, summed over the cores.</param>
/// <param name="Cores">Cores of the machine.</param>
/// <param name="Database">By processes called <c>postgres</c>.</param>
/// <param name="Generator">By this process.</param>
internal sealed record MachineFigures(double Busy, int Cores, double Database, double Generator)
{
    /// <summary>Clock ticks a second that the kernel counts in; the same on all current architectures (proc(5), USER_HZ).</summary>
    private const double Ticks = 100;

    internal static MachineFigures? Read()
    {
        if (!File.Exists("/proc/stat")) return null;
        using var self = Process.GetCurrentProcess();
        var lines = File.ReadAllLines("/proc/stat");
        var all = Numbers(lines[0]);
        // user nice system idle iowait irq softirq steal: waiting is idle and iowait.
        var busy = (all.Take(8).Sum() - all[3] - all[4]) / Ticks;
        var cores = lines.Count(l => l.StartsWith("cpu", StringComparison.Ordinal)) - 1;
        return new MachineFigures(busy, cores, OfProcesses("postgres"), self.TotalProcessorTime.TotalSeconds);
    }

    private static double OfProcesses(string name)
    {
        var ticks = 0.0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out _)) continue;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var end = stat.LastIndexOf(')');
                if (stat.IndexOf('(', StringComparison.Ordinal) is var begin && stat[(begin + 1)..end] != name) continue;
                var fields = stat[(end + 2)..].Split(' ');
                ticks += double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at; its time is lost to this sum.
                continue;
            }
        }

        return ticks / Ticks;
    }

    private static double[] Numbers(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
}

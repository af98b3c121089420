using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

using Mainstreet.Occasions.Tests.Time;
using Mainstreet.Occasions.Time;

namespace Mainstreet.Benchmarks.Occasions;

/// <summary>
/// The whole of what the tests sample: all zones x all dates of 1990-2037 x birthday kinds x rules of sending against the oracle. Arguments:
/// <c>--from 1990 --to 2037 --zones Europe/London,... --parallel 2</c>. Ends with 1 when there is a difference.
/// </summary>
internal static class TimeRun
{
    public static int Run(string[] args)
    {
        string Argument(string name, string otherwise) =>
            Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        var first = int.Parse(Argument("--from", "1990"), CultureInfo.InvariantCulture);
        var last = int.Parse(Argument("--to", "2037"), CultureInfo.InvariantCulture);
        var parallel = int.Parse(Argument("--parallel", "2"), CultureInfo.InvariantCulture);
        var named = Argument("--zones", "");
        var zones = named.Length == 0 ? Zones.Ids : named.Split(',');

        var started = Stopwatch.GetTimestamp();
        var (comparisons, done) = (0L, 0);
        var differences = new ConcurrentQueue<string>();
        Parallel.ForEach(zones, new ParallelOptions { MaxDegreeOfParallelism = parallel }, zone =>
        {
            var comparison = new OracleComparison();
            comparison.Run(zone, first, last);
            Interlocked.Add(ref comparisons, comparison.Count);
            foreach (var difference in comparison.Differences) differences.Enqueue(difference);
            if (Interlocked.Increment(ref done) % 50 == 0) Console.Error.WriteLine($"{done} of {zones.Count} zones, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");
        });
        foreach (var difference in differences.Take(100)) Console.WriteLine(difference);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Zones.Version}: {zones.Count} zones, {first}-{last}, {comparisons} comparisons, {differences.Count} differences, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));
        return differences.IsEmpty ? 0 : 1;
    }
}

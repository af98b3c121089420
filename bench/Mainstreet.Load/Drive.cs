using System.Diagnostics;
using System.Globalization;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Load;

/// <summary>What a drive measured.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Elapsed">From the first request sent to the last answer read.</param>
/// <param name="Answers">Status and milliseconds of each request.</param>
internal sealed record DriveResult(string Name, TimeSpan Elapsed, IReadOnlyList<(int Status, double Milliseconds)> Answers)
{
    internal double PerSecond => Answers.Count / Elapsed.TotalSeconds;

    /// <summary>Prints rate and latency of all answers and of each status apart.</summary>
    internal void Print()
    {
        Line(Name, Answers);
        foreach (var status in Answers.GroupBy(a => a.Status).OrderBy(g => g.Key)) Line($"  of these {status.Key}", [.. status]);
    }

    private void Line(string name, IReadOnlyList<(int Status, double Milliseconds)> answers)
    {
        var latency = Latency.Of(name, answers.Select(a => a.Milliseconds));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-26} {latency.Count,8} in {Elapsed.TotalSeconds,6:F2} s {latency.Count / Elapsed.TotalSeconds,9:F0} /s   p50 {latency.P50,7:F2}  p95 {latency.P95,7:F2}  p99 {latency.P99,7:F2}  max {latency.Max,7:F2} ms"));
    }
}

/// <summary>Sends prepared requests over a number of connections, each as soon as the one before was answered.</summary>
internal static class Drive
{
    /// <param name="name">For the table.</param>
    /// <param name="targets">Connections are spread over them.</param>
    /// <param name="connections">Requests in flight.</param>
    /// <param name="next">The request with a number, or null when there are no more. Called by many at once.</param>
    /// <param name="cancel">Ends the drive.</param>
    internal static async Task<DriveResult> RunAsync(
        string name, IReadOnlyList<Uri> targets, int connections, Func<long, byte[]?> next, CancellationToken cancel)
    {
        var open = new List<RawConnection>();
        try
        {
            for (var i = 0; i < connections; i++) open.Add(await RawConnection.OpenAsync(targets[i % targets.Count], cancel));
            long issued = -1;
            var start = Stopwatch.GetTimestamp();
            var answers = await Task.WhenAll(open.Select(connection => Task.Run(async () =>
            {
                var mine = new List<(int, double)>(4096);
                while (next(Interlocked.Increment(ref issued)) is { } request)
                {
                    var sent = Stopwatch.GetTimestamp();
                    var status = await connection.SendAsync(request, cancel);
                    mine.Add((status, Stopwatch.GetElapsedTime(sent).TotalMilliseconds));
                    if (status < 0) throw new InvalidDataException("The server closed a connection.");
                }

                return mine;
            }, cancel)));
            return new DriveResult(name, Stopwatch.GetElapsedTime(start), [.. answers.SelectMany(a => a)]);
        }
        finally
        {
            foreach (var connection in open) await connection.DisposeAsync();
        }
    }
}

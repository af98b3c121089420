using System.Diagnostics;
using System.Globalization;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Load;

/// <summary>Connections follow one business's topic while tickets are reported; measures when each has heard of each.</summary>
internal static class LiveDrive
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static async Task<int> RunAsync(IReadOnlyList<Uri> targets, int connections, int notifications, CancellationToken cancel)
    {
        using var town = await Town.FoundAsync(targets, 1, cancel);
        using var client = new ProofClient(town.Run, new History());
        var history = new History();
        var readers = new List<LiveReader>();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                readers.Add(await LiveReader.StartAsync(
                    town.Run, client, history, town.Cast.Owner, [$"business:{town.Cast.BusinessId}"], $"reader {i + 1}", i, null, cancel));
            }

            // Once before it counts, so that nothing is measured that happens once only.
            var warm = await town.MakeTicketsAsync(5, offered: false, cancel);
            await WaitAsync(warm.Length);
            var began = town.Run.Now();
            var start = Stopwatch.GetTimestamp();
            var ids = await town.MakeTicketsAsync(notifications, offered: false, cancel);
            var made = Stopwatch.GetElapsedTime(start);
            var all = await WaitAsync(warm.Length + notifications);
            var received = readers.SelectMany(r => r.Events().Skip(warm.Length)).ToArray();
            var last = (received.Max(e => e.Received) - began) / 1000.0;
            // At is the server's instant of the act; both clocks are this machine's when the server runs here.
            var lag = Latency.Of("lag", received.Select(e => Math.Max(0, Lag(e))));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{connections} connections, {notifications} notifications: {received.Length} received, the last {last:F0} ms after the first act began; acts took {made.TotalMilliseconds:F0} ms; a notification reached a connection after p50 {lag.P50:F1}  p99 {lag.P99:F1}  max {lag.Max:F1} ms"));
            await town.CloseAsync([.. warm, .. ids], cancel);
            return all ? 0 : 1;
        }
        finally
        {
            foreach (var reader in readers) await reader.DisposeAsync();
        }

        double Lag(LiveEvent live) =>
            (town.Run.Clock.GetUtcNow() - live.At).TotalMilliseconds - (town.Run.Now() - live.Received) / 1000.0;

        async Task<bool> WaitAsync(int count)
        {
            var heard = await Task.WhenAll(readers.Select(r => r.WaitAsync(events => events.Count >= count, Patience, cancel)));
            return heard.All(h => h);
        }
    }
}

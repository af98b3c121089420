using System.Diagnostics;
using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Proof;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Benchmarks.Occasions;

/// <summary>
/// Delivery measured in parts: claims and completions without sending, the whole way with an HTTP POST per message, how more senders help, and everybody
/// at one instant. Arguments: <c>--only sender,claims,http,workers,instant --messages 50000 --engines postgres,sqlite --sink URL --runs 3 --warm 0</c>. Without
/// <c>--sink</c> the sink is in this process and shares its cores. With <c>--warm</c> the program sends so many before it is measured. PostgreSQL is the server that MAINSTREET_TEST_POSTGRES names.
/// </summary>
internal static class DeliveryBench
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(string[] args)
    {
        string Argument(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        var only = Argument("--only", "claims,http,workers,instant").Split(',');
        var messages = int.Parse(Argument("--messages", "50000"), CultureInfo.InvariantCulture);
        var runs = int.Parse(Argument("--runs", "3"), CultureInfo.InvariantCulture);
        var warm = int.Parse(Argument("--warm", "0"), CultureInfo.InvariantCulture);
        var sink = Argument("--sink", "") is { Length: > 0 } url ? new Uri(url) : null;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores, {Environment.Version}, {messages} messages, {runs} runs"));
        if (only.Contains("sender")) await SenderBench.RunAsync(messages);
        foreach (var name in only is ["sender"] ? [] : Argument("--engines", "postgres,sqlite").Split(','))
        {
            if (await DeliveryCrowd.MakeAsync(name) is not { } crowd)
            {
                Console.WriteLine($"({name} left out: MAINSTREET_TEST_POSTGRES is not set)");
                continue;
            }

            await using (crowd)
            {
                if (only.Contains("claims")) await ClaimsAsync(crowd, messages, runs);
                if (only.Contains("http")) await HttpAsync(crowd, messages, runs, warm, sink);
                if (only.Contains("workers")) await WorkersAsync(crowd, sink);
                if (only.Contains("instant")) await InstantAsync(crowd, sink);
            }
        }

        return 0;
    }

    /// <summary>
    /// Only a sink for HTTP POSTs, for runs with <c>--sink</c>. Ends with the process. With <c>--remember</c> a GET at it answers what it took, doubles
    /// included, and a DELETE begins anew.
    /// </summary>
    public static async Task<int> SinkAsync(string[] args)
    {
        var delay = Array.IndexOf(args, "--delay-ms") is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 0;
        var port = Array.IndexOf(args, "--port") is >= 0 and var p && p + 1 < args.Length ? args[p + 1] : "0";
        await using var sink = await ProviderDouble.StartAsync(TimeProvider.System, new Uri($"http://127.0.0.1:{port}"));
        (sink.Remembers, sink.HonoursKeys) = (args.Contains("--remember"), false);
        sink.Mood = delay == 0 ? ProviderMood.Good : new ProviderMood { Delay = TimeSpan.FromMilliseconds(delay) };
        Console.WriteLine(sink.Address);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        return 0;
    }

    private static async Task ClaimsAsync(DeliveryCrowd crowd, int messages, int runs)
    {
        Console.WriteLine("| claim and complete | batch | connections | messages/s (each run) |\n|---|---|---|---|");
        foreach (var (batch, loops) in ((int, int)[])[(1, 4), (100, 2), (1_000, 1), (1_000, 2)])
        {
            if (batch == 1 && crowd.Engine == Engine.Sqlite) continue;
            var rates = new List<double>();
            for (var run = 0; run < runs; run++)
            {
                var count = batch == 1 ? Math.Min(messages, 5_000) : messages;
                await crowd.FillAsync(count, MessageStatus.Queued);
                using var storage = new StorageOwner(crowd);
                var claims = crowd.Claims(storage.Storage);
                var watch = Stopwatch.StartNew();
                await Task.WhenAll(Enumerable.Range(0, loops).Select(_ => Task.Run(() => DrainAsync(claims, batch))));
                rates.Add(count / watch.Elapsed.TotalSeconds);
                if (await crowd.SentAsync() is var sent && sent != count) throw new InvalidOperationException($"{sent} of {count} messages were completed.");
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {crowd.Engine} | {batch} | {loops} | {Told(rates)} |"));
        }
    }

    private static async Task DrainAsync(IClaims claims, int batch)
    {
        while (true)
        {
            var now = TimeProvider.System.GetUtcNow();
            var claimed = await claims.ClaimAsync(now, batch, Lease, CancellationToken.None);
            if (claimed.Count == 0) return;
            var done = claimed.Select(m => new Completion
            {
                Id = m.Id, Fence = m.Fence, Status = MessageStatus.Sent, Tried = 1, Channel = "webhook", Provider = "webhook1", SentAt = now,
                History = AttemptLine.Write(new MessageAttempt(1, "webhook1", "webhook", now, now, AttemptLine.Accepted, 200, null, null)),
            }).ToList();
            await claims.CompleteAsync(done, CancellationToken.None);
        }
    }

    private static async Task HttpAsync(DeliveryCrowd crowd, int messages, int runs, int warm, Uri? sink)
    {
        Console.WriteLine("| end to end, one HTTP POST each | senders | messages/s (each run) | MB |\n|---|---|---|---|");
        if (warm > 0) await crowd.FillAsync(warm, MessageStatus.Queued);
        await using var server = await BenchServer.StartAsync(crowd, sink, new() { ["Occasions:Providers:0:Concurrency"] = "128" });
        if (warm > 0)
        {
            await server.DrainAsync(warm);
            // A sink that counts begins anew.
            using var http = new HttpClient();
            if (sink is not null) (await http.DeleteAsync(sink)).Dispose();
        }

        var (rates, memory) = (new List<double>(), 0L);
        for (var run = 0; run < runs; run++)
        {
            await crowd.FillAsync(messages, MessageStatus.Queued);
            var (elapsed, peak) = await server.DrainAsync(messages);
            rates.Add(messages / elapsed.TotalSeconds);
            memory = Math.Max(memory, peak);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {crowd.Engine} | 128 | {Told(rates)} | {memory} |"));
    }

    private static async Task WorkersAsync(DeliveryCrowd crowd, Uri? sink)
    {
        Console.WriteLine("| senders, provider that takes 5 ms | messages/s | times one sender | efficiency |\n|---|---|---|---|");
        double one = 0;
        foreach (var workers in (int[])[1, 5, 10, 20, 50, 100])
        {
            var count = Math.Min(400 * workers, 10_000);
            await crowd.FillAsync(count, MessageStatus.Queued);
            await using var server = await BenchServer.StartAsync(
                crowd, sink, new() { ["Occasions:Delivery:Concurrency"] = workers.ToString(CultureInfo.InvariantCulture) }, delay: TimeSpan.FromMilliseconds(5));
            var (elapsed, _) = await server.DrainAsync(count);
            var rate = count / elapsed.TotalSeconds;
            if (workers == 1) one = rate;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {crowd.Engine} {workers} | {rate:0} | {rate / one:0.0} | {rate / one / workers:P0} |"));
        }
    }

    private static async Task InstantAsync(DeliveryCrowd crowd, Uri? sink)
    {
        const int Crowd = 10_000;
        Console.WriteLine("| 10,000 due at one instant | seconds to the last | worker MB |\n|---|---|---|");
        var now = TimeProvider.System.GetUtcNow();
        // The beginning of a minute, as all send times are; not the coming one if the program could not be up by then.
        var minute = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerMinute, TimeSpan.Zero).AddMinutes(now.Second > 35 ? 2 : 1);
        await crowd.FillAsync(Crowd, MessageStatus.Scheduled, minute);
        await using var server = await BenchServer.StartAsync(crowd, sink, new() { ["Occasions:Providers:0:Concurrency"] = "128" });
        var wait = minute - TimeProvider.System.GetUtcNow();
        if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System);
        var (elapsed, memory) = await server.DrainAsync(Crowd);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {crowd.Engine} | {elapsed.TotalSeconds:0.0} | {memory} |"));
    }

    private static string Told(IEnumerable<double> rates) => string.Join(", ", rates.Select(r => r.ToString("N0", CultureInfo.InvariantCulture)));

    private sealed class StorageOwner(DeliveryCrowd crowd) : IDisposable
    {
        public Storage Storage { get; } = new(Options.Create(crowd.Database), new DataDirectory(crowd.Folder));

        public void Dispose() => Storage.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Proving;
using Mainstreet.Store.Proof;

using Npgsql;

namespace Mainstreet.Load;

/// <param name="Products">In the catalogue.</param>
/// <param name="Orders">At each concurrency.</param>
/// <param name="Warmup">Orders before the clock starts.</param>
/// <param name="Concurrency">Shoppers at once, one measurement each.</param>
/// <param name="Method"><c>card</c> or <c>upi</c>.</param>
/// <param name="Database">Npgsql connection string of the server's database, to wait until nothing is left to do behind the orders; null waits a moment.</param>
/// <param name="Json">Print a JSON line per concurrency in place of the table.</param>
internal sealed record OrdersPlan(int Products, int Orders, int Warmup, IReadOnlyList<int> Concurrency, string Method, string? Database, bool Json);

/// <summary>
/// Orders a second: signed-in shoppers search, read, fill carts, order and pay at the simulated provider, each one request after the other. In the end the
/// server's paid orders and their money must be those that were counted here.
/// </summary>
internal sealed class OrdersDrive : IDisposable
{
    private static readonly string[] Steps = ["search", "product", "cart", "item", "order", "pay", "callback"];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly ProofClient _client;
    private readonly StoreStage _stage;
    private readonly HttpClient _http;
    private readonly OrdersPlan _plan;

    private OrdersDrive(ProofClient client, StoreStage stage, HttpClient http, OrdersPlan plan) => (_client, _stage, _http, _plan) = (client, stage, http, plan);

    internal static async Task<int> RunAsync(Uri target, OrdersPlan plan, CancellationToken cancel)
    {
        using var drive = await PrepareAsync(target, plan, cancel);
        return await drive.RunAsync(cancel);
    }

    public void Dispose()
    {
        _http.Dispose();
        _client.Dispose();
    }

    private static async Task<OrdersDrive> PrepareAsync(Uri target, OrdersPlan plan, CancellationToken cancel)
    {
        var run = new ProofRun([target], 0, TimeProvider.System);
        var client = new ProofClient(run, new History());
        await client.ServerVersionAsync(cancel);
        await Console.Error.WriteLineAsync($"signing in {plan.Concurrency.Max()} shoppers, putting {plan.Products} products on the shelf");
        var stage = await StoreStage.SetAsync(client, run, plan.Concurrency.Max(), cancel);
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, MaxConnectionsPerServer = 512 }) { BaseAddress = target, Timeout = TimeSpan.FromSeconds(60) };
        var drive = new OrdersDrive(client, stage, http, plan);
        await drive.ShelveAsync(active: true, cancel);
        return drive;
    }

    private async Task<int> RunAsync(CancellationToken cancel)
    {
        var products = (await _stage.PagesAsync("catalogue", $"/v1/products?businessId={_stage.BusinessId}", _stage.Owner, cancel)).Select(p => p.GetProperty("id").GetGuid()).ToList();
        if (products.Count != _plan.Products) throw new InvalidDataException($"{products.Count} of {_plan.Products} products are for sale.");
        var (paid, money, failed) = (0, 0L, 0);
        var next = 0;
        foreach (var concurrency in (int[])[0, .. _plan.Concurrency])
        {
            var isWarmup = concurrency == 0;
            if (isWarmup && _plan.Warmup == 0) continue;
            var (errand, elapsed) = await ShopAsync(products, next, isWarmup ? _plan.Warmup : _plan.Orders, isWarmup ? Math.Min(4, _stage.Buyers.Count) : concurrency, cancel);
            next += isWarmup ? _plan.Warmup : _plan.Orders;
            var behind = await SettleAsync(cancel);
            if (!isWarmup) Print(concurrency, errand, elapsed, behind);
            foreach (var failure in errand.Failures.Take(5)) await Console.Error.WriteLineAsync(failure);
            (paid, money, failed) = (paid + errand.Paid.Count, money + errand.Paid.Sum(p => p.Total), failed + errand.Failures.Count);
        }

        var orders = await _stage.PagesAsync("paid orders", $"/v1/orders?businessId={_stage.BusinessId}&status=paid", _stage.Owner, cancel);
        var sum = orders.Sum(o => o.GetProperty("total").GetProperty("amount").GetInt64());
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"counted {paid} paid orders of {money} in minor units, the server has {orders.Count} of {sum}; {failed} failures"));
        await ShelveAsync(active: false, cancel);
        await _stage.TidyUpAsync(cancel);
        return failed == 0 && orders.Count == paid && sum == money ? 0 : 1;
    }

    private async Task<(Errand Errand, TimeSpan Elapsed)> ShopAsync(IReadOnlyList<Guid> products, int first, int orders, int concurrency, CancellationToken cancel)
    {
        var errand = new Errand(_http, _stage.BusinessId, products, _plan.Method);
        var (issued, start) = (first - 1, Stopwatch.GetTimestamp());
        await Task.WhenAll(_stage.Buyers.Take(concurrency).Select(buyer => Task.Run(async () =>
        {
            var shopper = new Shopper(buyer, errand);
            for (var number = Interlocked.Increment(ref issued); number < first + orders; number = Interlocked.Increment(ref issued)) await shopper.BuyAsync(number, cancel);
        }, cancel)));
        return (errand, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Waits until webhooks are delivered, events published and jobs run: what the server still owes to the orders behind the shoppers' backs.</summary>
    private async Task<TimeSpan?> SettleAsync(CancellationToken cancel)
    {
        if (_plan.Database is not { } database)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancel);
            return null;
        }

        var start = Stopwatch.GetTimestamp();
        await using var source = NpgsqlDataSource.Create(database);
        await using var left = source.CreateCommand(
            "SELECT (SELECT count(*) FROM store.simulated_events) + (SELECT count(*) FROM foundation.outbox) + (SELECT count(*) FROM foundation.jobs WHERE due_at <= now() AND NOT dead)");
        while ((long)(await left.ExecuteScalarAsync(cancel))! > 0) await Task.Delay(Look, TimeProvider.System, cancel);
        return Stopwatch.GetElapsedTime(start);
    }

    private void Print(int concurrency, Errand errand, TimeSpan elapsed, TimeSpan? behind)
    {
        var steps = errand.Taken.GroupBy(t => t.Step).Select(g => Latency.Of(g.Key, g.Select(t => t.Milliseconds))).OrderBy(l => Array.IndexOf(Steps, l.Name)).ToList();
        var rate = errand.Paid.Count / elapsed.TotalSeconds;
        if (_plan.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                Concurrency = concurrency, Orders = errand.Paid.Count, Seconds = elapsed.TotalSeconds, PerSecond = rate, Failures = errand.Failures.Count, BehindSeconds = behind?.TotalSeconds,
                Steps = steps.ToDictionary(s => s.Name, s => new { s.Count, s.P50, s.P95, s.P99 }),
            }, Foundation.Web.Json.Wire));
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{concurrency} shoppers: {errand.Paid.Count} orders paid in {elapsed.TotalSeconds:F2} s, {rate:F1} /s; {errand.Failures.Count} failures{(behind is { } b ? $"; all done behind them {b.TotalSeconds:F1} s later" : "")}"));
        foreach (var s in steps)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {s.Name,-10} {s.Count,6}   p50 {s.P50,7:F1}  p95 {s.P95,7:F1}  p99 {s.P99,7:F1}  max {s.Max,7:F1} ms"));
    }

    /// <summary>Puts the catalogue on sale, or off it.</summary>
    private async Task ShelveAsync(bool active, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/products/import?businessId={_stage.BusinessId}")
        {
            Content = new StringContent(Groceries.Csv(Groceries.Make(_plan.Products), active), Encoding.UTF8, "text/csv"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _stage.Owner.AccessToken);
        using var response = await _http.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        if (!response.IsSuccessStatusCode) throw new InvalidDataException($"The catalogue was not taken: {(int)response.StatusCode} {text}");
        using var json = JsonDocument.Parse(text);
        if (json.RootElement.GetProperty("accepted").GetInt64() != _plan.Products) throw new InvalidDataException($"The catalogue was not taken whole: {text}");
    }
}

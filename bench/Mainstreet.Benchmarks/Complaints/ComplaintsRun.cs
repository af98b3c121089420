using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Mainstreet.Trades;
using Mainstreet.Trades.Tests.Classification;

namespace Mainstreet.Benchmarks.Complaints;

/// <summary>
/// The main job on real input, against a fresh Development server: New York's housing complaints become an import (the
/// descriptor is the only text; the official type is kept back as the label), half are triaged as the city labelled them, the
/// other half shows what the classifier learnt; then the triaged ones are dispatched to a crowd that accepts, declines or stays silent.
/// </summary>
internal static class ComplaintsRun
{
    private const int Imported = 2_000;
    private const int Signed = 60;

    private sealed record Row(string Key, string Text, TradeCategory Label, double Lat, double Lon, string Created, bool First);

    internal static async Task<int> RunAsync(string[] args)
    {
        string? Option(string name) => Array.IndexOf(args, name) is var i and >= 0 && i + 1 < args.Length ? args[i + 1] : null;
        if (Option("--file") is not { } file || Option("--target") is not { } target)
        {
            Console.Error.WriteLine("complaints --file complaints.csv --target URL [--dispatch 1000]");
            return 64;
        }

        var dispatch = int.Parse(Option("--dispatch") ?? "1000", CultureInfo.InvariantCulture);
        var rows = Read(file);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(target), Timeout = TimeSpan.FromMinutes(10) };
        var agent = await SignInAsync(http, "agent1@demo.test", "Mainstreet-demo-1");

        var clock = Stopwatch.StartNew();
        Console.WriteLine($"contractors imported: {await ImportAsync(http, agent, "/v1/contractors/import", Crowd(rows))} in {clock.Elapsed.TotalSeconds:F1} s");
        clock.Restart();
        Console.WriteLine($"first half imported:  {await ImportAsync(http, agent, "/v1/tickets/import", Tickets(rows.Where(r => r.First)))} in {clock.Elapsed.TotalSeconds:F1} s");
        var first = await TicketsAsync(http, agent, rows, rows.Count(r => r.First));
        Console.WriteLine($"before learning: {Score(rows, first)}");

        clock.Restart();
        await EachAsync(first.Where(t => t.Value.Status == "submitted"), 8, async t => await PostAsync(http, agent, $"/v1/tickets/{t.Value.Id}/triage",
            new { category = Word(rows.Single(t.Key).Label) }));
        Console.WriteLine($"triaged {first.Count} as the city labels them in {clock.Elapsed.TotalSeconds:F1} s");
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);   // every replica looks for new lessons each two seconds

        clock.Restart();
        Console.WriteLine($"second half imported: {await ImportAsync(http, agent, "/v1/tickets/import", Tickets(rows.Where(r => !r.First)))} in {clock.Elapsed.TotalSeconds:F1} s");
        var second = await TicketsAsync(http, agent, rows, rows.Count);
        foreach (var known in first.Keys) second.Remove(known);
        Console.WriteLine($"after learning:  {Score(rows, second)}");

        await DispatchAsync(http, agent, first.Values.Take(dispatch).Select(t => t.Id).ToList(), rows);
        return 0;
    }

    private static async Task DispatchAsync(HttpClient http, string agent, List<Guid> tickets, Dictionary<string, Row> rows)
    {
        var clock = Stopwatch.StartNew();
        var places = rows.Values.OrderBy(r => r.Key, StringComparer.Ordinal).ToArray();
        var people = new ConcurrentBag<(string Token, Random Draw)>();
        await EachAsync(Enumerable.Range(0, Signed), 4, async i =>
        {
            var email = $"crowd{i}-{Guid.CreateVersion7():N}@example.test";
            await PostAsync(http, null, "/v1/auth/register", new { email, password = "Crowd-password-1", displayName = $"Crowd {i}", role = "contractor" });
            var token = await SignInAsync(http, email, "Crowd-password-1");
            var at = places[i * 997 % places.Length];
            using var put = await SendAsync(http, token, HttpMethod.Put, "/v1/contractors/me", new
            {
                displayName = $"Crowd {i}", @base = new { lat = at.Lat, lon = at.Lon }, serviceRadiusMeters = 40_000,
                trades = Enum.GetValues<TradeCategory>().Where((_, n) => n % 4 == i % 4).Select(Word).ToArray(),
            });
            put.EnsureSuccessStatusCode();
            people.Add((token, new Random(i)));
        });
        Console.WriteLine($"{Signed} contractors with accounts joined the {Imported} without in {clock.Elapsed.TotalSeconds:F1} s");

        clock.Restart();
        var answers = new ConcurrentDictionary<int, int>();
        await EachAsync(tickets, 6, async id =>
        {
            using var answer = await SendAsync(http, agent, HttpMethod.Post, $"/v1/tickets/{id}/offers", new { waveSize = 4, expiresInSeconds = 4, radiusMeters = 6_000 });
            answers.AddOrUpdate((int)answer.StatusCode, 1, (_, n) => n + 1);
        });
        Console.WriteLine($"offered {tickets.Count} tickets in {clock.Elapsed.TotalSeconds:F1} s: {string.Join(", ", answers.Select(a => $"{a.Value} x {a.Key}"))}");

        using var stop = new CancellationTokenSource();
        var accepts = new ConcurrentDictionary<string, int>();
        var crowd = people.Select(p => WorkAsync(http, p.Token, p.Draw, accepts, stop.Token)).ToArray();
        var ends = clock.Elapsed + TimeSpan.FromSeconds(180);
        var counts = await CountAsync(http, agent, tickets);
        while (counts.GetValueOrDefault("offered") > 0 && clock.Elapsed < ends)
        {
            await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
            counts = await CountAsync(http, agent, tickets);
        }

        await stop.CancelAsync();
        await Task.WhenAll(crowd);
        var waves = new SortedDictionary<string, int>();
        var escalated = 0;
        foreach (var id in tickets)
        {
            var ticket = await GetAsync(http, agent, $"/v1/tickets/{id}");
            var won = ticket.GetProperty("contractorId").ValueKind != JsonValueKind.Null;
            if (ticket.GetProperty("escalated").GetBoolean()) escalated++;
            else if (won) waves[$"wave {ticket.GetProperty("wave").GetInt32()}"] = waves.GetValueOrDefault($"wave {ticket.GetProperty("wave").GetInt32()}") + 1;
        }

        counts = await CountAsync(http, agent, tickets);
        Console.WriteLine($"after {clock.Elapsed.TotalSeconds:F0} s: {string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"))}; escalated {escalated}");
        Console.WriteLine($"won in {string.Join(", ", waves.Select(w => $"{w.Key}: {w.Value}"))}");
        Console.WriteLine($"answers to the crowd: {string.Join(", ", accepts.OrderBy(a => a.Key).Select(a => $"{a.Key}: {a.Value}"))}");
    }

    // Six of ten accept and do the job, two decline, two stay silent.
    private static async Task WorkAsync(HttpClient http, string token, Random draw, ConcurrentDictionary<string, int> answers, CancellationToken stop)
    {
        var ignored = new HashSet<Guid>();
        while (!stop.IsCancellationRequested)
        {
            foreach (var offer in (await GetAsync(http, token, "/v1/offers?state=open")).GetProperty("items").EnumerateArray())
            {
                var id = offer.GetProperty("ticketId").GetGuid();
                if (ignored.Contains(id)) continue;
                var mood = draw.Next(10);
                if (mood >= 8)
                {
                    ignored.Add(id);
                    continue;
                }

                using var answer = await SendAsync(http, token, HttpMethod.Post, $"/v1/tickets/{id}/{(mood < 6 ? "accept" : "decline")}", new { });
                answers.AddOrUpdate($"{(mood < 6 ? "accept" : "decline")} {(int)answer.StatusCode}", 1, (_, n) => n + 1);
                if (mood >= 6 || !answer.IsSuccessStatusCode) continue;
                await PostAsync(http, token, $"/v1/tickets/{id}/start", new { });
                await PostAsync(http, token, $"/v1/tickets/{id}/complete", new { note = "Done." });
            }

            try
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static Dictionary<string, Row> Read(string file)
    {
        var newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        var rows = new Dictionary<string, Row>();
        foreach (var line in File.ReadLines(file).Skip(1))
        {
            var cells = line.Split(',');   // what is read here is never quoted in this file
            var label = ComplaintLabels.For(cells[4], cells[5]);
            if (label is null || !double.TryParse(cells[^2], CultureInfo.InvariantCulture, out var lat) || !double.TryParse(cells[^1], CultureInfo.InvariantCulture, out var lon)) continue;
            var local = DateTime.Parse(cells[1], CultureInfo.InvariantCulture, DateTimeStyles.None);
            var created = TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), newYork).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            rows[cells[0]] = new Row(cells[0], cells[5], label.Value, lat, lon, created, (SHA256.HashData(Encoding.UTF8.GetBytes(cells[0]))[0] & 1) == 1);
        }

        return rows;
    }

    private static int Count(this Dictionary<string, Row> rows, Func<Row, bool> which) => rows.Values.Count(which);

    private static IEnumerable<Row> Where(this Dictionary<string, Row> rows, Func<Row, bool> which) => rows.Values.Where(which);

    private static Row Single(this Dictionary<string, Row> rows, string key) => rows[key];

    private static string Tickets(IEnumerable<Row> rows)
    {
        var csv = new StringBuilder("externalId,title,description,lat,lon,createdAt\n");
        foreach (var r in rows) csv.Append(CultureInfo.InvariantCulture, $"{r.Key},\"{r.Text}\",\"{r.Text}\",{r.Lat:R},{r.Lon:R},{r.Created}\n");
        return csv.ToString();
    }

    private static string Crowd(Dictionary<string, Row> rows)
    {
        var draw = new Random(11);
        var places = rows.Values.OrderBy(r => r.Key, StringComparer.Ordinal).ToArray();
        var csv = new StringBuilder("externalId,displayName,trades,lat,lon,serviceRadiusMeters\n");
        for (var i = 0; i < Imported; i++)
        {
            var at = places[draw.Next(places.Length)];
            var trades = Enum.GetValues<TradeCategory>().OrderBy(_ => draw.Next()).Take(1 + draw.Next(2)).Select(Word);
            csv.Append(CultureInfo.InvariantCulture, $"crowd-{i},Firm {i},{string.Join(';', trades)},{at.Lat + draw.NextDouble() * 0.01:R},{at.Lon:R},{5_000 + draw.Next(20_000)}\n");
        }

        return csv.ToString();
    }

    private static ClassifierScore Score(Dictionary<string, Row> rows, Dictionary<string, Stored> tickets) =>
        ClassifierScore.Of(tickets.Where(t => t.Value.Source == "classifier").Select(t => (rows[t.Key].Label, t.Value.Category, t.Value.Confidence, t.Value.Uncertain)));

    private sealed record Stored(Guid Id, string Status, TradeCategory Category, double Confidence, bool Uncertain, string Source);

    // The list answers no external id, so the export, which does, joins number to key.
    private static async Task<Dictionary<string, Stored>> TicketsAsync(HttpClient http, string agent, Dictionary<string, Row> rows, int expected)
    {
        using var export = await SendAsync(http, agent, HttpMethod.Get, "/v1/tickets/export", null);
        var keys = new Dictionary<long, string>();
        foreach (var line in (await export.Content.ReadAsStringAsync()).Split("\r\n").Skip(1))
        {
            var cells = line.Split(',');
            if (cells.Length > 1 && rows.ContainsKey(cells[1])) keys[long.Parse(cells[0], CultureInfo.InvariantCulture)] = cells[1];
        }

        if (keys.Count != expected) throw new InvalidOperationException($"{keys.Count} of {expected} tickets are there.");
        var found = new Dictionary<string, Stored>();
        string? cursor = null;
        do
        {
            var page = await GetAsync(http, agent, "/v1/tickets?limit=200" + (cursor is null ? "" : $"&cursor={cursor}"));
            foreach (var t in page.GetProperty("items").EnumerateArray())
            {
                if (!keys.TryGetValue(t.GetProperty("number").GetInt64(), out var key)) continue;
                var trade = t.GetProperty("trade");
                found[key] = new Stored(t.GetProperty("id").GetGuid(), t.GetProperty("status").GetString()!,
                    Enum.Parse<TradeCategory>(trade.GetProperty("category").GetString()!, ignoreCase: true), trade.GetProperty("confidence").GetDouble(),
                    trade.GetProperty("uncertain").GetBoolean(), trade.GetProperty("source").GetString()!);
            }

            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return found;
    }

    private static async Task<SortedDictionary<string, int>> CountAsync(HttpClient http, string agent, List<Guid> tickets)
    {
        var wanted = tickets.ToHashSet();
        var counts = new SortedDictionary<string, int>();
        string? cursor = null;
        do
        {
            var page = await GetAsync(http, agent, "/v1/tickets?limit=200" + (cursor is null ? "" : $"&cursor={cursor}"));
            foreach (var t in page.GetProperty("items").EnumerateArray())
            {
                if (!wanted.Contains(t.GetProperty("id").GetGuid())) continue;
                var status = t.GetProperty("status").GetString()!;
                counts[status] = counts.GetValueOrDefault(status) + 1;
            }

            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return counts;
    }

    private static string Word(TradeCategory category) => JsonNamingPolicy.CamelCase.ConvertName(category.ToString());

    private static async Task<string> SignInAsync(HttpClient http, string email, string password) =>
        (await PostAsync(http, null, "/v1/auth/login", new { email, password })).GetProperty("accessToken").GetString()!;

    private static async Task<string> ImportAsync(HttpClient http, string agent, string path, string csv)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(csv, Encoding.UTF8, "text/csv") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", agent);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return $"{body.GetProperty("accepted").GetInt64()} accepted, {body.GetProperty("rejectedCount").GetInt64()} rejected";
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string token, string path)
    {
        using var answer = await SendAsync(http, token, HttpMethod.Get, path, null);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string? token, string path, object body)
    {
        using var answer = await SendAsync(http, token, HttpMethod.Post, path, body);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, string? token, HttpMethod method, string path, object? body)
    {
        var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http.SendAsync(request);
    }

    private static Task EachAsync<T>(IEnumerable<T> items, int at, Func<T, Task> work) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = at }, async (item, _) => await work(item));
}

using System.Collections.Concurrent;

using Mainstreet.Acceptance.Contract;
using Mainstreet.Testing;

using Npgsql;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Recovery;

[Trait("kind", "recovery")]
public sealed class DatabaseRestartTests
{
    [Fact]
    public async Task PostgreSQL_crashed_under_load_means_503_while_it_is_away_then_on_with_nothing_half_done()
    {
        Assert.SkipWhen(PostgresCluster.WhyNot is not null && Environment.GetEnvironmentVariable("CI") is not "true", PostgresCluster.WhyNot ?? "");
        await using var cluster = await PostgresCluster.StartNewAsync();
        var settings = new Dictionary<string, string?>
        {
            ["Database:Provider"] = "postgres",
            ["Database:ConnectionString"] = $"{cluster.Server};Database=postgres;Timeout=3",
            ["Database:MaxPoolSize"] = "20",
        };
        var folder = Directory.CreateTempSubdirectory("mainstreet-restart-");
        await using var server = await ServerProcess.StartAsync(settings, folder.FullName);
        var people = await Neighbourhood.MakeAsync(server.Address, 2);
        var answers = new ConcurrentBag<(int Status, string? Code, bool RetryAfter, string Body)>();
        var reported = new ConcurrentBag<Guid>();
        var accepted = new ConcurrentBag<Guid>();
        var offered = new ConcurrentQueue<Guid>();
        for (var i = 0; i < 60; i++) offered.Enqueue(await people.OfferedAsync());
        var all = offered.ToArray();
        using var stop = new CancellationTokenSource();
        var load = new[] { ReportAsync(), ReportAsync(), ReadAsync(), ReadAsync(), AcceptAsync(), AcceptAsync() };

        await SeenAsync(20);
        await cluster.CrashAsync();
        await Person.UntilAsync(() => Task.FromResult(answers.Count(a => a.Status == 503) >= 20), TimeSpan.FromSeconds(60), () => Told(answers));
        await cluster.StartAsync();
        var before = reported.Count;
        await Person.UntilAsync(() => Task.FromResult(reported.Count > before + 5), TimeSpan.FromSeconds(60), () => Told(answers));
        await stop.CancelAsync();
        await Task.WhenAll(load);

        answers.ShouldAllBe(a => a.Status < 500 || a.Status == 503, $"{Told(answers)}\n{string.Join('\n', server.Log.Split('\n').SkipWhile(l => !l.Contains("Unhandled", StringComparison.OrdinalIgnoreCase) && !l.Contains("fail: Mainstreet.Requests", StringComparison.Ordinal)).Take(40))}");
        answers.Where(a => a.Status == 503).ShouldAllBe(a => a.RetryAfter && a.Code == "database_unavailable" && !a.Body.Contains("Npgsql", StringComparison.Ordinal));
        await Person.UntilAsync(async () => await CountAsync("SELECT count(*) FROM foundation.outbox") == 0, TimeSpan.FromSeconds(60));
        foreach (var id in reported) (await people.HistoryAsync(id)).ShouldBe(["ticket.created"]);
        foreach (var id in accepted) (await people.HistoryAsync(id)).ShouldContain("ticket.accepted");
        // State, audit and live feed of every ticket tell the same story.
        (await CountAsync("SELECT count(*) FROM trades.tickets t WHERE (SELECT count(*) FROM foundation.audit a WHERE a.stream = 'ticket:' || t.id AND a.action = 'ticket.created') <> 1")).ShouldBe(0);
        (await CountAsync("SELECT count(*) FROM trades.tickets t WHERE (SELECT count(*) FROM foundation.audit a WHERE a.stream = 'ticket:' || t.id) <> (SELECT count(*) FROM foundation.live_events e WHERE e.topic = 'ticket:' || t.id)")).ShouldBe(0);
        (await CountAsync("SELECT count(*) FROM trades.tickets t WHERE (t.status = 'Accepted') <> EXISTS (SELECT 1 FROM foundation.audit a WHERE a.stream = 'ticket:' || t.id AND a.action = 'ticket.accepted')")).ShouldBe(0);
        (await CountAsync("SELECT count(*) FROM foundation.outbox_dead")).ShouldBe(0);
        var taken = await CountAsync("SELECT count(*) FROM trades.tickets WHERE status = 'Accepted'");
        (await CountAsync("SELECT sum(active_jobs) FROM trades.contractors")).ShouldBe(taken);
        (await CountAsync("SELECT sum(offers_accepted) FROM trades.contractors")).ShouldBe(taken);
        folder.Delete(recursive: true);

        async Task ReportAsync()
        {
            while (!stop.IsCancellationRequested)
            {
                var answer = await SendAsync(people.Tenant, HttpMethod.Post, "/v1/tickets", people.Report());
                if (answer.Status == 201) reported.Add(answer.Json.GetProperty("id").GetGuid());
            }
        }

        async Task ReadAsync()
        {
            for (var i = 0; !stop.IsCancellationRequested; i++) await SendAsync(people.Owner, HttpMethod.Get, $"/v1/tickets/{all[i % all.Length]}");
        }

        async Task AcceptAsync()
        {
            while (!stop.IsCancellationRequested && offered.TryDequeue(out var id))
            {
                var answer = await SendAsync(people.Contractors[0].User, HttpMethod.Post, $"/v1/tickets/{id}/accept");
                if (answer.Status == 200) accepted.Add(id);
                else if (answer.Status == 503) offered.Enqueue(id);
            }
        }

        async Task<Answer> SendAsync(TestUser user, HttpMethod method, string path, object? body = null)
        {
            var answer = await user.Http.TryAsync(method, path, body);
            answers.Add((answer.Status, answer.Code, answer.Message.Headers.RetryAfter is not null, answer.Body));
            // The load stays a load, not a flood.
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            return answer;
        }

        Task SeenAsync(int more)
        {
            var from = answers.Count;
            return Person.UntilAsync(() => Task.FromResult(answers.Count >= from + more), TimeSpan.FromSeconds(60));
        }

        async Task<long> CountAsync(string sql)
        {
            await using var connection = new NpgsqlConnection($"{cluster.Server};Database=postgres;Pooling=false");
            await connection.OpenAsync();
#pragma warning disable CA2100 // A test's own text.
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            return Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    private static string Told(IEnumerable<(int Status, string? Code, bool RetryAfter, string Body)> answers) =>
        string.Join(", ", answers.GroupBy(a => (a.Status, a.Code)).Select(g => $"{g.Key.Status} {g.Key.Code}: {g.Count()}"));
}

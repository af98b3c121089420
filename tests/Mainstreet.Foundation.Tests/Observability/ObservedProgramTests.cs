using System.Net;
using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Observability;
using Mainstreet.Testing;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

using Npgsql;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Observability;

/// <summary>Health, metrics, draining and traces of the whole program over HTTP.</summary>
[Trait("kind", "db")]
public sealed class ObservedProgramTests
{
    [Theory, EachEngine]
    public async Task Health_is_up_and_tells_its_parts_to_administrators_only(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        (await app.Http.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(app.Http, "/health/ready")).GetProperty("status").GetString().ShouldBe("up");
        (await ReadAsync(app.Http, "/health")).GetProperty("status").GetString().ShouldBe("up");

        (await app.Http.GetAsync("/health/detailed", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var customer = await TestUser.RegisterAsync(app);
        (await customer.Http.GetAsync("/health/detailed", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        var detailed = await ReadAsync((await AdminAsync(app)).Http, "/health/detailed");
        detailed.GetProperty("ready").GetBoolean().ShouldBeTrue();
        var parts = detailed.GetProperty("parts");
        parts.EnumerateObject().Select(p => p.Name).ShouldBe(["broker", "database", "delivery", "disk", "features", "jobs", "live", "migrations", "outbox", "providers", "sandbox", "settings"]);
        parts.GetProperty("database").GetProperty("figures").GetProperty("engine").GetString().ShouldBe(engine == Engine.Postgres ? "postgres" : "sqlite");
        parts.GetProperty("outbox").GetProperty("figures").GetProperty("rows").GetInt32().ShouldBeGreaterThanOrEqualTo(0);
    }

    [Theory, EachEngine]
    public async Task Missing_migrations_and_dead_jobs_are_named(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var admin = await AdminAsync(app);
        await using (var connection = await app.Database.Storage.OpenAsync(TestContext.Current.CancellationToken))
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"DELETE FROM {app.Database.Storage.Table("foundation", "migrations")} WHERE module = 'foundation' AND number = 3";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using (var scope = app.Host.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<FoundationDb>();
            db.Jobs.Add(new JobRow { Id = Guid.CreateVersion7(), Kind = "nothing", Key = "k", DueAt = DateTimeOffset.UnixEpoch, Dead = true });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var parts = (await ReadAsync(admin.Http, "/health/detailed")).GetProperty("parts");
        parts.GetProperty("migrations").GetProperty("status").GetString().ShouldBe("down");
        parts.GetProperty("migrations").GetProperty("message").GetString().ShouldBe("1 not applied, first foundation/0003_audit_checkpoints: run 'mainstreet migrate'");
        parts.GetProperty("jobs").GetProperty("message").GetString().ShouldBe("1 jobs were given up");
        await EventuallyAsync(async () => (await app.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.ServiceUnavailable);
        (await ReadAsync(app.Http, "/health/ready", HttpStatusCode.ServiceUnavailable)).GetProperty("reason").GetString().ShouldBe("migrations");
    }

    [Fact]
    public async Task An_unreachable_PostgreSQL_is_named_within_the_time_limit()
    {
        if (TestDatabase.WhyNoPostgres is { } why) Assert.Skip(why);
        await using var app = await TestApp.StartAsync(Engine.Postgres);
        var connection = new NpgsqlConnectionStringBuilder(app.Database.Options.ConnectionString);
        await using var proxy = new CuttingProxy(new UriBuilder(Uri.UriSchemeNetTcp, connection.Host, connection.Port).Uri);
        connection.Host = "127.0.0.1";
        connection.Port = proxy.Port;
        await using var replica = await TestApp.StartReplicaAsync(app, new Dictionary<string, string?> { ["Database:ConnectionString"] = connection.ConnectionString, ["Health:TimeoutMilliseconds"] = "1000" });
        (await ReadAsync(replica.Http, "/health/ready")).GetProperty("status").GetString().ShouldBe("up");

        await proxy.CutAsync();
        await EventuallyAsync(async () => (await replica.Http.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode == HttpStatusCode.ServiceUnavailable);
        (await ReadAsync(replica.Http, "/health", HttpStatusCode.ServiceUnavailable)).GetProperty("reason").GetString().ShouldBe("database");
        (await replica.Http.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var parts = await replica.Host.Services.GetRequiredService<HealthReport>().AllAsync(TestContext.Current.CancellationToken);
        // Whether there is a sandbox is the machine's affair.
        parts.Where(p => p.Health.State == HealthState.Up && p.Name != "sandbox").Select(p => p.Name).ShouldBe(["broker", "disk", "features", "providers", "settings"]);
        parts.Single(p => p.Name == "database").Health.Message.ShouldBeOneOf("the database cannot be reached", "no answer within 1000 ms");
        parts.ShouldAllBe(p => p.Milliseconds < 3_000);
        (await ReadAsync(app.Http, "/health/ready")).GetProperty("status").GetString().ShouldBe("up", "the other replica still reaches it");
    }

    [Fact]
    public async Task A_stopping_server_says_not_ready_while_it_still_serves()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Shutdown:DrainSeconds"] = "10" });
        // The first request compiles what it runs, which may take longer than the drain on a busy machine.
        (await ReadAsync(app.Http, "/health/ready")).GetProperty("status").GetString().ShouldBe("up");
        var stopping = app.Host.StopAsync(TestContext.Current.CancellationToken);
        (await ReadAsync(app.Http, "/health/ready", HttpStatusCode.ServiceUnavailable)).GetProperty("reason").GetString().ShouldBe("draining");
        (await app.Http.GetAsync("/health/live", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        stopping.IsCompleted.ShouldBeFalse();
        await stopping;
        await Should.ThrowAsync<HttpRequestException>(() => app.Http.GetAsync("/health/live", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Metrics_parse_and_count_requests_by_route()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite);
        for (var i = 0; i < 3; i++) await app.Http.GetAsync("/health/live", TestContext.Current.CancellationToken);
        await app.Http.GetAsync("/nowhere", TestContext.Current.CancellationToken);
        using var answer = await app.Http.GetAsync("/metrics", TestContext.Current.CancellationToken);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        var metrics = PrometheusText.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        metrics["http_requests_total"].Samples.Single(s => s.Labels["route"] == "/health/live").Value.ShouldBe(3);
        metrics["http_requests_total"].Samples.Single(s => s.Labels["route"] == "unmatched").Labels["status_code"].ShouldBe("404");
        metrics.ShouldContainKey("dotnet_gc_collections_total");
        metrics.ShouldContainKey("target_info");
    }

    [Fact]
    public async Task What_alerts_ask_for_is_there_before_anything_went_wrong()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Metrics:ReadSeconds"] = "1" });
        await EventuallyAsync(async () => (await ScrapeAsync()).ContainsKey("mainstreet_settings_rejected"));
        var metrics = await ScrapeAsync();
        metrics["mainstreet_settings_rejected"].Samples.ShouldHaveSingleItem().Value.ShouldBe(0);
        metrics["mainstreet_overload_refused_total"].Samples.Select(s => (s.Labels["mainstreet_overload_kind"], s.Value)).Order().ShouldBe([("page", 0), ("read", 0), ("write", 0)]);
        var failed = metrics["mainstreet_studio_deployment_failed_total"].Samples;
        failed.ShouldAllBe(s => s.Value == 0);
        failed.Select(s => s.Labels["mainstreet_deployment_target"]).Distinct().Order(StringComparer.Ordinal).ShouldBe(["local", "netlify", "railway", "vercel"]);
        failed.Count(s => s.Labels["error_type"] == "deployment_given_up").ShouldBe(4);

        async Task<Dictionary<string, PrometheusText.Family>> ScrapeAsync() =>
            PrometheusText.Parse(await app.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
    }

    [Theory, EachEngine]
    public async Task Figures_that_must_be_asked_for_are_read_and_what_cannot_be_read_is_not_shown(Engine engine)
    {
        var backups = Directory.CreateTempSubdirectory("mainstreet-backups-");
        await File.WriteAllTextAsync(Path.Combine(backups.FullName, "monday.dump"), "12345", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(backups.FullName, "tuesday.dump.partial"), "1", TestContext.Current.CancellationToken);
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?> { ["Metrics:ReadSeconds"] = "1", ["Backup:Folder"] = backups.FullName });
        await using (var scope = app.Host.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<FoundationDb>();
            db.Jobs.Add(new JobRow { Id = Guid.CreateVersion7(), Kind = "nothing", Key = "k", DueAt = DateTimeOffset.UnixEpoch, Dead = true });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        await EventuallyAsync(async () => (await ScrapeAsync()).GetValueOrDefault("mainstreet_job_given_up")?.Samples[0].Value == 1);
        var metrics = await ScrapeAsync();
        metrics["mainstreet_health_state"].Samples.Single(s => s.Labels["part"] == "database").Value.ShouldBe(0);
        metrics["mainstreet_backup_kept"].Samples.ShouldHaveSingleItem().Value.ShouldBe(1);
        metrics["mainstreet_backup_size_bytes"].Samples.ShouldHaveSingleItem().Value.ShouldBe(5);
        metrics["mainstreet_backup_age_seconds"].Samples.ShouldHaveSingleItem().Value.ShouldBeInRange(0, 300);
        metrics["mainstreet_database_size_bytes"].Samples.ShouldHaveSingleItem().Value.ShouldBeGreaterThan(10_000);
        metrics.ContainsKey("mainstreet_database_sessions").ShouldBe(engine == Engine.Postgres);
        foreach (var name in (string[])["db_connections_active", "db_connections_idle", "db_query_duration_seconds", "mainstreet_disk_free_bytes",
            "mainstreet_process_memory_limit_bytes", "mainstreet_trades_ticket_unclaimed_age_seconds", "mainstreet_careers_task_stuck",
            "mainstreet_store_order_unpacked_age_seconds", "mainstreet_occasions_message_age_seconds", "mainstreet_store_payment_failed_total"])
            metrics.ShouldContainKey(name);
        metrics["mainstreet_figures_failed_total"].Samples.ShouldAllBe(s => s.Value == 0);

        await using (var connection = await app.Database.Storage.OpenAsync(TestContext.Current.CancellationToken))
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"ALTER TABLE {app.Database.Storage.Table("foundation", "recurring_jobs")} RENAME TO gone";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await EventuallyAsync(async () => !(await ScrapeAsync()).ContainsKey("mainstreet_job_given_up"));
        (await ScrapeAsync())["mainstreet_figures_failed_total"].Samples.Single(s => s.Labels["reading"] == "WorkFigures").Value.ShouldBeGreaterThan(0);
        backups.Delete(recursive: true);

        async Task<Dictionary<string, PrometheusText.Family>> ScrapeAsync() =>
            PrometheusText.Parse(await app.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Metrics_are_for_this_machine_the_permitted_and_when_said_so_everybody_without_a_proxy()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite);
        var (customer, admin) = (await TestUser.RegisterAsync(app), await AdminAsync(app));
        (await StatusAsync(app.Http)).ShouldBe(HttpStatusCode.OK);
        foreach (var http in new[] { app.Http, customer.Http, admin.Http }) http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        (await StatusAsync(app.Http)).ShouldBe(HttpStatusCode.Unauthorized);
        (await StatusAsync(customer.Http)).ShouldBe(HttpStatusCode.Forbidden);
        (await StatusAsync(admin.Http)).ShouldBe(HttpStatusCode.OK);

        await using var open = await TestApp.StartReplicaAsync(app, new Dictionary<string, string?> { ["Metrics:Public"] = "true" });
        (await StatusAsync(open.Http)).ShouldBe(HttpStatusCode.OK);
        // Whoever comes by a proxy is the world, whatever that proxy lets pass.
        foreach (var header in new[] { "X-Forwarded-For", "Forwarded", "X-Original-For" })
        {
            open.Http.DefaultRequestHeaders.Add(header, "for=203.0.113.9");
            (await StatusAsync(open.Http)).ShouldBe(HttpStatusCode.Unauthorized, header);
            open.Http.DefaultRequestHeaders.Remove(header);
        }

        static async Task<HttpStatusCode> StatusAsync(HttpClient http) => (await http.GetAsync("/metrics", TestContext.Current.CancellationToken)).StatusCode;
    }

    [Fact]
    public async Task Traces_reach_the_collector_with_the_standard_attributes()
    {
        var received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateSlimBuilder();
        await using var collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var text = System.Text.Encoding.Latin1.GetString(body.ToArray());
            if (context.Request.Path == "/v1/traces" && text.Contains("/health/live", StringComparison.Ordinal)) received.TrySetResult(text);
        });
        await collector.StartAsync(TestContext.Current.CancellationToken);

        var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Otlp:Endpoint"] = collector.Urls.First(), ["Otlp:Protocol"] = "http" });
        await app.Http.GetAsync("/health/live", TestContext.Current.CancellationToken);
        await app.DisposeAsync();
        var spans = await received.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        spans.ShouldContain("mainstreet");
        spans.ShouldContain("http.request.method");
        spans.ShouldContain("http.route");
    }

    private static async Task<TestUser> AdminAsync(TestApp app)
    {
        await using var scope = app.Host.Services.CreateAsyncScope();
        var email = $"admin-{Guid.CreateVersion7():N}@example.test";
        (await scope.ServiceProvider.GetRequiredService<IAdministrators>().CreateAsync(email, "Admin", TestUser.Password, TestContext.Current.CancellationToken))
            .Ok.ShouldBeTrue();
        return await TestUser.SignInAsync(app, email, TestUser.Password);
    }

    private static async Task<JsonElement> ReadAsync(HttpClient http, string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await http.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(expected, text);
        return JsonElement.Parse(text);
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await holds()) return;
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("It did not come true within a minute.");
    }
}

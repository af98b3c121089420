using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Faults;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Foundation.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Events;

/// <summary>A process dies at a named point, or its connections do; the next one finishes the work, once.</summary>
[Trait("kind", "recovery")]
public sealed class KillTests
{
    private const int Keys = 3;
    private const int PerKey = 5;

    private static readonly string[] Quick =
    [
        "Events:LeaseTime=00:00:01", "Jobs:LeaseTime=00:00:01", "Events:Poll=00:00:00.050", "Jobs:Poll=00:00:00.050",
        "Events:FirstRetry=00:00:00.020", "Jobs:FirstRetry=00:00:00.020", "Events:MaxAttempts=100", "Jobs:MaxAttempts=100",
    ];

    [Theory, EachEngine]
    public Task Killed_after_the_commit_and_before_the_relay(Engine engine) => KillAsync(engine, Failpoints.BeforeRelay);

    [Theory, EachEngine]
    public Task Killed_after_the_handler_and_before_the_row_is_deleted(Engine engine) => KillAsync(engine, Failpoints.AfterHandler);

    [Theory, EachEngine]
    public Task Killed_before_the_broker_got_the_events(Engine engine) => KillAsync(engine, Failpoints.BeforeRelay, withBroker: true);

    [Theory, EachEngine]
    public Task Killed_after_the_handler_and_before_the_broker_knew(Engine engine) => KillAsync(engine, Failpoints.AfterHandler, withBroker: true);

    [Theory, EachEngine]
    public Task Killed_after_claiming_a_job(Engine engine) => KillAsync(engine, Failpoints.AfterClaim);

    [Theory, EachEngine]
    public Task Killed_before_a_job_commits(Engine engine) => KillAsync(engine, Failpoints.BeforeJobCommit);

    [Theory, EachEngine(Engine.Postgres)]
    public async Task All_connections_are_cut_again_and_again(Engine engine)
    {
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, Quick);
        await PrepareAsync(replica, 60);
        await using var admin = new Npgsql.NpgsqlConnection(database.Options.ConnectionString + ";Pooling=false");
        await admin.OpenAsync(TestContext.Current.CancellationToken);
        await using var cut = admin.CreateCommand();
        cut.CommandText = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        await replica.StartAsync();
        for (var time = 0; time < 8; time++)
        {
            await cut.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await Task.Delay(60, TestContext.Current.CancellationToken);
        }

        await CheckAsync(replica, 60);
    }

    /// <summary>The process that dies: run by <see cref="KillAsync"/> in a process of its own.</summary>
    [Fact(Explicit = true)]
    public async Task Child()
    {
        var options = new DatabaseOptions
        {
            Provider = Environment.GetEnvironmentVariable("CHILD_PROVIDER")!,
            ConnectionString = Environment.GetEnvironmentVariable("CHILD_CONNECTION"),
        };
        await using var replica = Replica.Build(_ => new Storage(Options.Create(options), new DataDirectory(Path.GetTempPath())),
            [.. Quick, .. Environment.GetEnvironmentVariable("CHILD_SETTINGS")?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? []]);
        await replica.StartAsync();
        await replica.UntilOutboxIsEmptyAsync();
        await replica.UntilJobsAreDoneAsync();
    }

    private static async Task KillAsync(Engine engine, string point, bool withBroker = false)
    {
        Assert.SkipWhen(withBroker && TestBroker.WhyNot is not null, TestBroker.WhyNot ?? "");
        await using var broker = withBroker ? TestBroker.Create() : null;
        string[] carrier = [.. broker?.Settings.Select(s => $"{s.Key}={s.Value}") ?? []];
        await using var database = await Replica.CreateDatabaseAsync(engine);
        await using var replica = Replica.Build(database, [.. Quick, .. carrier]);
        await PrepareAsync(replica, PerKey);
        using var child = Process.Start(new ProcessStartInfo("dotnet",
            ["exec", typeof(KillTests).Assembly.Location, "-explicit", "only", "-method", $"{typeof(KillTests).FullName}.{nameof(Child)}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Development",
                ["MAINSTREET_FAILPOINT"] = point,
                ["CHILD_PROVIDER"] = database.Options.Provider,
                ["CHILD_CONNECTION"] = database.Options.ConnectionString,
                ["CHILD_SETTINGS"] = string.Join('\n', carrier),
            },
        })!;
        var output = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        child.ExitCode.ShouldBe(128 + 9, await output + await errors);

        await replica.StartAsync();
        await CheckAsync(replica, PerKey);
    }

    private static async Task PrepareAsync(Replica replica, int perKey)
    {
        for (var number = 1; number <= perKey; number++)
        {
            var n = number;
            await replica.SaveAsync(db =>
            {
                for (var key = 0; key < Keys; key++)
                {
                    db.Publish($"k{key}", new Counted($"k{key}", n));
                    db.Schedule("street.job", $"k{key}/{n}", TimeProvider.System.Now());
                }
            });
        }
    }

    private static async Task CheckAsync(Replica replica, int perKey)
    {
        await replica.UntilOutboxIsEmptyAsync();
        await replica.UntilJobsAreDoneAsync();
        foreach (var source in (string[])["first", "second"])
        {
            var effects = await replica.EffectsAsync(source);
            effects.Count.ShouldBe(Keys * perKey);
            foreach (var group in effects.GroupBy(e => e.Key)) group.Select(e => e.Number).ShouldBe(Enumerable.Range(1, perKey));
        }

        (await replica.EffectsAsync("job")).Select(e => e.Key).Order().ShouldBe(
            Enumerable.Range(0, Keys).SelectMany(k => Enumerable.Range(1, perKey).Select(n => $"k{k}/{n}")).Order());
        await using var db = replica.Open();
        (await db.Jobs.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
    }
}

using Mainstreet.Acceptance.Recovery;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Occasions.Proof;
using Mainstreet.Testing;

using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Occasions;

/// <summary>Real processes are killed while they deliver to a real HTTP provider that fails as providers do.</summary>
[Trait("kind", "recovery")]
public sealed class KilledDeliveryTests
{
    [Theory, EachEngine]
    public async Task Killed_with_9_again_and_again_each_message_has_one_effect(Engine engine)
    {
        foreach (var seed in TestSeeds.Of(usual: 1, sweep: 10))
        {
            var dice = new Random(seed);
            await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
            await using var provider = await ProviderDouble.StartAsync(TimeProvider.System, seed: seed);
            provider.Mood = new ProviderMood { TakenAndDropped = 0.03, TakenAndFailed = 0.02, Busy = 0.05, Delay = TimeSpan.FromMilliseconds(20) };
            await using var crowd = new DueCrowd(database.Storage);
            // SQLite is for one process.
            var servers = new List<ServerProcess>();
            for (var i = 0; i < (engine == Engine.Postgres ? 2 : 1); i++) servers.Add(await StartAsync(database, provider));
            try
            {
                await crowd.AddAsync(1_500, TimeSpan.FromSeconds(6), seed);
                for (var kill = 0; kill < 4; kill++)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(300, 1_500)), TimeProvider.System);
                    var victim = dice.Next(servers.Count);
                    await servers[victim].KillAsync();
                    await servers[victim].DisposeAsync();
                    servers[victim] = await StartAsync(database, provider);
                }

                await crowd.SentAsync();
            }
            finally
            {
                foreach (var server in servers) await server.DisposeAsync();
            }

            await crowd.AgreesAsync(provider, $"seed {seed}, {engine}");
        }
    }

    [Theory, EachEngine]
    public async Task Told_to_end_under_full_load_it_ends_in_time_and_leaves_nothing_in_doubt(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine, MainstreetHost.MigrationSources());
        await using var provider = await ProviderDouble.StartAsync(TimeProvider.System);
        provider.HonoursKeys = false;
        provider.Mood = new ProviderMood { Delay = TimeSpan.FromMilliseconds(50) };
        await using var crowd = new DueCrowd(database.Storage);
        await crowd.AddAsync(6_000, TimeSpan.Zero, 1);
        await using (var first = await StartAsync(database, provider, ("Occasions:Delivery:LeaseTime", "00:10:00")))
        {
            while (provider.Effects.Count < 500) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            var (took, code) = await first.TerminateAsync();
            (took, code).ShouldSatisfyAllConditions(e => e.took.ShouldBeLessThan(TimeSpan.FromSeconds(25)), e => e.code.ShouldBe(0));
        }

        (await crowd.ReadAsync()).ShouldAllBe(m => !m.InFlight && !m.Uncertain);
        await using var second = await StartAsync(database, provider);
        await crowd.SentAsync();
        await crowd.AgreesAsync(provider, engine.ToString());
        provider.Effects.Count.ShouldBe(6_000);
    }

    [Fact]
    public async Task PostgreSQL_crashed_under_load_delays_messages_and_doubles_none()
    {
        Assert.SkipWhen(PostgresCluster.WhyNot is not null && Environment.GetEnvironmentVariable("CI") is not "true", PostgresCluster.WhyNot ?? "");
        await using var cluster = await PostgresCluster.StartNewAsync();
        await using var provider = await ProviderDouble.StartAsync(TimeProvider.System);
        provider.Mood = new ProviderMood { Delay = TimeSpan.FromMilliseconds(10) };
        var options = new DatabaseOptions { Provider = "postgres", ConnectionString = $"{cluster.Server};Database=postgres;Timeout=3", MaxPoolSize = 20 };
        var folder = Directory.CreateTempSubdirectory("mainstreet-restart-");
        await using (var server = await ServerProcess.StartAsync(Settings(provider, ("Database:Provider", "postgres"), ("Database:ConnectionString", options.ConnectionString)), folder.FullName))
        {
            await using var storage = new Storage(Options.Create(options), new DataDirectory(folder.FullName));
            await using var crowd = new DueCrowd(storage);
            await crowd.AddAsync(4_000, TimeSpan.FromSeconds(3), 1);
            while (provider.Effects.Count < 300) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            await cluster.CrashAsync();
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
            await cluster.StartAsync();
            await crowd.SentAsync();
            await crowd.AgreesAsync(provider, "database crash");
        }

        folder.Delete(recursive: true);
    }

    private static Task<ServerProcess> StartAsync(TestDatabase database, ProviderDouble provider, params (string Key, string? Value)[] settings) =>
        ServerProcess.StartAsync(database, settings: Settings(provider, settings));

    private static Dictionary<string, string?> Settings(ProviderDouble provider, params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Occasions:Providers:0:Url"] = provider.Address.ToString(),
            ["Occasions:Delivery:LeaseTime"] = "00:00:03",
            ["Occasions:Delivery:FirstRetry"] = "00:00:00.100",
            ["Occasions:Delivery:LongestRetry"] = "00:00:01",
            ["Occasions:Delivery:MaxAttempts"] = "100",
        };
        foreach (var (key, value) in settings) all[key] = value;
        return all;
    }
}

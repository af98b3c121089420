using Mainstreet.Acceptance.Recovery;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Hosting;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Proof;
using Mainstreet.Testing;

using Microsoft.Extensions.Options;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.Occasions;

/// <summary>
/// The whole as it runs in production: two replicas, each scheduler and worker, RabbitMQ and PostgreSQL, all of them processes, any of which dies at
/// any moment. Messages start as planned, so the job of every minute, the queue and the workers all have a part. The seed throws the dice.
/// </summary>
[Trait("kind", "recovery")]
public sealed class EverythingDiesTests
{
    private const int Deaths = 6;

    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(30);

    private enum Victim
    {
        Replica,
        Broker,
        Database,
    }

    [Fact]
    public async Task Each_message_has_one_effect_whatever_dies()
    {
        Assert.SkipWhen(PostgresCluster.WhyNot is not null && Environment.GetEnvironmentVariable("CI") is not "true", PostgresCluster.WhyNot ?? "");
        Assert.SkipWhen(BrokerProcess.WhyNot is not null && Environment.GetEnvironmentVariable("CI") is not "true", BrokerProcess.WhyNot ?? "");
        foreach (var seed in TestSeeds.Of(usual: 1, sweep: 10)) await BurnAsync(seed, honoursKeys: seed % 2 == 1);
    }

    private static async Task BurnAsync(int seed, bool honoursKeys)
    {
        var dice = new Random(seed);
        await using var cluster = await PostgresCluster.StartNewAsync();
        await using var node = await BrokerProcess.StartNewAsync();
        await using var broker = TestBroker.On(node, BrokerTransport.Queue);
        await using var provider = await ProviderDouble.StartAsync(TimeProvider.System, seed: seed);
        provider.HonoursKeys = honoursKeys;
        provider.Mood = new ProviderMood { TakenAndDropped = 0.02, TakenAndFailed = 0.02, Busy = 0.05, Delay = TimeSpan.FromMilliseconds(20) };
        var database = new DatabaseOptions { Provider = "postgres", ConnectionString = $"{cluster.Server};Database=postgres;Timeout=3", MaxPoolSize = 20 };
        var settings = Settings(database, broker, provider);
        var folders = new[] { Directory.CreateTempSubdirectory("mainstreet-dies-"), Directory.CreateTempSubdirectory("mainstreet-dies-") };
        var replicas = new List<ServerProcess>();
        try
        {
            foreach (var folder in folders) replicas.Add(await ServerProcess.StartAsync(settings, folder.FullName));
            await using var storage = new Storage(Options.Create(database), new DataDirectory(folders[0].FullName));
            await using var crowd = new DueCrowd(storage);
            await crowd.AddAsync(1_500, Spread, seed, planned: true);

            var victims = new List<Victim>();
            for (var death = 0; death < Deaths; death++)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(1_000, 7_000)), TimeProvider.System);
                // Each of the three dies at least once.
                var victim = death < 3 ? (Victim)((death + seed) % 3) : (Victim)dice.Next(3);
                victims.Add(victim);
                var away = TimeSpan.FromMilliseconds(dice.Next(0, 2_000));
                switch (victim)
                {
                    case Victim.Replica:
                        var which = dice.Next(replicas.Count);
                        await replicas[which].KillAsync();
                        await replicas[which].DisposeAsync();
                        replicas[which] = await ServerProcess.StartAsync(settings, folders[which].FullName);
                        break;
                    case Victim.Broker:
                        await node.KillAsync();
                        await Task.Delay(away, TimeProvider.System);
                        await node.StartAsync();
                        break;
                    default:
                        await cluster.CrashAsync();
                        await Task.Delay(away, TimeProvider.System);
                        await cluster.StartAsync();
                        break;
                }
            }

            var told = $"seed {seed}: {string.Join(", ", victims)} died";
            await crowd.SentAsync(240);
            await crowd.AgreesAsync(provider, told);
        }
        finally
        {
            foreach (var replica in replicas) await replica.DisposeAsync();
            foreach (var folder in folders) folder.Delete(recursive: true);
        }
    }

    private static Dictionary<string, string?> Settings(DatabaseOptions database, TestBroker broker, ProviderDouble provider)
    {
        var settings = new Dictionary<string, string?>(broker.Settings)
        {
            ["Database:Provider"] = database.Provider,
            ["Database:ConnectionString"] = database.ConnectionString,
            ["Database:MaxPoolSize"] = "30",
            ["Occasions:Providers:0:Url"] = provider.Address.ToString(),
            ["Occasions:Delivery:LeaseTime"] = "00:00:03",
            ["Occasions:Delivery:FirstRetry"] = "00:00:00.100",
            ["Occasions:Delivery:LongestRetry"] = "00:00:01",
            ["Occasions:Delivery:MaxAttempts"] = "100",
        };
        return settings;
    }
}

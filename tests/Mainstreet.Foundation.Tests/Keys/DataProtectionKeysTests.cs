using System.Xml.Linq;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Keys;

[Trait("kind", "db")]
public sealed class DataProtectionKeysTests
{
    [Theory, EachEngine]
    public async Task Replicas_that_start_at_once_keep_one_key_and_open_what_the_others_seal(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var replicas = Enumerable.Range(0, 8).Select(_ => new ServiceCollection()
            .AddLogging().AddSingleton(TimeProvider.System).AddSingleton(database.OpenStorage()).AddStoredDataProtection().BuildServiceProvider()).ToList();
        using var gate = new Barrier(replicas.Count);
        var sealings = await Task.WhenAll(replicas.Select(r => Task.Factory.StartNew(
            () =>
            {
                gate.SignalAndWait();
                return Protector(r).Protect("word");
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        new DataProtectionKeys(database.Storage, TimeProvider.System).GetAllElements().Count.ShouldBe(1);
        foreach (var replica in replicas)
        {
            foreach (var text in sealings) Protector(replica).Unprotect(text).ShouldBe("word");
        }

        foreach (var replica in replicas) await replica.DisposeAsync();
    }

    [Theory, EachEngine]
    public async Task A_key_is_kept_when_the_last_one_is_older_and_anything_else_always(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var clock = new Clock();
        var keys = new DataProtectionKeys(database.Storage, clock);
        keys.StoreElement(new XElement("key", new XAttribute("id", "1")), "one");
        keys.StoreElement(new XElement("key", new XAttribute("id", "2")), "two");
        keys.StoreElement(new XElement("revocation", new XAttribute("version", "1")), "none");
        keys.StoreElement(new XElement("revocation", new XAttribute("version", "1")), "none either");
        clock.Now = clock.Now.AddMinutes(2);
        keys.StoreElement(new XElement("key", new XAttribute("id", "3")), "three");
        keys.GetAllElements().Select(e => $"{e.Name}{e.Attribute("id")?.Value}").ShouldBe(["key1", "revocation", "revocation", "key3"], ignoreOrder: true);
    }

    private static IDataProtector Protector(IServiceProvider services) => services.GetRequiredService<IDataProtectionProvider>().CreateProtector("tests");

    private sealed class Clock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

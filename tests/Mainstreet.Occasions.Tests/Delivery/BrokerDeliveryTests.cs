using Mainstreet.Foundation.Broker;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Delivery;

/// <summary>Delivery with RabbitMQ between the jobs and the workers, and without it when it is away.</summary>
[Trait("kind", "recovery")]
public sealed class BrokerDeliveryTests
{
    [Theory, EachEngine(Engine.Postgres)]
    public async Task Ids_go_through_the_queue_and_while_the_broker_is_away_the_table_carries(Engine engine)
    {
        Assert.SkipWhen(BrokerProcess.WhyNot is not null && Environment.GetEnvironmentVariable("CI") is not "true", BrokerProcess.WhyNot ?? "");
        await using var node = await BrokerProcess.StartNewAsync();
        await using var broker = TestBroker.On(node, BrokerTransport.Queue);
        await using var app = await DeliveryApp.StartAsync(engine, [.. broker.Settings.Select(s => (s.Key, s.Value!))]);
        var queues = app.Program.Host.Services.GetRequiredService<IWorkQueues>();
        await UntilAsync(() => queues.Connected);

        // The table alone would wait two minutes: that they are sent now is the queue's doing.
        var first = await app.AddAsync(1_000);
        await app.EnqueueAsync();
        await app.UntilAsync(first, MessageStatus.Sent);

        await node.KillAsync();
        await UntilAsync(() => !queues.Connected);
        var second = await app.AddAsync(300);
        await app.EnqueueAsync();
        await app.UntilAsync(second, MessageStatus.Sent);

        await node.StartAsync();
        await UntilAsync(() => queues.Connected);
        var third = await app.AddAsync(300);
        await app.EnqueueAsync();
        await app.UntilAsync(third, MessageStatus.Sent);

        first.Concat(second).Concat(third).ShouldAllBe(m => app.EffectsOf(m).Count() == 1);
        (await app.Shop.InDbAsync(db => db.Messages.CountAsync(m => m.Uncertain))).ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task What_the_broker_lost_the_poll_takes_after_a_while(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var ledger = new Ledger();
        var messages = await rig.AddAsync(5);
        await rig.Office.Rows.QueueAsync([.. messages.Select(m => m.Id)], rig.Office.Clock.Now() + TimeSpan.FromMinutes(2), default);
        (await rig.Office.Claims.ClaimAsync(rig.Office.Clock.Now(), 10, TimeSpan.FromMinutes(1), default)).ShouldBeEmpty();

        rig.Process(new LedgerProviders(new LedgerProvider(ledger)), ahead: TimeSpan.FromMinutes(3)).Run();

        await rig.FinishedAsync();
        ledger.Effects.Count.ShouldBe(5);
    }

    private static async Task UntilAsync(Func<bool> holds)
    {
        var deadline = Environment.TickCount64 + 60_000;
        while (!holds())
        {
            if (Environment.TickCount64 > deadline) throw new TimeoutException();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}

using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Delivery;

[Trait("kind", "recovery")]
public sealed class DeliveryLoopTests
{
    [Theory, EachEngine]
    public async Task Two_processes_on_one_database_send_each_message_once_and_share_the_work(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var ledger = new Ledger(honoursKeys: false);
        await rig.AddAsync(500);
        await rig.Office.Due.EnqueueAsync(default);
        LedgerProvider[] providers = [];
        providers = [Slow(), Slow()];
        foreach (var provider in providers) rig.Process(new LedgerProviders(provider), o => o.LeaseTime = TimeSpan.FromMinutes(1)).Run();

        await rig.FinishedAsync();

        ledger.Effects.Count.ShouldBe(500);
        ledger.Effects.Values.ShouldAllBe(e => e.Count == 1);
        providers.ShouldAllBe(p => p.Calls > 0);
        (await rig.ReadAsync()).ShouldAllBe(m => m.Status == MessageStatus.Sent && m.Attempts == 1 && !m.Uncertain);

        // Until both are at work each send takes its time, so that the first cannot be done before the second begins. It may hold 200 of the 500.
        LedgerProvider Slow() => new(ledger) { Delay = () => (TimeSpan.FromMilliseconds(providers.All(p => p.Calls > 0) ? 5 : 300), default) };
    }

    [Theory, EachEngine]
    public async Task A_send_that_outlasts_its_lease_is_not_sent_again_while_it_goes_on(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var ledger = new Ledger(honoursKeys: false);
        await rig.AddAsync(3);
        await rig.Office.Due.EnqueueAsync(default);
        for (var i = 0; i < 2; i++)
        {
            rig.Process(
                new LedgerProviders(new LedgerProvider(ledger) { Delay = () => (TimeSpan.FromSeconds(9), TimeSpan.Zero) }),
                o => o.LeaseTime = TimeSpan.FromSeconds(6)).Run();
        }

        await rig.FinishedAsync();

        ledger.Effects.Values.ShouldAllBe(e => e.Count == 1);
        (await rig.ReadAsync()).ShouldAllBe(m => m.Status == MessageStatus.Sent && m.Attempts == 1 && m.Fence == 1 && !m.Uncertain);
    }

    [Theory, EachEngine]
    public async Task While_every_provider_is_closed_no_attempt_is_burnt_and_after_it_all_is_sent(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var ledger = new Ledger();
        var provider = new LedgerProvider(ledger) { ClosedUntil = DateTimeOffset.UtcNow.AddSeconds(60) };
        await rig.AddAsync(100);
        await rig.Office.Due.EnqueueAsync(default);
        var worker = rig.Process(new LedgerProviders(provider), o => o.MaxAttempts = 1).Run();

        while (!worker.State.WaitsForProviders) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        (await rig.ReadAsync()).ShouldAllBe(m => m.Attempts == 0 && m.Status == MessageStatus.Queued);
        provider.Calls.ShouldBe(0);
        provider.ClosedUntil = null;

        await rig.FinishedAsync();
        (await rig.ReadAsync()).ShouldAllBe(m => m.Status == MessageStatus.Sent && m.Attempts == 1);
    }

    [Theory, EachEngine]
    public async Task Told_to_stop_under_full_load_it_ends_in_time_gives_back_the_rest_and_another_finishes(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var ledger = new Ledger(honoursKeys: false);
        await rig.AddAsync(600);
        await rig.Office.Due.EnqueueAsync(default);
        var first = rig.Process(new LedgerProviders(new LedgerProvider(ledger) { Delay = () => (TimeSpan.FromMilliseconds(100), default) }), o => (o.LeaseTime, o.StopWithin) = (TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(20))).Run();
        while (ledger.Effects.Count < 50) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);

        var watch = Stopwatch.StartNew();
        await first.StopAsync();

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        (await rig.ReadAsync()).ShouldAllBe(m => !m.InFlight && !m.Uncertain);
        rig.Process(new LedgerProviders(new LedgerProvider(ledger))).Run();
        await rig.FinishedAsync();
        ledger.Effects.Values.ShouldAllBe(e => e.Count == 1);
    }

    [Theory, EachEngine]
    public async Task A_send_that_hangs_at_the_end_is_cut_off_and_says_that_nobody_knows(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        await rig.AddAsync(5);
        await rig.Office.Due.EnqueueAsync(default);
        var provider = new HangingProvider();
        var first = rig.Process(new LedgerProviders(provider), o => (o.LeaseTime, o.StopWithin) = (TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(0.5))).Run();
        while (provider.Calls < 5) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);

        var watch = Stopwatch.StartNew();
        await first.StopAsync();

        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        (await rig.ReadAsync()).ShouldAllBe(m => !m.InFlight && m.Uncertain && m.Attempts == 1 && m.Status == MessageStatus.Sending);
    }

    [Theory, EachEngine]
    public async Task A_storm_of_429_costs_attempts_but_no_message_and_no_tight_loop(Engine engine)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var ledger = new Ledger(honoursKeys: false);
        var until = DateTimeOffset.UtcNow.AddSeconds(1);
        var provider = new LedgerProvider(ledger);
        provider.Judge = (_, _) => DateTimeOffset.UtcNow < until
            ? (new SendResult(SendOutcome.Retry, 429, Error: "answered 429", NotBefore: DateTimeOffset.UtcNow.AddMilliseconds(300)), false)
            : (new SendResult(SendOutcome.Accepted, 200), true);
        await rig.AddAsync(100);
        await rig.Office.Due.EnqueueAsync(default);
        rig.Process(new LedgerProviders(provider), o => o.LeaseTime = TimeSpan.FromMinutes(1)).Run();

        await rig.FinishedAsync();

        ledger.Effects.Values.ShouldAllBe(e => e.Count == 1);
        provider.Calls.ShouldBeLessThan(100 * 6);
        (await rig.ReadAsync()).ShouldAllBe(m => !m.Uncertain);
    }

    private sealed class HangingProvider : IProvider
    {
        private int _calls;

        internal int Calls => Volatile.Read(ref _calls);

        public string Name => "hanging";

        public string Channel => "webhook";

        public bool HonoursKeys => true;

        public int Concurrency => 100;

        public DateTimeOffset? ClosedUntil => null;

        public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
        {
            Interlocked.Increment(ref _calls);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new SendResult(SendOutcome.Unknown, Error: "given up while waiting for the answer");
        }
    }
}

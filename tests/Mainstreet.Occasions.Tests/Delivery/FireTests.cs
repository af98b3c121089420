using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Foundation.Time;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Delivery;

/// <summary>
/// One effect a message while everything that can die does: workers and schedulers are killed and replaced at random, the provider is slow, faulty
/// and loses answers. The dice of each run follow its seed; the machine's timing stays its own.
/// </summary>
[Trait("kind", "recovery")]
public sealed class FireTests
{
    [Theory, EachEngine]
    public async Task At_a_provider_that_honours_keys_every_message_has_exactly_one_effect(Engine engine)
    {
        foreach (var seed in TestSeeds.Of(usual: 5, sweep: 100)) await BurnAsync(engine, seed, honoursKeys: true);
    }

    [Theory, EachEngine]
    public async Task At_one_that_does_not_the_only_doubles_are_sends_that_are_marked_uncertain(Engine engine)
    {
        foreach (var seed in TestSeeds.Of(usual: 5, sweep: 100)) await BurnAsync(engine, 1_000 + seed, honoursKeys: false);
    }

    private static async Task BurnAsync(Engine engine, int seed, bool honoursKeys)
    {
        await using var rig = await DeliveryRig.StartAsync(engine);
        var ledger = new Ledger(honoursKeys);
        var dice = new Random(seed);
        var now = rig.Office.Clock.Now();
        var messages = await rig.AddAsync(300, (i, _, m) => m.DueAt = now + TimeSpan.FromMilliseconds(dice.Next(0, 2_500)));
        using var over = new CancellationTokenSource();
        var watching = WatchAsync(rig, over.Token);
        var workers = new List<RigProcess> { Worker(), Worker() };
        var scheduler = ScheduleAsync(rig, over.Token);

        for (var kill = 0; kill < 6; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(dice.Next(150, 600)), TimeProvider.System);
            var victim = dice.Next(workers.Count);
            if (dice.Next(4) == 0) _ = workers[victim].StopAsync();
            else workers[victim].Kill();
            workers[victim] = Worker();
        }

        await rig.FinishedAsync();
        await over.CancelAsync();
        await scheduler;
        var backwards = await watching;

        var told = $"seed {seed}, {engine}";
        backwards.ShouldBeEmpty(told);
        var rows = await rig.ReadAsync();
        rows.Count.ShouldBe(messages.Count, told);
        rows.ShouldAllBe(m => m.Status == MessageStatus.Sent && m.WorkAt == null && !m.InFlight, told);
        ledger.Effects.Keys.Order().ShouldBe(rows.Select(KeyOf).Order(), told);
        foreach (var row in rows)
        {
            var effects = ledger.Effects[KeyOf(row)].ToArray();
            effects.Min().ShouldBeGreaterThanOrEqualTo(row.DueAt, $"{told}: {row.Id} was sent early");
            var history = AttemptLine.Read(row.History);
            history.Count.ShouldBe(row.Attempts, told);
            history[^1].Outcome.ShouldBe("accepted", told);
            row.Uncertain.ShouldBe(history.Any(a => a.Outcome == "unknown"), told);
            if (honoursKeys) effects.Length.ShouldBe(1, told);
            else if (effects.Length > 1) row.Uncertain.ShouldBeTrue($"{told}: {row.Id} was doubled and does not say so");
        }

        RigProcess Worker() => rig.Process(new LedgerProviders(new LedgerProvider(ledger)
        {
            Judge = (_, _) => Roll() switch
            {
                < 0.05 => (new SendResult(SendOutcome.Unknown, Error: "connection lost"), true),
                < 0.08 => (new SendResult(SendOutcome.Unknown, 500, Error: "answered 500"), false),
                < 0.15 => (new SendResult(SendOutcome.Retry, 503, Error: "answered 503"), false),
                _ => (new SendResult(SendOutcome.Accepted, 200, "r"), true),
            },
            Delay = () => (TimeSpan.FromMilliseconds(Roll() * 20), TimeSpan.FromMilliseconds(Roll() * 20)),
        })).Run();

        double Roll()
        {
            lock (dice) return dice.NextDouble();
        }
    }

    private static string KeyOf(Message m) => ClaimedMessage.KeyOf(m.RecipientId, m.Occasion, m.LocalYear);

    // Two of them, as two replicas would have.
    private static Task ScheduleAsync(DeliveryRig rig, CancellationToken over) => Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
    {
        var process = rig.Process(new LedgerProviders());
        while (!over.IsCancellationRequested)
        {
            await process.Due.EnqueueAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    })));

    /// <summary>Every status seen going backwards.</summary>
    private static async Task<List<string>> WatchAsync(DeliveryRig rig, CancellationToken over)
    {
        var seen = new Dictionary<Guid, Message>();
        var backwards = new List<string>();
        while (!over.IsCancellationRequested)
        {
            foreach (var message in await rig.ReadAsync())
            {
                if (seen.TryGetValue(message.Id, out var before)
                    && (message.Status < before.Status || message.Fence < before.Fence || message.Attempts < before.Attempts || (before.Uncertain && !message.Uncertain)))
                    backwards.Add($"{message.Id}: {before.Status} {before.Fence} {before.Attempts} became {message.Status} {message.Fence} {message.Attempts}");
                seen[message.Id] = message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(40), TimeProvider.System, CancellationToken.None);
        }

        return backwards;
    }
}

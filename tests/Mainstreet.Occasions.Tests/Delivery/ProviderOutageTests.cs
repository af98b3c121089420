using System.Diagnostics;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Occasions.Delivery;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Proof;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Delivery;

/// <summary>The program with a real HTTP provider that fails in every way a provider can.</summary>
[Trait("kind", "recovery")]
public sealed class ProviderOutageTests
{
    // Where keys are looked at, not the breaker: failures come back sooner than successes, so that a busy machine sees enough of them in a row at any ratio.
    private static readonly (string Key, string Value) NeverBroken = ("Occasions:Providers:0:Breaker:MinimumCalls", "100000");

    [Theory, EachEngine]
    public async Task While_the_provider_is_down_the_breaker_opens_soon_burns_next_to_nothing_and_all_drains_after(Engine engine)
    {
        await using var app = await DeliveryApp.StartAsync(engine, ("Occasions:Delivery:MaxAttempts", "4"));
        await app.Double.GoAwayAsync();
        var messages = await app.AddAsync(300);
        var watch = Stopwatch.StartNew();
        await app.EnqueueAsync();
        var providers = app.Program.Host.Services.GetRequiredKeyedService<IProviders>("Occasions:Providers");
        while (providers.Find("webhook1")!.ClosedUntil is null && watch.Elapsed < TimeSpan.FromSeconds(30)) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        // A second, and what a busy machine adds.
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15));

        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        var rows = await app.Shop.InDbAsync(db => db.Messages.AsNoTracking().ToListAsync());
        rows.ShouldAllBe(m => m.Status == MessageStatus.Queued || m.Status == MessageStatus.Sending);
        rows.Sum(m => m.Attempts).ShouldBeLessThan(300, "most messages were not tried at all");

        await app.Double.ComeBackAsync();
        await app.UntilAsync(messages, MessageStatus.Sent, 60);
        messages.ShouldAllBe(m => app.EffectsOf(m).Count() == 1);
    }

    [Theory, EachEngine]
    public async Task A_provider_that_loses_answers_and_takes_keys_seriously_has_each_message_once(Engine engine)
    {
        await using var app = await DeliveryApp.StartAsync(engine, ("Occasions:Delivery:MaxAttempts", "100"), NeverBroken);
        app.Double.Mood = new ProviderMood { TakenAndDropped = 0.1, TakenAndFailed = 0.1, Failed = 0.05, Dropped = 0.05, Busy = 0.05, Delay = TimeSpan.FromMilliseconds(5) };
        var messages = await app.AddAsync(300);
        await app.EnqueueAsync();
        await app.UntilAsync(messages, MessageStatus.Sent, 60);

        messages.ShouldAllBe(m => app.EffectsOf(m).Count() == 1);
        var rows = await app.Shop.InDbAsync(db => db.Messages.AsNoTracking().ToListAsync());
        rows.Count(m => m.Uncertain).ShouldBeGreaterThan(20);
        rows.ShouldAllBe(m => m.Uncertain == AttemptLine.Read(m.History).Any(a => a.Outcome == "unknown"));
    }

    [Theory, EachEngine]
    public async Task At_a_provider_that_ignores_keys_only_uncertain_messages_are_doubled(Engine engine)
    {
        await using var app = await DeliveryApp.StartAsync(
            engine, ("Occasions:Delivery:MaxAttempts", "100"), ("Occasions:Providers:0:HonoursKeys", "false"), NeverBroken);
        app.Double.HonoursKeys = false;
        app.Double.Mood = new ProviderMood { TakenAndDropped = 0.2, Busy = 0.1 };
        var messages = await app.AddAsync(200);
        await app.EnqueueAsync();
        await app.UntilAsync(messages, MessageStatus.Sent, 60);

        var rows = (await app.Shop.InDbAsync(db => db.Messages.AsNoTracking().ToListAsync())).ToDictionary(m => m.Id);
        messages.ShouldAllBe(m => app.EffectsOf(m).Any());
        messages.Where(m => app.EffectsOf(m).Count() > 1).ShouldAllBe(m => rows[m.Id].Uncertain);
        messages.Count(m => app.EffectsOf(m).Count() > 1).ShouldBeGreaterThan(10);
    }

    [Theory, EachEngine]
    public async Task A_storm_of_429_with_Retry_After_pauses_everybody_and_loses_nobody(Engine engine)
    {
        await using var app = await DeliveryApp.StartAsync(engine);
        app.Double.Mood = new ProviderMood { Throttled = 1, RetryAfterSeconds = 1 };
        var messages = await app.AddAsync(400);
        await app.EnqueueAsync();
        await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System);
        app.Double.Requests.ShouldBeLessThan(800, "told to wait, it waits");
        app.Double.Mood = ProviderMood.Good;
        await app.UntilAsync(messages, MessageStatus.Sent, 60);
        messages.ShouldAllBe(m => app.EffectsOf(m).Count() == 1);
    }
}

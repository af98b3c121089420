using Mainstreet.Foundation.Data;
using Mainstreet.Studio.RateLimits;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.RateLimits;

[Trait("kind", "race")]
public sealed class ExactLimitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory, EachEngine]
    public async Task Exactly_as_many_are_let_through_as_there_may_be_on_two_replicas_at_once(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        await using var one = StudioHost.Build(database, _ => { });
        await using var two = StudioHost.Build(database, _ => { });
        foreach (var (limit, most) in new[] { (StudioLimit.Ai, 20), (StudioLimit.Deploy, 10) })
        {
            var account = Guid.CreateVersion7();
            var other = Guid.CreateVersion7();
            using var start = new Barrier(40);
            var taken = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Factory.StartNew(() =>
            {
                start.SignalAndWait();
                return (i % 2 == 0 ? one : two).Services.GetRequiredService<ExactLimits>().TakeAsync(account, limit, CancellationToken.None);
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
            taken.Count(t => t.Allowed).ShouldBe(most);
            taken.Where(t => t.Allowed).Select(t => t.Remaining).Order().ShouldBe(Enumerable.Range(0, most));
            taken.Where(t => !t.Allowed).ShouldAllBe(t => t.Remaining == 0 && t.ResetSeconds > 0);
            // Another account, and the other limit, are not touched.
            (await one.Services.GetRequiredService<ExactLimits>().TakeAsync(other, limit, CancellationToken.None)).Remaining.ShouldBe(most - 1);
        }
    }

    [Theory, EachEngine]
    public async Task The_border_is_exact_to_the_microsecond_and_outlives_a_restart(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        var clock = new SetClock(Noon);
        var account = Guid.CreateVersion7();
        await using (var before = Host(database, clock))
        {
            for (var i = 0; i < 20; i++)
            {
                (await TakeAsync(before, account)).Allowed.ShouldBeTrue();
                clock.Now += TimeSpan.FromSeconds(1);
            }
        }

        await using var host = Host(database, clock);
        var refused = await TakeAsync(host, account);
        refused.Allowed.ShouldBeFalse();
        refused.Reset.ShouldBe(TimeSpan.FromSeconds(900 - 20));
        clock.Now = Noon + TimeSpan.FromMinutes(15) - TimeSpan.FromMicroseconds(1);
        (await TakeAsync(host, account)).Allowed.ShouldBeFalse();
        (await TakeAsync(host, account)).ResetSeconds.ShouldBe(1);
        clock.Now = Noon + TimeSpan.FromMinutes(15);
        (await TakeAsync(host, account)).Allowed.ShouldBeTrue();
        // One left the window, one came in: the next leaves a second later.
        (await TakeAsync(host, account)).Allowed.ShouldBeFalse();
        clock.Now += TimeSpan.FromSeconds(1);
        (await TakeAsync(host, account)).Allowed.ShouldBeTrue();
        // A replica whose clock is behind lets nobody through for that.
        clock.Now -= TimeSpan.FromMinutes(30);
        (await TakeAsync(host, account)).Allowed.ShouldBeFalse();
    }

    /// <summary>Against the definition: a use counts against each later one that is less than a window away.</summary>
    [Theory, EachEngine]
    public async Task No_stretch_of_time_has_more_than_the_limit_and_nobody_is_refused_before(Engine engine)
    {
        await using var database = await StudioHost.CreateDatabaseAsync(engine);
        var clock = new SetClock(Noon);
        await using var host = Host(database, clock, "Studio:Limits:AiRequests=4", "Studio:Limits:AiWindow=00:00:10");
        var random = new Random(7);
        for (var round = 0; round < 5; round++)
        {
            var account = Guid.CreateVersion7();
            var uses = new List<DateTimeOffset>();
            for (var i = 0; i < 60; i++)
            {
                clock.Now += TimeSpan.FromMilliseconds(random.Next(0, 8) * 500);
                var expected = uses.Count(u => u > clock.Now - TimeSpan.FromSeconds(10)) < 4;
                (await TakeAsync(host, account)).Allowed.ShouldBe(expected);
                if (expected) uses.Add(clock.Now);
            }
        }
    }

    private static Task<LimitState> TakeAsync(StudioHost host, Guid account) => host.Services.GetRequiredService<ExactLimits>().TakeAsync(account, StudioLimit.Ai, CancellationToken.None);

    private static StudioHost Host(TestDatabase database, SetClock clock, params string[] settings) => StudioHost.Build(database, s => s.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)), settings);

    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

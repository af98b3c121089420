using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Studio.Sandbox;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

[Trait("kind", "unit")]
public sealed class FairQueueTests
{
    private static readonly Guid[] People = [.. Enumerable.Range(1, 4).Select(i => new Guid(i, 0, 0, new byte[8]))];

    [Fact]
    public async Task A_newcomer_goes_before_the_tenth_run_of_another()
    {
        var queue = new FairQueue(2, 100, 100);
        var first = (await queue.EnterAsync(People[0], CancellationToken.None)).Value!;
        var second = (await queue.EnterAsync(People[0], CancellationToken.None)).Value!;
        var flood = Enumerable.Range(0, 10).Select(_ => queue.EnterAsync(People[0], CancellationToken.None)).ToList();
        var late = queue.EnterAsync(People[1], CancellationToken.None);
        first.Dispose();
        (await late).Ok.ShouldBeTrue();
        flood.ShouldAllBe(f => !f.IsCompleted);
        second.Dispose();
        (await flood[0]).Ok.ShouldBeTrue();
        flood.Skip(1).ShouldAllBe(f => !f.IsCompleted);
    }

    [Fact]
    public async Task Lines_have_ends()
    {
        var queue = new FairQueue(1, 2, 3);
        using var place = (await queue.EnterAsync(People[0], CancellationToken.None)).Value!;
        _ = queue.EnterAsync(People[0], CancellationToken.None);
        _ = queue.EnterAsync(People[0], CancellationToken.None);
        (await queue.EnterAsync(People[0], CancellationToken.None)).Problem!.Code.ShouldBe("too_many_runs");
        _ = queue.EnterAsync(People[1], CancellationToken.None);
        (await queue.EnterAsync(People[2], CancellationToken.None)).Problem!.Code.ShouldBe("sandbox_busy");
        queue.Waiting.ShouldBe(3);
    }

    [Fact]
    public async Task Who_gives_up_takes_no_place()
    {
        var queue = new FairQueue(1, 10, 10);
        var place = (await queue.EnterAsync(People[0], CancellationToken.None)).Value!;
        using var stop = new CancellationTokenSource();
        var gone = queue.EnterAsync(People[1], stop.Token);
        var stays = queue.EnterAsync(People[2], CancellationToken.None);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(gone);
        place.Dispose();
        place.Dispose();
        (await stays).Value!.Dispose();
        (queue.Free, queue.Waiting).ShouldBe((1, 0));
    }

    /// <summary>Against a slow model: after every step no two hold one place, no place is free while somebody waits, and who waits is never two runs behind another who was served after them.</summary>
    [Fact]
    public void Any_order_of_coming_and_going_is_fair() => Prop.ForAll(
        Gen.Zip(Gen.Choose(0, 3), Gen.Choose(0, 99)).ListOf(60).ToArbitrary(), steps =>
        {
            const int places = 3;
            var queue = new FairQueue(places, 1_000, 1_000);
            var waiting = new List<(Guid Who, Task<Mainstreet.Foundation.Web.Outcome<FairQueue.Place>> Task)>();
            var holding = new List<FairQueue.Place>();
            foreach (var (who, choice) in steps)
            {
                if (choice < 60 || holding.Count == 0)
                {
                    waiting.Add((People[who], queue.EnterAsync(People[who], CancellationToken.None)));
                }
                else
                {
                    var leaving = holding[choice % holding.Count];
                    holding.Remove(leaving);
                    var running = People.ToDictionary(p => p, p => holding.Count(h => h.Account == p));
                    var line = waiting.Select(w => w.Who).Distinct().ToList();
                    leaving.Dispose();
                    Settle();
                    // The place went to one with the fewest under way.
                    if (line.Count > 0 && running[holding[^1].Account] != line.Min(l => running[l])) return false;
                    continue;
                }

                Settle();
            }

            return true;

            void Settle()
            {
                // What was handed over completes on another thread.
                SpinWait.SpinUntil(() => waiting.Count(w => !w.Task.IsCompleted) == queue.Waiting, 30_000);
                foreach (var served in waiting.Where(w => w.Task.IsCompleted).ToList())
                {
                    waiting.Remove(served);
#pragma warning disable xUnit1031 // It has completed.
                    holding.Add(served.Task.GetAwaiter().GetResult().Value!);
#pragma warning restore xUnit1031
                }

                holding.Select(h => h.Index).ShouldBeUnique();
                holding.Count.ShouldBeLessThanOrEqualTo(places);
                if (waiting.Count > 0) holding.Count.ShouldBe(places);
            }
        }).QuickCheckThrowOnFailure();
}

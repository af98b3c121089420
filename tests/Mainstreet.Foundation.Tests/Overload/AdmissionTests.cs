using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Overload;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Overload;

[Trait("kind", "unit")]
public sealed class AdmissionTests
{
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(50);
    private static readonly OverloadOptions Options = new() { LeastInFlight = 8, MostInFlight = 100 };

    /// <summary>What may happen: an arrival of some kind, the end of some request, the end of a good or bad window.</summary>
    private static readonly Gen<(int What, int Which)> Step =
        from what in Gen.Frequency((6, Gen.Constant(0)), (3, Gen.Constant(1)), (1, Gen.Constant(2)), (1, Gen.Constant(3)))
        from which in Gen.Choose(0, 1_000)
        select (what, which);

    [Fact]
    public void Nobody_is_let_in_beyond_the_limit_whatever_happens_and_every_place_comes_back() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Step.ListOf().ToArbitrary(), steps =>
        {
            var admission = new Admission(Options);
            var inside = new List<Urgency>();
            foreach (var (what, which) in steps)
            {
                var before = admission.Limit;
                switch (what)
                {
                    case 0 when admission.TryEnter((Urgency)(which % 3)):
                        inside.Count.ShouldBeLessThan(before);
                        inside.Add((Urgency)(which % 3));
                        break;
                    case 1 when inside.Count > 0:
                        admission.Leave(inside[which % inside.Count], which % 2 == 0 ? Quick : null);
                        inside.RemoveAt(which % inside.Count);
                        break;
                    case 2:
                        admission.EndWindow(Quick);
                        break;
                    case 3:
                        admission.EndWindow(Long);
                        break;
                }

                admission.InFlight.ShouldBe(inside.Count);
                admission.Limit.ShouldBeInRange(Options.LeastInFlight, Options.MostInFlight);
            }

            foreach (var each in inside) admission.Leave(each, Quick);
            admission.InFlight.ShouldBe(0);
            // However it was left, quiet times open it again.
            for (var i = 0; i < 100; i++) admission.EndWindow(Quick);
            admission.Limit.ShouldBe(Options.MostInFlight);
        }));

    [Fact]
    public void Under_the_limit_nobody_is_refused()
    {
        var admission = new Admission(Options);
        for (var i = 0; i < Options.MostInFlight; i++) admission.TryEnter(Urgency.Page).ShouldBeTrue();
        admission.TryEnter(Urgency.Write).ShouldBeFalse();
    }

    [Fact]
    public void The_limit_falls_while_work_waits_for_threads_and_rises_when_it_does_not()
    {
        var admission = new Admission(Options);
        for (var i = 0; i < 60; i++) admission.TryEnter(Urgency.Read).ShouldBeTrue();
        admission.EndWindow(Long);
        admission.Limit.ShouldBe(100, "one window may be a pause of the runtime");
        admission.EndWindow(Long);
        admission.Limit.ShouldBeLessThan(60, "cut from what was in use");
        for (var i = 0; i < 20; i++) admission.EndWindow(Long);
        admission.Limit.ShouldBe(Options.LeastInFlight);
        admission.TryEnter(Urgency.Write).ShouldBeFalse();
        admission.EndWindow(Quick);
        admission.Limit.ShouldBe(Options.LeastInFlight + 1);
    }

    [Fact]
    public void When_most_requests_are_slow_what_they_wait_for_is_overloaded_though_threads_are_free()
    {
        var admission = new Admission(Options);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 40; i++) admission.TryEnter(Urgency.Read).ShouldBeTrue();
            for (var i = 0; i < 40; i++) admission.Leave(Urgency.Read, TimeSpan.FromSeconds(i < 15 ? 0 : 1));
            admission.EndWindow(Quick);
        }

        admission.Limit.ShouldBeLessThan(40);
    }

    [Fact]
    public void A_few_slow_requests_on_an_idle_server_cost_nobody_a_place()
    {
        var admission = new Admission(Options);
        for (var i = 0; i < 50; i++)
        {
            admission.TryEnter(Urgency.Write).ShouldBeTrue();
            admission.Leave(Urgency.Write, TimeSpan.FromSeconds(5));
            admission.EndWindow(Quick);
        }

        admission.Limit.ShouldBe(Options.MostInFlight);
    }

    [Theory]
    [InlineData(100, 100, 100)]
    [InlineData(1, 20, 1)]
    [InlineData(20, 1, 1)]
    public void Under_overload_each_kind_gets_its_share_however_many_of_another_come(int writes, int reads, int pages)
    {
        var admission = new Admission(new OverloadOptions { LeastInFlight = 40, MostInFlight = 40 });
        var inside = new Queue<Urgency>();
        var entered = new int[3];
        var random = new Random(5);
        for (var step = 0; step < 20_000; step++)
        {
            var drawn = random.Next(writes + reads + pages);
            var kind = drawn < writes ? Urgency.Write : drawn < writes + reads ? Urgency.Read : Urgency.Page;
            if (admission.TryEnter(kind))
            {
                inside.Enqueue(kind);
                entered[(int)kind]++;
            }

            // Five come for each that is done: overload.
            if (step % 5 == 0 && inside.TryDequeue(out var done)) admission.Leave(done, Quick);
            if (step % 50 == 0) admission.EndWindow(Quick);
        }

        var offered = (writes, reads, pages);
        double[] wanted = [offered.writes, offered.reads, offered.pages];
        for (var kind = 0; kind < 3; kind++)
        {
            var offeredShare = wanted[kind] / (writes + reads + pages);
            // What it asked for when that is little, and about its share otherwise: nobody starves.
            ((double)entered[kind] / entered.Sum()).ShouldBeGreaterThan(Math.Min(new[] { 0.3, 0.6, 0.1 }[kind], offeredShare) * 0.6, $"kind {(Urgency)kind}");
        }
    }

    [Fact]
    public async Task Many_threads_never_get_more_places_than_there_are()
    {
        var admission = new Admission(new OverloadOptions { LeastInFlight = 10, MostInFlight = 10 });
        var (now, most) = (0, 0);
        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, (_, _) =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                if (!admission.TryEnter(Urgency.Read)) continue;
                var inside = Interlocked.Increment(ref now);
                for (var seen = Volatile.Read(ref most); inside > seen && Interlocked.CompareExchange(ref most, inside, seen) != seen; seen = Volatile.Read(ref most)) Thread.SpinWait(1);
                Interlocked.Decrement(ref now);
                admission.Leave(Urgency.Read, Quick);
            }

            return ValueTask.CompletedTask;
        });
        most.ShouldBeInRange(1, 10);
        admission.InFlight.ShouldBe(0);
    }
}

using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Proving;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Load;

/// <summary>The recorder beside the slow, obvious way: keep every value and sort.</summary>
[Trait("kind", "unit")]
public sealed class LatencyRecorderTests
{
    private static readonly double[] Shares = [0, 0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

    /// <summary>Values of every magnitude: a power of two and what lies around it.</summary>
    private static readonly Gen<long> Value =
        from power in Gen.Choose(0, 37)
        from offset in Gen.Choose(-3, 1_000_000)
        select Math.Max(0, (1L << power) + (offset % Math.Max(1, 1L << Math.Min(power, 20))));

    [Fact]
    public void Every_percentile_is_the_sorted_one_or_at_most_a_128th_above_it() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Value.NonEmptyListOf().ToArbitrary(), values =>
        {
            var recorder = new LatencyRecorder();
            foreach (var value in values) recorder.Record(value);
            var sorted = values.Select(v => (double)Math.Min(v, LatencyRecorder.Longest)).Order().ToArray();
            foreach (var share in Shares)
            {
                var (exact, read) = (Latency.At(sorted, share), recorder.At(share));
                read.ShouldBeGreaterThanOrEqualTo((long)exact);
                ((double)read).ShouldBeLessThanOrEqualTo(exact * (1 + (1.0 / 128)));
            }

            recorder.Count.ShouldBe(sorted.Length);
            recorder.Max.ShouldBe((long)sorted[^1]);
            recorder.Mean.ShouldBe(sorted.Average(), 1e-6 * Math.Max(1, sorted[^1]));
            recorder.Filled().Sum(f => f.Count).ShouldBe(sorted.Length);
        }));

    [Fact]
    public void Two_recorders_added_are_one_that_heard_both() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Value.ListOf().ToArbitrary(), Value.ListOf().ToArbitrary(), (left, right) =>
        {
            var (a, b, both) = (new LatencyRecorder(), new LatencyRecorder(), new LatencyRecorder());
            foreach (var value in left) a.Record(value);
            foreach (var value in right) b.Record(value);
            foreach (var value in left.Concat(right)) both.Record(value);
            a.Add(b);
            a.Filled().ShouldBe(both.Filled());
            (a.Count, a.Max, a.Mean).ShouldBe((both.Count, both.Max, both.Mean));
        }));

    [Fact]
    public async Task Nothing_is_lost_among_many_writers()
    {
        var recorder = new LatencyRecorder();
        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, (writer, _) =>
        {
            for (var i = 0; i < 20_000; i++) recorder.Record((writer * 20_000) + i);
            return ValueTask.CompletedTask;
        });
        recorder.Count.ShouldBe(160_000);
        recorder.Max.ShouldBe(159_999);
        recorder.Mean.ShouldBe(79_999.5, 0.001);
    }

    [Fact]
    public void An_empty_one_reads_zero()
    {
        var recorder = new LatencyRecorder();
        (recorder.Count, recorder.Max, recorder.At(0.99), recorder.Mean).ShouldBe((0, 0, 0, 0));
    }
}

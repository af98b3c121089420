using Mainstreet.Foundation.Load;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Load;

/// <summary>What is concluded from the figures of a run.</summary>
[Trait("kind", "unit")]
public sealed class LoadVerdictTests
{
    private static readonly LoadAct Act = new("made", 1, _ => default);

    [Fact]
    public void Agents_start_on_their_own_at_a_think_times_rate()
    {
        var plan = new LoadPlan("steady", [], TimeSpan.FromSeconds(2));
        var starts = plan.Starts(new LoadPhase("one", 500, TimeSpan.FromSeconds(100)), new Random(11)).ToArray();
        // 250 a second for 100 s: five standard deviations of a Poisson count either way.
        starts.Length.ShouldBeInRange(25_000 - 791, 25_000 + 791);
        starts.ShouldBe(starts.Order());
        starts[^1].ShouldBeLessThan(100_000_000);
        var gaps = starts.Zip(starts.Skip(1), (a, b) => (double)(b - a)).ToArray();
        // The gaps of a Poisson process vary as much as their mean.
        (Math.Sqrt(gaps.Select(g => Math.Pow(g - gaps.Average(), 2)).Average()) / gaps.Average()).ShouldBeInRange(0.95, 1.05);
    }

    [Theory]
    [InlineData("p95<200", true)]
    [InlineData(" p99 < 0.5", true)]
    [InlineData("goodput>3", true)]
    [InlineData("p98<3", false)]
    [InlineData("p95=3", false)]
    [InlineData("p95<", false)]
    [InlineData("<3", false)]
    [InlineData("errors<-1", false)]
    public void A_threshold_is_a_figure_a_sign_and_a_bound(string text, bool good) => (LoadThreshold.Read(text) is not null).ShouldBe(good);

    [Fact]
    public void Breaking_is_where_thresholds_break_and_the_part_first_used_up_is_named()
    {
        var point = LoadRunner.Judge(
            [
                Step(100, ok: 1_000, failed: 0, 20, new PhaseUse { ServerCores = 0.5, ServerCoresLimit = 2 }),
                Step(200, ok: 2_000, failed: 0, 90, new PhaseUse { ServerCores = 1.9, ServerCoresLimit = 2, ThreadQueueMost = 900 }),
                Step(500, ok: 2_500, failed: 2_500, 90, new PhaseUse { ConnectionsMost = 48, ConnectionsLimit = 48 }),
            ], [new LoadThreshold("p95", true, 200), new LoadThreshold("errors", true, 0.1)]);
        point.Phase.ShouldBe("500 agents");
        point.Why.ShouldBe("errors<0.1 was 50");
        point.First!.Part.ShouldBe("server processor");
        point.FirstIn.ShouldBe("200 agents");
    }

    [Fact]
    public void Goodput_that_grows_no_more_is_a_breaking_point_though_thresholds_hold()
    {
        var point = LoadRunner.Judge([Step(100, 1_000, 0, 20, new PhaseUse()), Step(200, 1_050, 0, 20, new PhaseUse())], [new LoadThreshold("p95", true, 200)]);
        point.Phase.ShouldBe("200 agents");
        point.Why.ShouldContain("goodput 100 to 105");
        point.First.ShouldBeNull();
    }

    [Fact]
    public void A_server_that_keeps_up_is_not_broken() =>
        LoadRunner.Judge([Step(100, 1_000, 0, 20, new PhaseUse()), Step(200, 2_000, 0, 20, new PhaseUse())], [new LoadThreshold("p95", true, 200)]).Phase.ShouldBeNull();

    [Theory]
    [InlineData(0, 0.02, true)]
    [InlineData(0, 0, true)]
    [InlineData(0.2, 0.02, false)]
    [InlineData(-0.2, 0.02, true)]
    public void Memory_is_flat_when_its_line_is(double growthShare, double noiseShare, bool flat)
    {
        const double bytes = 400 * 1_048_576.0;
        var random = new Random(3);
        // The first tenth, while caches fill, is much lower and must not count.
        var readings = Enumerable.Range(0, 300).Select(i => (i * 2.0, i < 30 ? bytes / 2 : bytes * (1 + (growthShare * i / 300) + (noiseShare * (random.NextDouble() - 0.5))))).ToArray();
        var trend = MemoryTrend.Of(readings)!;
        trend.Flat.ShouldBe(flat, trend.Verdict);
        trend.GrowthBytes.ShouldBe(bytes * growthShare * 0.8, bytes * 0.01);
    }

    [Fact]
    public void Of_few_readings_nothing_is_said() => MemoryTrend.Of([(0, 1), (1, 1), (2, 1)]).ShouldBeNull();

    [Fact]
    public void Figures_are_summed_over_their_series()
    {
        var figures = ServerFigures.Read("# HELP a b\na{x=\"1\"} 2\na{x=\"2 y\"} 3.5\nab 9\nnan NaN\n");
        figures.Sum("a").ShouldBe(5.5);
        figures.Sum("a", "x=\"1\"").ShouldBe(2);
        figures.Sum("b").ShouldBeNull();
    }

    private static PhaseResult Step(int agents, int ok, int failed, double milliseconds, PhaseUse use)
    {
        var tally = new PhaseTally(new LoadPhase($"{agents} agents", agents, TimeSpan.FromSeconds(10)));
        for (var i = 0; i < ok; i++)
        {
            tally.Count(Act, 0, 200, "200", (long)(milliseconds * 1_000));
            tally.CountDone();
        }

        for (var i = 0; i < failed; i++) tally.Count(Act, 0, 503, "503", 1_000);
        return new PhaseResult(tally, use);
    }
}

using System.Text.Json;

using Mainstreet.Foundation.Proving;
using Mainstreet.Trades.Proof;

using Shouldly;

using Xunit;

namespace Mainstreet.Trades.Tests.Proof;

[Trait("kind", "unit")]
public sealed class FeedChecksTests
{
    [Theory]
    [InlineData(200, null, false, true)]
    [InlineData(409, null, false, true)]
    [InlineData(500, null, false, false)]
    [InlineData(500, null, true, false)]
    [InlineData(503, 1, false, false)]
    [InlineData(503, 1, true, true)]
    [InlineData(503, null, true, false)]
    [InlineData(0, null, false, false)]
    [InlineData(0, null, true, true)]
    public void Errors_count_unless_they_are_announced_weather(int status, int? retryAfter, bool faults, bool holds)
    {
        var verdicts = new Verdicts(TradesInvariants.All);
        verdicts.CheckServerErrors(TradesInvariants.NoServerError, [new Operation(1, 1, 1, "racer 1", 0, "accept", "k", 0, 1, status, null, new Dictionary<string, string>()) { RetryAfter = retryAfter }], faults);
        Result(verdicts, TradesInvariants.NoServerError).Holds.ShouldBe(holds);
    }

    [Fact]
    public void A_feed_without_gaps_holds() => Check(Feed("a", 1, 2, 3), Feed("b", 1, 2, 3)).Holds.ShouldBeTrue();

    [Fact]
    public void A_gap_is_found() => Check(Feed("a", 1, 3)).CounterExamples.ShouldHaveSingleItem().ShouldContain("from offset 1");

    [Fact]
    public void A_repetition_is_found() => Check(Feed("a", 1, 2, 2, 3)).Broken.ShouldBeGreaterThan(0);

    [Fact]
    public void A_reader_that_misses_the_end_is_found() => Check(Feed("a", 1, 2, 3), Feed("b", 1, 2)).Broken.ShouldBe(1);

    [Fact]
    public void Readers_that_see_different_events_at_one_offset_are_found()
    {
        var other = Feed("b", 1, 2);
        other.Events[1] = other.Events[1] with { Type = "ticket.cancelled" };
        Check(Feed("a", 1, 2), other).Broken.ShouldBe(1);
    }

    [Fact]
    public void An_admitted_loss_is_found()
    {
        var feed = Feed("a", 1, 2);
        Check((feed.Reader, feed.Events, ["recovered: false"])).Broken.ShouldBe(1);
    }

    private static InvariantResult Check(params (string Reader, List<LiveEvent> Events, List<string> Losses)[] feeds)
    {
        var verdicts = new Verdicts(TradesInvariants.All);
        FeedChecks.Run([.. feeds.Select(f => (f.Reader, (IReadOnlyList<LiveEvent>)f.Events, (IReadOnlyList<string>)f.Losses))], verdicts);
        return Result(verdicts, TradesInvariants.LiveGapless);
    }

    private static InvariantResult Result(Verdicts verdicts, Invariant invariant) => verdicts.Results.Single(r => r.Invariant == invariant);

    private static (string Reader, List<LiveEvent> Events, List<string> Losses) Feed(string reader, params int[] offsets) =>
        (reader, [.. offsets.Select(o => new LiveEvent(reader, "business:1", o, "ticket.accepted", default, JsonSerializer.SerializeToElement(new { n = o }), 0))], []);
}

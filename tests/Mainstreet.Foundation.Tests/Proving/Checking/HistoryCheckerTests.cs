using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Proving.Checking;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving.Checking;

[Trait("kind", "unit")]
public sealed class HistoryCheckerTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    [Fact]
    public void What_was_done_one_after_another_is_never_accused() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_500), Prop.ForAll(Seeds, seed =>
    {
        var findings = HistoryChecker.Check(MadeHistory.Right(seed, new Random(seed).Next(1, 60)));
        findings.ShouldBeEmpty(string.Join('\n', findings));
    }));

    [Fact]
    public void Of_any_small_history_of_lists_it_says_what_trying_every_order_says()
    {
        var (explained, not) = (0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(6_000), Prop.ForAll(Seeds, seed =>
        {
            var history = MadeHistory.Whatever(seed);
            var findings = HistoryChecker.Check(history);
            var isExplained = MadeHistory.IsExplained(history);
            if (isExplained) explained++;
            else not++;
            (findings.Count == 0).ShouldBe(isExplained, $"{string.Join('\n', history.Select(t => $"{t} {t.Start}..{t.End}"))}\n{string.Join('\n', findings)}");
        }));
        explained.ShouldBeGreaterThan(500);
        not.ShouldBeGreaterThan(500);
    }

    [Theory]
    [InlineData(Anomaly.LostUpdate, "lost update of a register")]
    [InlineData(Anomaly.LostUpdate, "lost update of what was not there")]
    [InlineData(Anomaly.LostUpdate, "lost update of a list")]
    [InlineData(Anomaly.WriteSkew, "write skew")]
    [InlineData(Anomaly.WriteSkew, "write skew of three")]
    [InlineData(Anomaly.AbortedRead, "aborted read")]
    [InlineData(Anomaly.IntermediateRead, "intermediate read")]
    [InlineData(Anomaly.CircularFlow, "circular flow")]
    [InlineData(Anomaly.WriteCycle, "write cycle")]
    [InlineData(Anomaly.ReadSkew, "read skew")]
    [InlineData(Anomaly.StaleRead, "stale read")]
    [InlineData(Anomaly.ReadOfNothing, "read of nothing")]
    [InlineData(Anomaly.DoubledAppend, "doubled append")]
    [InlineData(Anomaly.DivergedOrder, "diverged order")]
    [InlineData(Anomaly.Internal, "own write not read")]
    public void What_is_planted_in_a_right_history_is_found(Anomaly kind, string plant) => Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var history = MadeHistory.Right(seed, random.Next(1, 60));
        var planted = Plants[plant]();
        var at = random.Next(600);
        foreach (var (transaction, index) in planted.Select((t, i) => (t, i)))
        {
            // They overlap each other, and with whatever is around, unless time is the point.
            var start = plant == "stale read" ? at + index * 20 : at;
            history.Insert(random.Next(history.Count + 1), transaction with { Id = 1_000 + index, Start = start, End = start + 10 });
        }

        var findings = HistoryChecker.Check(history);
        findings.ShouldContain(f => f.Kind == kind && f.Transactions.All(id => id >= 1_000), $"{plant}: {string.Join('\n', findings)}");
        findings.ShouldAllBe(f => f.Transactions.All(id => id >= 1_000));
    }));

    [Fact]
    public void What_nobody_knows_the_end_of_is_not_accused()
    {
        // The second may never have been, or after all others.
        HistoryChecker.Check([Done(new ReadOf("x", null), new WriteOf("x", "1")), Unsure(new ReadOf("x", null), new WriteOf("x", "2"))]).ShouldBeEmpty();
        HistoryChecker.Check([Done(new ReadOf("x", null), new WriteOf("y", "1")), Unsure(new ReadOf("y", null), new WriteOf("x", "1"))]).ShouldBeEmpty();
        // Once its write is read, it was done.
        HistoryChecker.Check([Done(new ReadOf("x", null), new WriteOf("x", "1")), Unsure(new ReadOf("x", null), new WriteOf("x", "2")) with { Id = 2 }, Done(new ReadOf("x", "2")) with { Id = 3 }])
            .ShouldContain(f => f.Kind == Anomaly.LostUpdate);
    }

    [Fact]
    public void A_value_that_two_wrote_is_no_history() =>
        Should.Throw<ArgumentException>(() => HistoryChecker.Check([Done(new WriteOf("x", "1")), Done(new WriteOf("x", "1")) with { Id = 2 }]));

    [Fact]
    public void A_finding_names_transactions_keys_and_why()
    {
        var finding = HistoryChecker.Check(
            [Done(new ReadOf("a", null), new WriteOf("b", "1")) with { Client = "ann" }, Done(new ReadOf("b", null), new WriteOf("a", "1")) with { Id = 2, Client = "bob" }]).ShouldHaveSingleItem();
        finding.Kind.ShouldBe(Anomaly.WriteSkew);
        finding.Transactions.Order().ShouldBe([1, 2]);
        foreach (var part in new[] { "T1 read a before T2 wrote it", "T2 read b before T1 wrote it", "T1 by ann (committed): read a = nothing, wrote b = 1" }) finding.Explanation.ShouldContain(part);
    }

    [Fact]
    public void Twenty_thousand_transactions_with_a_hundred_planted_anomalies_are_judged()
    {
        var history = MadeHistory.Right(1, 20_000, keys: 4_000);
        for (var i = 0; i < 100; i++)
        {
            history.Add(Done(new ReadOf($"x{i}", null), new WriteOf($"x{i}", "1")) with { Id = 100_000 + i * 2 });
            history.Add(Done(new ReadOf($"x{i}", null), new WriteOf($"x{i}", "2")) with { Id = 100_001 + i * 2 });
        }

        var findings = HistoryChecker.Check(history);
        findings.Count.ShouldBe(100);
        findings.ShouldAllBe(f => f.Kind == Anomaly.LostUpdate);
    }

    private static readonly Dictionary<string, Func<Transaction[]>> Plants = new()
    {
        ["lost update of a register"] = () =>
            [Done(new WriteOf("x", "a")), Done(new ReadOf("x", "a"), new WriteOf("x", "b")), Done(new ReadOf("x", "a"), new WriteOf("x", "c"))],
        ["lost update of what was not there"] = () => [Done(new ReadOf("x", null), new WriteOf("x", "b")), Done(new ReadOf("x", null), new WriteOf("x", "c"))],
        ["lost update of a list"] = () =>
            [Done(new ListOf("x", []), new AppendTo("x", "a")), Done(new ListOf("x", ["a"]), new AppendTo("x", "b")), Done(new ListOf("x", ["a"]), new AppendTo("x", "c")), Done(new ListOf("x", ["a", "c"]))],
        ["write skew"] = () => [Done(new ReadOf("x", null), new WriteOf("y", "1")), Done(new ReadOf("y", null), new WriteOf("x", "1"))],
        ["write skew of three"] = () =>
            [Done(new ReadOf("x", null), new WriteOf("y", "1")), Done(new ReadOf("y", null), new WriteOf("z", "1")), Done(new ReadOf("z", null), new WriteOf("x", "1"))],
        ["aborted read"] = () => [Done(new WriteOf("x", "1")) with { Ending = Ending.Refused }, Done(new ReadOf("x", "1"))],
        ["intermediate read"] = () => [Done(new WriteOf("x", "1"), new WriteOf("x", "2")), Done(new ReadOf("x", "1"))],
        ["circular flow"] = () => [Done(new WriteOf("x", "1"), new ReadOf("y", "1")), Done(new WriteOf("y", "1"), new ReadOf("x", "1"))],
        ["write cycle"] = () =>
            [Done(new AppendTo("x", "1"), new AppendTo("y", "1")), Done(new AppendTo("x", "2"), new AppendTo("y", "2")), Done(new ListOf("x", ["1", "2"])), Done(new ListOf("y", ["2", "1"]))],
        ["read skew"] = () => [Done(new WriteOf("x", "1"), new WriteOf("y", "1")), Done(new ReadOf("x", "1"), new ReadOf("y", null))],
        ["stale read"] = () => [Done(new WriteOf("x", "1")), Done(new ReadOf("x", null))],
        ["read of nothing"] = () => [Done(new ReadOf("x", "1"))],
        ["doubled append"] = () => [Done(new AppendTo("x", "1")), Done(new ListOf("x", ["1", "1"]))],
        ["diverged order"] = () => [Done(new AppendTo("x", "1")), Done(new AppendTo("x", "2")), Done(new ListOf("x", ["1", "2"])), Done(new ListOf("x", ["2"]))],
        ["own write not read"] = () => [Done(new WriteOf("x", "1"), new ReadOf("x", null))],
    };

    private static Transaction Done(params Touch[] touches) => new(1, Ending.Committed, touches) { Start = 0, End = 1_000_000 };

    private static Transaction Unsure(params Touch[] touches) => new(2, Ending.Unknown, touches);
}

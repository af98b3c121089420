using FsCheck;
using FsCheck.Fluent;

using Mainstreet.Foundation.Proving.Checking;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving.Checking;

[Trait("kind", "unit")]
public sealed class OtherCheckersTests
{
    private static readonly Arbitrary<int> Seeds = Gen.Choose(0, int.MaxValue - 1).ToArbitrary();

    [Fact]
    public void A_registers_verdict_is_that_of_trying_every_order()
    {
        var verdicts = new Dictionary<RegisterVerdict, int>();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(6_000), Prop.ForAll(Seeds, seed =>
        {
            var acts = Acts(seed);
            var (verdict, explanation) = RegisterChecker.Check(acts, null);
            verdicts[verdict] = verdicts.GetValueOrDefault(verdict) + 1;
            verdict.ShouldBe(IsExplained(acts) ? RegisterVerdict.Linearizable : RegisterVerdict.NotLinearizable, $"{string.Join('\n', acts)}\n{explanation}");
        }));
        verdicts[RegisterVerdict.Linearizable].ShouldBeGreaterThan(500);
        verdicts[RegisterVerdict.NotLinearizable].ShouldBeGreaterThan(500);
    }

    [Fact]
    public void A_long_history_with_one_stale_read_is_not_linearizable_and_says_where()
    {
        var acts = new List<RegisterTouch>();
        for (var i = 0; i < 500; i++) acts.Add(new RegisterTouch(i, i * 10, i * 10 + 35, RegisterAct.Write, null, $"{i}", Ending.Committed));
        RegisterChecker.Check(acts, null).Verdict.ShouldBe(RegisterVerdict.Linearizable);
        acts.Add(new RegisterTouch(900, 3_000, 3_001, RegisterAct.Read, null, "7", Ending.Committed));
        var (verdict, explanation) = RegisterChecker.Check(acts, null);
        verdict.ShouldBe(RegisterVerdict.NotLinearizable);
        explanation.ShouldContain("Id = 900");
    }

    [Fact]
    public void What_would_take_too_long_is_undecided()
    {
        var acts = Enumerable.Range(0, 24).Select(i => new RegisterTouch(i, 0, 100, RegisterAct.Write, null, $"{i}", Ending.Committed)).ToList();
        acts.Add(new RegisterTouch(100, 0, 100, RegisterAct.Read, null, "nobody wrote it", Ending.Committed));
        RegisterChecker.Check(acts, null, bound: 2_000).Verdict.ShouldBe(RegisterVerdict.Undecided);
    }

    [Fact]
    public void Effects_that_are_as_they_should_be_are_not_accused_and_each_slip_is() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var causes = Enumerable.Range(0, random.Next(3, 40)).ToDictionary(i => $"c{i}", i => i switch { 0 => Ending.Committed, 1 => Ending.Refused, 2 => Ending.Unknown, _ => (Ending)random.Next(3) });
        var effects = causes.Where(c => c.Value == Ending.Committed || (c.Value == Ending.Unknown && random.Next(2) == 0)).Select(c => c.Key).OrderBy(_ => random.Next()).ToList();
        DeliveryChecker.CheckEffects(causes, effects).ShouldBeEmpty();

        string Any(Ending ending) => causes.Where(c => c.Value == ending).OrderBy(_ => random.Next()).First().Key;
        var (sure, refused, unknown) = (Any(Ending.Committed), Any(Ending.Refused), Any(Ending.Unknown));
        ShouldFind(DeliveryFault.Doubled, sure, [.. effects, sure]);
        ShouldFind(DeliveryFault.Doubled, unknown, [.. effects.Where(e => e != unknown), unknown, unknown]);
        ShouldFind(DeliveryFault.Lost, sure, [.. effects.Where(e => e != sure)]);
        ShouldFind(DeliveryFault.WithoutCause, refused, [.. effects, refused]);
        ShouldFind(DeliveryFault.WithoutCause, "stranger", [.. effects, "stranger"]);

        void ShouldFind(DeliveryFault fault, string subject, IEnumerable<string> what)
        {
            var finding = DeliveryChecker.CheckEffects(causes, what).ShouldHaveSingleItem();
            (finding.Fault, finding.Subject).ShouldBe((fault, subject));
        }
    }));

    [Fact]
    public void Streams_without_gap_are_not_accused_and_each_slip_is() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var streams = (from reader in "ab" from topic in "tu" from offset in Enumerable.Range(5, 10) select new Delivered($"{reader}", $"{topic}", offset, $"{topic}{offset}")).ToList();
        DeliveryChecker.CheckStreams(streams).ShouldBeEmpty();

        // Neither the first nor the last of its stream.
        var at = random.Next(4) * 10 + random.Next(1, 8);
        ShouldFind(DeliveryFault.Doubled, [.. streams[..at], streams[at], .. streams[at..]]);
        ShouldFind(DeliveryFault.Lost, [.. streams[..at], .. streams[(at + 1)..]]);
        ShouldFind(DeliveryFault.OutOfOrder, [.. streams[..at], streams[at + 1], streams[at], .. streams[(at + 2)..]]);
        ShouldFind(DeliveryFault.Disagreed, [.. streams[..at], streams[at] with { Content = "else" }, .. streams[(at + 1)..]]);
        ShouldFind(DeliveryFault.Lost, [.. streams.Where(s => s is not { Reader: "b", Topic: "u", Offset: 14 })]);

        void ShouldFind(DeliveryFault fault, IEnumerable<Delivered> what) => DeliveryChecker.CheckStreams(what).ShouldHaveSingleItem().Fault.ShouldBe(fault);
    }));

    [Fact]
    public void A_counter_in_bounds_is_not_accused_and_a_raise_lost_or_doubled_is() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Seeds, seed =>
    {
        var random = new Random(seed);
        var (touches, value) = (new List<CounterTouch>(), 0L);
        for (var at = 10; at < 600; at += 10)
        {
            var (start, end, amount) = (at - random.Next(50), at + random.Next(50), random.Next(1, 4));
            if (random.Next(2) == 0) touches.Add(new CounterTouch(start, end, Ending.Committed, value, IsRead: true));
            else
            {
                var ending = (Ending)random.Next(3);
                if (ending == Ending.Committed || (ending == Ending.Unknown && random.Next(2) == 0)) value += amount;
                touches.Add(new CounterTouch(start, end, ending, amount, IsRead: false));
            }
        }

        touches.Add(new CounterTouch(1_000, 1_001, Ending.Committed, value, IsRead: true));
        CounterChecker.Check(touches).ShouldBeEmpty();
        var (sure, possible) = (Sum(t => t.Ending == Ending.Committed), Sum(t => t.Ending != Ending.Refused));
        CounterChecker.Check([.. touches, new CounterTouch(1_000, 1_001, Ending.Committed, sure - 1, IsRead: true)]).ShouldHaveSingleItem();
        CounterChecker.Check([.. touches, new CounterTouch(1_000, 1_001, Ending.Committed, possible + 1, IsRead: true)]).ShouldHaveSingleItem();

        long Sum(Func<CounterTouch, bool> counts) => touches.Where(t => !t.IsRead && counts(t)).Sum(t => t.Amount);
    }));

    private static List<RegisterTouch> Acts(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, random.Next(2, 6)).Select(id =>
        {
            var (start, act) = (random.Next(30), (RegisterAct)random.Next(3));
            var ending = random.Next(5) == 0 ? Ending.Unknown : act == RegisterAct.CompareAndSet && random.Next(2) == 0 ? Ending.Refused : Ending.Committed;
            return new RegisterTouch(id, start, start + random.Next(25), act, Value(), act == RegisterAct.Read ? Value() : $"{random.Next(2)}", ending);
        })];

        string? Value() => random.Next(3) is var value and > 0 ? $"{value - 1}" : null;
    }

    private static bool IsExplained(IReadOnlyList<RegisterTouch> acts)
    {
        var sure = acts.Where(a => a.Ending != Ending.Unknown).ToArray();
        var unsure = acts.Where(a => a.Ending == Ending.Unknown && a.Act != RegisterAct.Read).ToArray();
        return Enumerable.Range(0, 1 << unsure.Length).Any(choice => MadeHistory.Orders<RegisterTouch>([.. sure, .. unsure.Where((_, i) => (choice >> i & 1) == 1)]).Any(Fits));
    }

    private static bool Fits(RegisterTouch[] order)
    {
        string? state = null;
        for (var i = 0; i < order.Length; i++)
        {
            var act = order[i];
            if (order.Skip(i + 1).Any(later => later.Ending != Ending.Unknown && later.End < act.Start)) return false;
            var matches = state == act.Expected;
            if (act.Act == RegisterAct.Read && act.Value != state) return false;
            if (act.Act == RegisterAct.CompareAndSet && act.Ending != Ending.Unknown && matches != (act.Ending == Ending.Committed)) return false;
            if (act.Act == RegisterAct.Write || (act.Act == RegisterAct.CompareAndSet && matches && act.Ending != Ending.Refused)) state = act.Value;
        }

        return true;
    }
}

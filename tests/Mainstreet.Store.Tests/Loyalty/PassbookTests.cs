using Mainstreet.Store.Loyalty;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Loyalty;

[Trait("kind", "unit")]
public sealed class PassbookTests
{
    private const int Worlds = 1_000;
    private const int StepsPerWorld = 100;

    private static readonly DateTimeOffset Start = new(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_hundred_thousand_random_operations_agree_with_an_oracle_that_counts_single_points()
    {
        var seen = new Dictionary<PointsKind, int>();
        var owing = 0;
        for (var world = 0; world < Worlds; world++)
        {
            var random = new Random(world);
            var orders = Enumerable.Range(0, 14).Select(_ => Guid.CreateVersion7()).ToArray();
            var memory = new Memory();
            var oracle = new PointsOracle();
            var now = Start;
            for (var i = 0; i < StepsPerWorld; i++)
            {
                var step = LedgerStep.Next(random, orders);
                now += step.Later;
                memory.Do(step, now);
                Do(oracle, memory, step, now);
                Compare(memory, oracle, $"world {world}, step {i}: {step}");
                if (oracle.Owed > 0) owing++;
            }

            foreach (var entry in memory.Entries) seen[entry.Kind] = seen.GetValueOrDefault(entry.Kind) + 1;
        }

        // The dice did reach every kind of entry, and debts.
        foreach (var kind in Enum.GetValues<PointsKind>()) seen.GetValueOrDefault(kind).ShouldBeGreaterThan(500, kind.ToString());
        owing.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void Oldest_points_are_spent_first()
    {
        var memory = new Memory();
        var (first, second, order) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        memory.EarnAndConfirm(first, 5, Start);
        memory.EarnAndConfirm(second, 5, Start.AddDays(10));
        memory.Book(order).Redeem(order, 7, 700, Memory.At(Start.AddDays(11)));
        memory.Keep();
        memory.Lots.Select(l => (l.OrderId, l.Remaining)).ShouldBe([(first, 0L), (second, 3L)]);
    }

    [Fact]
    public void What_comes_back_lives_for_thirty_days_more_at_least()
    {
        var memory = new Memory();
        var (first, order) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        memory.EarnAndConfirm(first, 5, Start);
        memory.Book(order).Redeem(order, 5, 500, Memory.At(Start.AddDays(1)));
        memory.Keep();
        memory.Book(order).GiveBack(order, Start.AddDays(400), Memory.At(Start.AddDays(370)));
        memory.Keep();
        memory.Lots[^1].ShouldSatisfyAllConditions(l => l.ExpiresAt.ShouldBe(Start.AddDays(400)), l => l.Remaining.ShouldBe(5), l => l.Earned.ShouldBeFalse());
        memory.Book(order).GiveBack(order, Start.AddDays(500), Memory.At(Start.AddDays(371)));
        memory.Keep();
        memory.Available.ShouldBe(5);
    }

    [Fact]
    public void Points_spent_before_their_order_was_refunded_are_owed_and_later_earnings_pay_them()
    {
        var memory = new Memory();
        var (first, order, later) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        memory.EarnAndConfirm(first, 10, Start);
        memory.Book(order).Redeem(order, 8, 800, Memory.At(Start.AddDays(1)));
        memory.Keep();
        memory.Book(first).TakeBack(first, 10, Memory.At(Start.AddDays(2)));
        memory.Keep();
        (memory.Available, memory.Owed).ShouldBe((0L, -8L));
        memory.EarnAndConfirm(later, 12, Start.AddDays(3));
        (memory.Available, memory.Owed).ShouldBe((4L, 0L));
        memory.Entries.Sum(e => e.Score).ShouldBe(12);
    }

    [Theory, InlineData(0, 0), InlineData(9_999, 0), InlineData(10_000, 1), InlineData(19_999, 1), InlineData(-5, 0), InlineData(long.MaxValue, long.MaxValue / 10_000)]
    public void Points_are_earned_for_whole_hundreds_of_rupees(long paid, long points) =>
        PointsRules.Earned(paid, new LoyaltyOptions()).ShouldBe(points);

    [Theory, InlineData(0, 0), InlineData(100, 0), InlineData(199, 0), InlineData(200, 1), InlineData(1_000, 5), InlineData(long.MaxValue, 46_116_860_184_273_879)]
    public void Half_of_an_order_may_be_paid_with_points(long total, long most) => PointsRules.MostFor(total, new LoyaltyOptions()).ShouldBe(most);

    [Fact]
    public void One_rupee_is_left_to_pay_when_points_may_pay_everything()
    {
        var options = new LoyaltyOptions { RedeemMaxPercent = 100 };
        for (var total = 0L; total < 1_000; total++)
        {
            var left = total - (PointsRules.MostFor(total, options) * options.PointValue);
            left.ShouldBeGreaterThanOrEqualTo(Math.Min(total, 100));
        }
    }

    private static void Do(PointsOracle oracle, Memory memory, LedgerStep step, DateTimeOffset now)
    {
        switch (step.Act)
        {
            case LedgerAct.Earn:
                oracle.Earn(step.Order, step.Points);
                break;
            case LedgerAct.Confirm:
                oracle.Confirm(step.Order, now, now.AddDays(365));
                break;
            case LedgerAct.Redeem:
                oracle.Redeem(step.Order, step.Points, now);
                break;
            case LedgerAct.Refund:
                oracle.GrowOld(now);
                if (step.Amount >= LedgerStep.Captured) oracle.GiveBack(step.Order, now, now.AddDays(30));
                if (memory.Entries.Find(e => e.OrderId == step.Order && e.Kind == PointsKind.Earn) is { } earned)
                    oracle.TakeBack(step.Order, LedgerStep.TakenBack((int)earned.Pending, step.Amount));
                break;
            default:
                oracle.GrowOld(now);
                break;
        }
    }

    private static void Compare(Memory memory, PointsOracle oracle, string where)
    {
        if (memory.Available != oracle.Available || memory.Pending != oracle.Pending || memory.Owed != -oracle.Owed)
            Assert.Fail($"{where}: {memory.Available}, {memory.Pending}, {memory.Owed} but {oracle.Available}, {oracle.Pending}, -{oracle.Owed}");
        var left = memory.Lots.Where(l => l.Remaining > 0).GroupBy(l => l.ExpiresAt).OrderBy(g => g.Key).Select(g => (g.Key, g.Sum(l => l.Remaining)));
        if (!left.SequenceEqual(oracle.Left)) Assert.Fail($"{where}: the lots differ");
        if (memory.Entries.Exists(e => e.Sum != 0)) Assert.Fail($"{where}: an entry does not sum to zero");
    }

    /// <summary>The tables in memory.</summary>
    private sealed class Memory
    {
        private static readonly Guid Business = Guid.CreateVersion7();
        private static readonly Guid Customer = Guid.CreateVersion7();

        private Passbook? _open;

        internal List<PointsEntry> Entries { get; } = [];

        internal List<PointsLot> Lots { get; } = [];

        internal List<PointsSpent> Spent { get; } = [];

        internal long Available => Entries.Sum(e => e.Available);

        internal long Pending => Entries.Sum(e => e.Pending);

        internal long Owed => Entries.Sum(e => e.Owed);

        internal static PointsClock At(DateTimeOffset now) => new(now, () => Guid.CreateVersion7(now));

        internal Passbook Book(Guid order) => _open = new Passbook(
            Business, Customer, Available, Pending, Owed, Lots, Entries.Where(e => e.OrderId == order),
            Spent.Where(s => Entries.Exists(e => e.Id == s.EntryId && e.OrderId == order)));

        internal void Keep()
        {
            Entries.AddRange(_open!.NewEntries);
            Lots.AddRange(_open.NewLots);
            Spent.AddRange(_open.NewSpent);
            (_open.Available, _open.Pending, _open.Owed).ShouldBe((Available, Pending, Owed));
        }

        internal void EarnAndConfirm(Guid order, long points, DateTimeOffset now)
        {
            Book(order).Earn(order, points, points * 10_000, At(now));
            Keep();
            Book(order).Confirm(order, now.AddDays(365), At(now));
            Keep();
        }

        internal void Do(LedgerStep step, DateTimeOffset now)
        {
            var (order, clock, book) = (step.Order, At(now), Book(step.Order));
            switch (step.Act)
            {
                case LedgerAct.Earn:
                    book.Earn(order, step.Points, step.Points * 10_000, clock);
                    break;
                case LedgerAct.Confirm:
                    book.Confirm(order, now.AddDays(365), clock);
                    break;
                case LedgerAct.Redeem:
                    if (book.Find(PointsKind.Redeem) is not null || step.Points == 0) break;
                    book.Expire(clock);
                    if (step.Points <= book.Available) book.Redeem(order, step.Points, step.Points * 100, clock);
                    break;
                case LedgerAct.Refund:
                    book.Expire(clock);
                    if (step.Amount >= LedgerStep.Captured) book.GiveBack(order, now.AddDays(30), clock);
                    if (book.Find(PointsKind.Earn) is { } earned)
                        book.TakeBack(order, PointsRules.TakenBack(earned.Pending, step.Amount, LedgerStep.Captured), clock);
                    break;
                default:
                    book.Expire(clock);
                    break;
            }

            Keep();
        }
    }
}

using System.Numerics;

namespace Mainstreet.Store.Tests.Loyalty;

/// <summary>One random thing done to a customer's points.</summary>
/// <param name="Amount">Points (earn, redeem), or the refund in minor units.</param>
internal sealed record LedgerStep(LedgerAct Act, Guid Order, long Amount, TimeSpan Later)
{
    /// <summary>What each order of these tests is paid with.</summary>
    internal const long Captured = 30_000;

    /// <summary>What a refund takes back, computed differently than the product does.</summary>
    internal static int TakenBack(int earned, long refunded) =>
        refunded >= Captured ? earned : (int)BigInteger.Divide((BigInteger)earned * refunded, Captured);

    /// <summary>Orders come back on purpose: repeated and out of order.</summary>
    internal static LedgerStep Next(Random random, IReadOnlyList<Guid> orders) => new(
        random.Next(12) switch
        {
            0 or 1 or 2 => LedgerAct.Earn,
            3 or 4 or 5 => LedgerAct.Confirm,
            6 or 7 or 8 => LedgerAct.Redeem,
            9 or 10 => LedgerAct.Refund,
            _ => LedgerAct.Expire,
        },
        orders[random.Next(orders.Count)],
        random.Next(3) == 0 ? Captured : random.Next((int)Captured + 1),
        random.Next(4) == 0 ? TimeSpan.FromDays(random.Next(200)) : TimeSpan.FromSeconds(1 + random.Next(1_000)));

    /// <summary>Points for earn and redeem.</summary>
    internal int Points => (int)(Amount % 13);
}

internal enum LedgerAct
{
    Earn,
    Confirm,
    Redeem,
    Refund,
    Expire,
}

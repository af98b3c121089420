namespace Mainstreet.Store.Orders;

/// <summary>Divides an amount by weights without losing a minor unit (largest remainder, ties to the earlier).</summary>
internal static class Shares
{
    /// <summary>Shares that add up to <paramref name="amount"/>, each within one of its exact share and none above its weight when the amount is not above the sum.</summary>
    /// <param name="amount">Minor units, 0 or more.</param>
    /// <param name="weights">0 or more each; all zero only when the amount is zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative amount or weight, or an amount with nothing to carry it.</exception>
    internal static long[] Of(long amount, IReadOnlyList<long> weights)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        Int128 sum = 0;
        foreach (var weight in weights)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(weight, nameof(weights));
            sum += weight;
        }

        var shares = new long[weights.Count];
        if (amount == 0) return shares;
        if (sum == 0) throw new ArgumentOutOfRangeException(nameof(weights), "Nothing can carry the amount.");
        var rests = new Int128[weights.Count];
        var left = amount;
        for (var i = 0; i < shares.Length; i++)
        {
            var exact = (Int128)amount * weights[i];
            shares[i] = (long)(exact / sum);
            rests[i] = exact % sum;
            left -= shares[i];
        }

        // At most one each: the rests add up to (what is left) x sum, and each is below sum.
        foreach (var i in Enumerable.Range(0, shares.Length).OrderByDescending(i => rests[i]).Take((int)left)) shares[i]++;
        return shares;
    }
}

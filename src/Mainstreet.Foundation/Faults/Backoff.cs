using System.Security.Cryptography;

namespace Mainstreet.Foundation.Faults;

/// <summary>How long to wait before the next try.</summary>
public static class Backoff
{
    /// <summary>
    /// Doubles from <paramref name="first"/> at attempt 1 up to <paramref name="longest"/>, then spreads over 75 % to 100 % of
    /// that so that what failed together does not come back together.
    /// </summary>
    public static TimeSpan After(int attempt, TimeSpan first, TimeSpan longest)
    {
        var doubled = first * Math.Pow(2, Math.Clamp(attempt - 1, 0, 30));
        var whole = doubled < longest ? doubled : longest;
        return whole * (0.75 + RandomNumberGenerator.GetInt32(0, 1000) / 4000.0);
    }
}

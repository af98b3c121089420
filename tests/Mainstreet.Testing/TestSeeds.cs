using System.Globalization;

namespace Mainstreet.Testing;

/// <summary>
/// Seeds of tests that throw dice: few in the usual run, more with <c>MAINSTREET_TEST_LONG</c> (<c>./test --long</c>), as many as
/// <c>MAINSTREET_TEST_SEEDS</c> says, such as <c>300</c> or <c>101-400</c>.
/// </summary>
public static class TestSeeds
{
    /// <summary>Whether the long sweeps were asked for.</summary>
    public static bool Sweeping => Environment.GetEnvironmentVariable("MAINSTREET_TEST_LONG") is { Length: > 0 };

    /// <param name="usual">How many in the usual run.</param>
    /// <param name="sweep">How many in the long one.</param>
    public static IEnumerable<int> Of(int usual, int sweep)
    {
        var (first, last) = (1, Sweeping ? sweep : usual);
        if (Environment.GetEnvironmentVariable("MAINSTREET_TEST_SEEDS") is { Length: > 0 } asked)
        {
            var ends = asked.Split('-').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray();
            (first, last) = ends.Length == 2 ? (ends[0], ends[1]) : (1, ends[0]);
        }

        return Enumerable.Range(first, last - first + 1);
    }
}

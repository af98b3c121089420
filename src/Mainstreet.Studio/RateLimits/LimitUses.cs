using System.Globalization;

namespace Mainstreet.Studio.RateLimits;

/// <summary>When an account used a limit: as many instants as fit into the window, never more than the limit.</summary>
internal sealed class LimitUses
{
    public Guid AccountId { get; init; }

    public string Kind { get; init; } = "";

    /// <summary>Microseconds since 1970, ascending, parted by commas.</summary>
    public string Uses { get; set; } = "";

    internal static List<long> Read(string uses) =>
        [.. uses.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(u => long.Parse(u, CultureInfo.InvariantCulture))];

    internal static string Write(IEnumerable<long> uses) => string.Join(',', uses.Select(u => u.ToString(CultureInfo.InvariantCulture)));
}

using System.Linq.Expressions;

namespace Mainstreet.Access.Businesses;

/// <summary>A business on the wire.</summary>
/// <param name="TimeZone">IANA zone id.</param>
/// <param name="Currency">ISO 4217 code.</param>
public sealed record BusinessView(Guid Id, string Name, string TimeZone, string Currency, bool Synthetic, DateTimeOffset CreatedAt)
{
    internal static Expression<Func<Business, BusinessView>> Projection { get; } =
        b => new BusinessView(b.Id, b.Name, b.TimeZone, b.Currency, b.Synthetic, b.CreatedAt);

    internal static BusinessView Of(Business b) => new(b.Id, b.Name, b.TimeZone, b.Currency, b.Synthetic, b.CreatedAt);
}

using Mainstreet.Store.Catalogue;

namespace Mainstreet.Store.Carts;

/// <summary>What bringing a basket costs.</summary>
internal static class DeliveryFees
{
    /// <summary>Services accounting code of local delivery.</summary>
    internal const string Code = "996813";

    /// <summary>Local delivery is taxed as most services are.</summary>
    internal const string TaxClass = TaxRates.Standard;

    /// <summary>Minor units with tax; nothing from the shop's threshold on.</summary>
    internal static long Of(Shop shop, long itemsTotal) => shop.FreeDeliveryFrom is { } free && itemsTotal >= free ? 0 : shop.DeliveryFee;
}

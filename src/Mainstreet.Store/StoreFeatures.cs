using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Features;

namespace Mainstreet.Store;

/// <summary>What of the Store can be paused.</summary>
public static class StoreFeatures
{
    public static Feature Orders { get; } = Feature.Of<StoreFeatureOptions>(nameof(StoreFeatureOptions.StoreOrders), "New orders are not being taken at the moment.", o => o.StoreOrders);
}

/// <summary>For how many new orders are taken. Section <c>Features</c>, which the modules share.</summary>
public sealed class StoreFeatureOptions
{
    /// <summary>New orders. Carts, payments, packing and refunds go on. Default true.</summary>
    [Reloads]
    public FeatureShare StoreOrders { get; set; } = FeatureShare.On;
}

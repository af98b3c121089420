using Mainstreet.Foundation.Authorization;

namespace Mainstreet.Store;

/// <summary>What the module's routes ask for.</summary>
internal static class StorePermissions
{
    /// <summary>Open the shop and change what it says of itself.</summary>
    internal const string EditShop = "store.shops.edit";

    /// <summary>Add, change, import and export products, and write synonyms.</summary>
    internal const string EditProducts = "store.products.edit";

    /// <summary>Say how many there are of a product.</summary>
    internal const string EditStock = "store.stock.edit";

    /// <summary>Order, and read one's own orders.</summary>
    internal const string Shop = "store.orders.place";

    /// <summary>Read the shop's orders, pack and cancel them.</summary>
    internal const string ManageOrders = "store.orders.manage";

    /// <summary>Dispatch and deliver orders and say where the courier is.</summary>
    internal const string Deliver = "store.orders.deliver";

    /// <summary>Pay money back.</summary>
    internal const string Refund = "store.payments.refund";

    /// <summary>Keep searches that tell of new products.</summary>
    internal const string SaveSearches = "store.searches.save";

    /// <summary>Collect points, and see one's own and the leaderboards.</summary>
    internal const string Loyalty = "store.loyalty.read";

    internal static readonly IReadOnlyList<Permission> All =
    [
        new(EditShop, Roles.Owner, Roles.Admin),
        new(EditProducts, Roles.Owner, Roles.Clerk, Roles.Admin),
        new(EditStock, Roles.Owner, Roles.Clerk, Roles.Admin),
        new(Shop, Roles.Anyone),
        new(ManageOrders, Roles.Owner, Roles.Clerk, Roles.Admin),
        new(Deliver, Roles.Owner, Roles.Clerk, Roles.Courier, Roles.Admin),
        new(Refund, Roles.Owner, Roles.Clerk, Roles.Admin),
        new(SaveSearches, Roles.Anyone),
        new(Loyalty, Roles.Anyone),
    ];
}

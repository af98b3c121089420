using Mainstreet.Foundation.Web;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

using Npgsql;

namespace Mainstreet.Store;

/// <summary>What can stand in the way, where more than one use case answers it.</summary>
internal static class StoreProblems
{
    internal static readonly Problem ShopNotFound = new(404, "shop_not_found", "There is no such shop.");

    internal static readonly Problem ProductNotFound = new(404, "product_not_found", "There is no such product.");

    internal static readonly Problem ShopMissing = new(409, "shop_missing", "The business has no shop yet; open one first.");

    internal static readonly Problem ShopExists = new(409, "shop_exists", "The business has a shop already.");

    internal static readonly Problem SkuTaken = new(409, "sku_taken", "Another product of the business has this SKU.");

    /// <summary>True when a save met another product of the business with this SKU, and not another key that is taken.</summary>
    internal static bool IsSkuTaken(DbUpdateException exception) => exception.InnerException switch
    {
        PostgresException postgres => postgres is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "products_sku" },
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode == 2067 && sqlite.Message.Contains("store_products.sku", StringComparison.Ordinal),
        _ => false,
    };
}

using Mainstreet.Contracts;
using Mainstreet.Foundation.Modules;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Catalogue;
using Mainstreet.Store.Data;
using Mainstreet.Store.Search;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Demo;

/// <summary>
/// The demo business's grocery: two hundred products of our own invention, from the CSV file beside this class, taken in the way every other
/// file is.
/// </summary>
internal sealed class StoreDemo(StoreDb db, ProductIndex index, TimeProvider clock, IBusinessDirectory businesses) : IDemoSeed
{
    private const DemoKind Kind = (DemoKind)48;

    /// <summary>The shop's id.</summary>
    internal static Guid ShopId => DemoIds.Of(Kind, 1);

    public async Task SeedAsync(CancellationToken cancel)
    {
        if (await businesses.FindAsync(DemoIds.Business, cancel) is not { } business) return;
        if (await db.Shops.AnyAsync(s => s.BusinessId == business.Id, cancel)) return;
        var shop = new Shop
        {
            Id = ShopId, BusinessId = business.Id, Name = "Main Street Grocers", Currency = "INR", StateCode = "29", Gstin = "29AAAAA0000A1Z5",
            Line1 = "12 Lamp Lane, Indiranagar", City = "Bengaluru", PostalCode = "560038", Country = "IN", Lat = 12.9719, Lon = 77.6412,
            DeliveryFee = 2_900, FreeDeliveryFrom = 49_900, CreatedAt = clock.Now(), Version = 1,
        };
        db.Shops.Add(shop);
        await db.SaveChangesAsync(cancel);

        await using var file = typeof(StoreDemo).Assembly.GetManifestResourceStream("Demo/products.csv")!;
        var rows = await CsvRows.OpenAsync(file, ["sku"], new CsvLimits(), cancel);
        var columns = new ProductColumns(rows.Value!.Columns);
        var batch = new List<ProductRow>();
        await foreach (var row in rows.Value.ReadAsync(cancel)) batch.Add(columns.Read(row).Value!);
        await new ImportProducts.Run(db, index, clock, shop, actor: null).FlushAsync(batch, cancel);
    }
}

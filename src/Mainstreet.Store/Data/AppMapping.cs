using Mainstreet.Store.App;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Data;

internal static class AppMapping
{
    internal static void Map(ModelBuilder model) => model.Entity<ShopDevice>(e => e.ToTable("shop_devices").HasKey(d => d.Id));
}

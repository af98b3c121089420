using Mainstreet.Contracts;
using Mainstreet.Foundation.Data;
using Mainstreet.Store.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Demo;

[Trait("kind", "db")]
public sealed class StoreDemoTests
{
    [Theory, EachEngine]
    public async Task The_demo_grocery_has_two_hundred_products_once(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, seed: true);
        await MainstreetHost.SeedAsync(app.Host, CancellationToken.None);
        await using var db = await app.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
        (await db.Shops.SingleAsync(s => s.BusinessId == DemoIds.Business)).Currency.ShouldBe("INR");
        (await db.Products.CountAsync(p => p.BusinessId == DemoIds.Business)).ShouldBe(200);
        (await db.SearchEntries.CountAsync(e => e.Active)).ShouldBe(200);
        (await db.Stock.CountAsync(s => s.OnHand > 0)).ShouldBeInRange(120, 199);
        (await app.Http.GetStringAsync("/v1/products?q=chawal&facets=category,brand")).ShouldContain("Basmati Rice");
    }
}

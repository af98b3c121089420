using Mainstreet.Contracts;

using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>The shop's app without a connection: what is changed there reaches the server once and in order, whatever dies in between.</summary>
[Trait("kind", "browser")]
public sealed class OfflineShopTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    [Fact]
    public async Task Changes_and_an_order_made_offline_survive_a_killed_page_and_are_applied_once_in_order()
    {
        await using var shop = await Shopping.BeginAsync(chromium, street.App, "tenant1");
        var kept = await shop.AddAsync();
        await shop.ExpectAllSentAsync();

        await shop.CutAsync();
        await shop.Page.ReloadAsync();
        await shop.Page.GetByRole(AriaRole.Button, new() { Name = $"One {kept} more" }).First.ClickAsync();
        await shop.AddAsync(1);
        await Expect(shop.Page.Locator("#sync")).ToContainTextAsync("Offline · 2 changes wait");
        await shop.OrderAsync("Cash on delivery");
        await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { Name = "Your order waits" })).ToBeVisibleAsync();
        await shop.TabAsync("Goods");
        await shop.AddAsync(2);
        await Expect(shop.Page.Locator("#sync")).ToContainTextAsync("4 changes wait");
        await shop.KillPageAsync();

        await shop.ReopenAsync("/shop/waiting");
        var queue = shop.Page.GetByRole(AriaRole.List).Filter(new() { HasText = "Order of" }).GetByRole(AriaRole.Listitem);
        await Expect(queue).ToHaveCountAsync(4);
        await Expect(queue.Nth(2)).ToContainTextAsync("Order of 2 products");
        await shop.ReconnectAsync();
        await shop.ExpectAllSentAsync();

        shop.ShouldHaveSentInOrder();
        shop.Sent.Count.ShouldBe(5);
        var orders = await shop.OrdersAsync(DemoIds.Tenant(1));
        orders.ShouldHaveSingleItem().Values.Order().ShouldBe([1, 2]);
        await shop.TabAsync("Orders");
        await Expect(shop.Page.GetByRole(AriaRole.List, new() { Name = "Your orders" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await shop.TabAsync("Cart");
        await Expect(shop.Page.GetByRole(AriaRole.List, new() { Name = "Products in the cart" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_page_that_dies_at_any_step_of_the_sending_loses_and_doubles_nothing()
    {
        await using var shop = await Shopping.BeginAsync(chromium, street.App, "tenant2");
        var made = 0;
        foreach (var applied in new[] { false, true })
        {
            for (var step = 1; step <= 3; step++)
            {
                await shop.CutAsync();
                await shop.OpenAsync("/shop?inStock=true");
                await shop.AddAsync(3);
                await shop.AddAsync(4);
                await shop.OrderAsync("Cash on delivery");
                await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { Name = "Your order waits" })).ToBeVisibleAsync();

                // The page dies while its n-th change is on the way: before the server has it, or after it was applied and before the answer is heard.
                var seen = 0;
                var due = step;
                var dead = new TaskCompletionSource();
                await shop.Context.RouteAsync("**/v1/shop/mutations", async route =>
                {
                    if (Interlocked.Increment(ref seen) != due)
                    {
                        await route.ContinueAsync();
                        return;
                    }

                    if (applied && (await route.FetchAsync()).Status != 200)
                    {
                        // Not applied, so not yet the moment to die: the page sends it again.
                        Interlocked.Decrement(ref seen);
                        await route.AbortAsync();
                        return;
                    }

                    dead.TrySetResult();
                });
                await shop.ReconnectAsync();
                await dead.Task.WaitAsync(TimeSpan.FromSeconds(30));
                await shop.KillPageAsync();
                await shop.Context.UnrouteAllAsync();

                await shop.ReopenAsync("/shop/orders");
                await shop.ExpectAllSentAsync();
                made++;
                var orders = await shop.OrdersAsync(DemoIds.Tenant(2));
                orders.Count.ShouldBe(made, $"step {step}, applied {applied}");
                orders[^1].Values.ShouldBe([1, 1]);
            }
        }

        // The page that died heard no answer, the next one does.
        shop.Sent.Distinct().ShouldBe(shop.Sent.Distinct().Order());
        shop.Sent.Count.ShouldBe(shop.Sent.Distinct().Count(), string.Join(' ', shop.Sent));
        (await shop.ReadAsync(db => db.Carts.CountAsync(c => c.CustomerId == DemoIds.Tenant(2) && c.State == Mainstreet.Store.Carts.CartState.Open))).ShouldBe(0);
    }

    [Fact]
    public async Task An_order_made_offline_outlives_a_browser_that_is_killed()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"mainstreet-profile-{Guid.CreateVersion7():N}");
        var options = Visitor.Options(street.App, Shopping.Phone);
        try
        {
            var context = await chromium.StartAsync(folder, options);
            var visitor = await Visitor.ComeAsync(context);
            await visitor.SignInAsync("tenant10");
            var shop = await Shopping.BeginAsync(visitor, street.App);
            await shop.CutAsync();
            await shop.AddAsync();
            await shop.AddAsync();
            await shop.OrderAsync("Cash on delivery");
            await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { Name = "Your order waits" })).ToBeVisibleAsync();
            Chromium.Kill(folder);

            await using var again = await chromium.StartAsync(folder, options);
            var back = await Visitor.ComeAsync(again);
            // What waits is the account's: a browser that lost its cookies with the power sends it after the sign-in.
            await back.SignInAsync("tenant10");
            await back.Page.GotoAsync("/shop/orders");
            await Expect(back.Page.GetByRole(AriaRole.List, new() { Name = "Your orders" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
            await Expect(back.Page.Locator("#sync")).ToBeHiddenAsync();
            (await shop.OrdersAsync(DemoIds.Tenant(10))).ShouldHaveSingleItem().Values.ShouldBe([1, 1]);
        }
        finally
        {
            Chromium.Kill(folder);
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Two_tabs_send_as_one()
    {
        await using var shop = await Shopping.BeginAsync(chromium, street.App, "tenant3");
        var first = shop.Page;
        await shop.ReopenAsync("/shop?inStock=true");
        await Expect(shop.Page.GetByRole(AriaRole.List, new() { Name = "Products" }).GetByRole(AriaRole.Listitem).First).ToBeVisibleAsync();
        await shop.CutAsync();
        foreach (var page in new[] { first, shop.Page, first, shop.Page })
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Add ") }).Nth(5).ClickAsync();
        await Expect(first.Locator("#sync")).ToContainTextAsync("4 changes wait");
        await shop.ReconnectAsync();
        await shop.ExpectAllSentAsync();
        await Expect(first.Locator("#sync")).ToBeHiddenAsync();
        shop.ShouldHaveSentInOrder();
        (await shop.ReadAsync(db => db.CartItems.Where(i => db.Carts.Any(c => c.Id == i.CartId && c.CustomerId == DemoIds.Tenant(3))).SumAsync(i => i.Quantity))).ShouldBe(4);
    }

    [Fact]
    public async Task A_price_and_a_stock_that_changed_meanwhile_are_decided_by_the_customer()
    {
        await using var shop = await Shopping.BeginAsync(chromium, street.App, "tenant4");
        await shop.OpenAsync("/shop?q=paneer&inStock=true");
        var dearer = await shop.AddAsync();
        await shop.ExpectAllSentAsync();
        await shop.CutAsync();
        await shop.OrderAsync("Cash on delivery");
        await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { Name = "Your order waits" })).ToBeVisibleAsync();
        var product = await shop.ReadAsync(async db =>
        {
            var item = await db.CartItems.SingleAsync(i => db.Carts.Any(c => c.Id == i.CartId && c.CustomerId == DemoIds.Tenant(4)));
            return await db.Products.SingleAsync(p => p.Id == item.ProductId);
        });
        dearer.ShouldBe($"{product.Name}, {product.PackSize}");
        await shop.WriteAsync((db, cancel) => db.Products.Where(p => p.Id == product.Id).ExecuteUpdateAsync(s => s.SetProperty(p => p.PriceAmount, p => p.PriceAmount + 700), cancel));

        await shop.ReconnectAsync();
        await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { Name = "Your order was not made" })).ToBeVisibleAsync();
        await Expect(shop.Page.Locator("#sync")).ToContainTextAsync("1 change needs you");
        (await shop.OrdersAsync(DemoIds.Tenant(4))).ShouldBeEmpty();
        await shop.Page.GetByRole(AriaRole.Button, new() { Name = "Order what there is" }).ClickAsync();
        await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { NameRegex = new("^Order [0-9]+") })).ToBeVisibleAsync();
        await Expect(shop.Page.Locator("#sync")).ToBeHiddenAsync();
        var order = await shop.ReadAsync(db => db.Orders.SingleAsync(o => o.CustomerId == DemoIds.Tenant(4)));
        order.ItemsTotal.ShouldBe(product.PriceAmount + 700);

        // The last pieces go to somebody else.
        await shop.OpenAsync("/shop?q=paneer&inStock=true");
        var name = await shop.AddAsync();
        await shop.Page.GetByRole(AriaRole.Button, new() { Name = $"One {name} more" }).ClickAsync();
        await shop.ExpectAllSentAsync();
        await shop.CutAsync();
        await shop.OrderAsync("Cash on delivery");
        await shop.WriteAsync((db, cancel) => db.Stock.Where(s => db.CartItems.Any(i => i.ProductId == s.ProductId
            && db.Carts.Any(c => c.Id == i.CartId && c.CustomerId == DemoIds.Tenant(4) && c.State == Mainstreet.Store.Carts.CartState.Open)))
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.OnHand, x => x.Reserved + 1), cancel));
        await shop.ReconnectAsync();
        await Expect(shop.Page.GetByRole(AriaRole.Heading, new() { Name = "Your order was not made" })).ToBeVisibleAsync();
        await Expect(shop.Page.GetByRole(AriaRole.Row, new() { NameRegex = new($"^{System.Text.RegularExpressions.Regex.Escape(name.Split(',')[0])} 2 × .* 1 × ") })).ToBeVisibleAsync();
        await shop.Page.GetByRole(AriaRole.Button, new() { Name = "Back to the cart" }).ClickAsync();
        await Expect(shop.Page.GetByText("Only 1 left.")).ToBeVisibleAsync();
        await shop.Page.GetByRole(AriaRole.Button, new() { Name = $"Take 1 of {name.Split(',')[0]}" }).ClickAsync();
        await Expect(shop.Page.GetByRole(AriaRole.Link, new() { Name = "Check out" })).ToBeVisibleAsync();
        await shop.ExpectAllSentAsync();
        (await shop.OrdersAsync(DemoIds.Tenant(4))).Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_catalogue_is_browsed_and_searched_offline()
    {
        await using var shop = await Shopping.BeginAsync(chromium, street.App, "tenant5");
        // The app fetches all of the catalogue when it has nothing else to do.
        await shop.Page.EvaluateAsync("""
            async () => {
              const database = await new Promise((done, failed) => { const r = indexedDB.open('mainstreet-shop'); r.onsuccess = () => done(r.result); r.onerror = () => failed(r.error); });
              const kept = () => new Promise(done => { const r = database.transaction('meta').objectStore('meta').get('catalogueAt'); r.onsuccess = () => done(Boolean(r.result)); });
              while (!await kept()) await new Promise(done => setTimeout(done, 50));
              database.close();
            }
            """);
        await shop.CutAsync();
        await shop.OpenAsync("/shop");
        var products = shop.Page.GetByRole(AriaRole.List, new() { Name = "Products" }).GetByRole(AriaRole.Listitem);
        await Expect(products.First).ToBeVisibleAsync();
        await shop.Page.GetByLabel("Search the shop").FillAsync("basm");
        await Expect(shop.Page.GetByText("as this device last saw them")).ToBeVisibleAsync();
        await Expect(products.First).ToContainTextAsync("asmati");
        await products.First.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(shop.Page.GetByText("The price contains all taxes.")).ToBeVisibleAsync();
        string[] offline = ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch", "FetchEvent"];
        shop.Visitor.Complaints.Where(c => !offline.Any(c.Contains)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_app_can_be_installed()
    {
        await using var shop = await Shopping.BeginAsync(chromium, street.App, "tenant6");
        var devtools = await shop.Context.NewCDPSessionAsync(shop.Page);
        var manifest = (await devtools.SendAsync("Page.getAppManifest"))!.Value;
        manifest.GetProperty("errors").GetArrayLength().ShouldBe(0);
        var problems = (await devtools.SendAsync("Page.getInstallabilityErrors"))!.Value.GetProperty("installabilityErrors");
        problems.EnumerateArray().Select(e => e.GetProperty("errorId").GetString()).Where(e => e != "in-incognito").ShouldBeEmpty();
        shop.Visitor.Complaints.ShouldBeEmpty();
    }
}

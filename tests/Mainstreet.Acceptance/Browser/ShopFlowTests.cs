using System.Text.RegularExpressions;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>From the shelf to the door, as the customer and the clerk see it on their phones.</summary>
[Trait("kind", "browser")]
public sealed class ShopFlowTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    [Fact]
    public async Task An_order_is_chosen_paid_packed_brought_and_followed_on_the_map()
    {
        await using var shop = await Shopping.BeginAsync(chromium, street.App, "tenant7");
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk1", o =>
        {
            Shopping.Phone(o);
            o.Permissions = ["geolocation"];
            o.Geolocation = new Geolocation { Latitude = 12.9730f, Longitude = 77.6401f, Accuracy = 8 };
        });
        await clerk.OpenLiveAsync("/store");
        await Expect(clerk.Page.GetByText("Nothing to pack.")).ToBeVisibleAsync();

        var name = await shop.AddAsync();
        await shop.OrderAsync("UPI");
        var heading = shop.Page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("^Order [0-9]+") });
        await Expect(heading).ToBeVisibleAsync();
        var number = (await heading.TextContentAsync())!;
        await Expect(shop.Page.GetByRole(AriaRole.Img, new() { Name = "QR code for paying by UPI" })).ToBeVisibleAsync();
        await shop.Page.GetByRole(AriaRole.Link, new() { Name = "Pay on the payment page" }).ClickAsync();
        await shop.Page.GetByRole(AriaRole.Button, new() { Name = "Go on to pay" }).ClickAsync();
        await shop.Page.GetByRole(AriaRole.Button, new() { Name = "Pay", Exact = true }).ClickAsync();
        await Expect(heading).ToHaveTextAsync(number);
        await Expect(shop.Page.GetByText("Status: Paid")).ToBeVisibleAsync();

        // The clerk's page shows it by itself.
        var card = clerk.Page.GetByRole(AriaRole.Article, new() { Name = number });
        await Expect(card).ToContainTextAsync(name.Split(',')[0]);
        await NoSidewaysScrollAsync(clerk.Page);
        await card.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Packed") }).ClickAsync();
        await Expect(clerk.Page.GetByText("Nothing to pack.")).ToBeVisibleAsync();
        await Expect(shop.Page.GetByText("Status: Being packed")).ToBeVisibleAsync();
        await Expect(shop.Page.GetByRole(AriaRole.Link, new() { Name = "Invoice (PDF)" })).ToBeVisibleAsync();

        await clerk.OpenLiveAsync("/store/deliveries");
        await clerk.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Take it out") }).ClickAsync();
        await Expect(shop.Page.GetByText("Status: On its way")).ToBeVisibleAsync();
        await clerk.Page.GetByRole(AriaRole.Button, new() { Name = "Show customers where I am" }).ClickAsync();
        await Expect(clerk.Page.GetByText("Told, to within 8 m.")).ToBeVisibleAsync();
        await Expect(shop.Page.GetByText("The courier was seen")).ToBeVisibleAsync();
        await Expect(shop.Page.Locator(".map .point.courier")).ToBeVisibleAsync();
        var courier = shop.Page.Locator(".map .point.courier");
        var order = shop.Page.Url.Split('/')[^1];
        // The device does not know for a moment where it is, then does again: both are the browser's own events.
        await clerk.Context.SetGeolocationAsync(new Geolocation { Latitude = 12.5f, Longitude = 77.5f, Accuracy = 9 });
        await shop.Page.WaitForFunctionAsync(
            "async id => (await (await fetch(`/v1/orders/${id}`)).json()).position.lat === 12.5", order, new() { PollingInterval = 500 });
        await Expect(clerk.Page.GetByText("Told, to within 9 m.")).ToBeVisibleAsync();

        await Expect(courier).ToBeVisibleAsync();
        await NoSidewaysScrollAsync(shop.Page);

        await clerk.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Delivered") }).ClickAsync();
        await Expect(shop.Page.GetByText("Status: Delivered")).ToBeVisibleAsync();
        await Expect(clerk.Page.GetByText("Nothing is with you.")).ToBeVisibleAsync();

        await shop.TabAsync("You");
        await Expect(shop.Page.GetByText("To use")).ToBeVisibleAsync();
        await NoSidewaysScrollAsync(shop.Page);
        shop.Visitor.Complaints.ShouldBeEmpty();
        clerk.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_order_is_packed_and_brought_without_script()
    {
        await using var shop = await Shopping.BeginAsync(chromium, street.App, "tenant8");
        await shop.AddAsync(1);
        await shop.OrderAsync("Cash on delivery");
        var heading = shop.Page.GetByRole(AriaRole.Heading, new() { NameRegex = new Regex("^Order [0-9]+") });
        await Expect(heading).ToBeVisibleAsync();
        var number = (await heading.TextContentAsync())!;

        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk2", o => o.JavaScriptEnabled = false);
        await clerk.Page.GotoAsync("/store");
        await clerk.Page.GetByRole(AriaRole.Link, new() { Name = number, Exact = true }).ClickAsync();
        foreach (var act in new[] { "Packed", "Take it out", "Delivered" })
            await clerk.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^" + act) }).ClickAsync();
        await Expect(clerk.Page.GetByText("Status: Delivered")).ToBeVisibleAsync();
        await Expect(shop.Page.GetByText("Status: Delivered")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_checkout_fits_on_a_narrow_phone()
    {
        await using var shop = await Shopping.BeginAsync(chromium, street.App, "tenant6");
        await shop.Page.SetViewportSizeAsync(360, 740);
        await shop.AddAsync();
        await shop.TabAsync("Cart");
        await shop.Page.GetByRole(AriaRole.Link, new() { Name = "Check out" }).ClickAsync();
        await Expect(shop.Page.GetByLabel("Postal code")).ToBeVisibleAsync();
        await NoSidewaysScrollAsync(shop.Page);
        // What is cut off does not scroll.
        (await shop.Page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('main input, main button')].filter(e => e.getBoundingClientRect().right > e.closest('fieldset, main').getBoundingClientRect().right)
              .map(e => e.name || e.textContent)
            """)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_price_and_a_stock_are_changed(bool script)
    {
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk1", o => o.JavaScriptEnabled = script);
        var page = clerk.Page;
        await page.GotoAsync("/store/products?q=turmeric");
        var card = page.GetByRole(AriaRole.Article).First;
        var name = (await card.GetByRole(AriaRole.Heading).TextContentAsync())!;
        await card.GetByLabel("Price in INR").FillAsync("1.05");
        await card.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Save the price") }).ClickAsync();
        if (!script) await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        else await Expect(card.GetByLabel("Price in INR")).ToHaveAttributeAsync("value", "1.05");
        await page.GotoAsync($"/store/products?q={Uri.EscapeDataString(name)}");
        await card.GetByLabel("In the shop").FillAsync("77");
        await card.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Save the stock") }).ClickAsync();
        if (!script) await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        else await Expect(card.GetByText("77 to sell")).ToBeVisibleAsync();
        await page.GotoAsync($"/store/products?q={Uri.EscapeDataString(name)}");
        await Expect(card.GetByLabel("Price in INR")).ToHaveValueAsync("1.05");
        await Expect(card.GetByLabel("In the shop")).ToHaveValueAsync("77");
    }

    [Fact]
    public async Task A_guests_cart_comes_along_at_sign_in()
    {
        await using var guest = await Visitor.ComeAsync(chromium, street.App, Shopping.Phone);
        await guest.Page.GotoAsync("/shop?inStock=true");
        await guest.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Add ") }).Nth(2).ClickAsync();
        await guest.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Cart") }).ClickAsync();
        await guest.Page.GetByRole(AriaRole.Link, new() { Name = "Check out" }).ClickAsync();
        await guest.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
        await guest.Page.GetByLabel("E-mail").FillAsync("tenant9@demo.test");
        await guest.Page.GetByLabel("Password").FillAsync(Visitor.DemoPassword);
        await guest.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(guest.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Order for") })).ToBeVisibleAsync();
        await Expect(guest.Page.Locator("#sync")).ToBeHiddenAsync();
        await Expect(guest.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Cart 1") })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_goods_can_be_read_without_script()
    {
        await using var reader = await Visitor.ComeAsync(chromium, street.App, o => o.JavaScriptEnabled = false);
        await reader.Page.GotoAsync("/shop");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = "The goods can be read without it." }).ClickAsync();
        await reader.Page.GetByRole(AriaRole.Searchbox).FillAsync("turmeric");
        await reader.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(reader.Page.GetByRole(AriaRole.List, new() { Name = "Products" }).GetByRole(AriaRole.Listitem).First).ToContainTextAsync("urmeric");
    }

    private static async Task NoSidewaysScrollAsync(IPage page) =>
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth")).ShouldBeTrue();
}

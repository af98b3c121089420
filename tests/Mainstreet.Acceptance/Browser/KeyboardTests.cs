using Mainstreet.Testing;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

[Trait("kind", "browser")]
public sealed class KeyboardTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    [Fact]
    public async Task Sign_in_and_report_need_no_pointer()
    {
        await using var visitor = await Visitor.ComeAsync(chromium, street.App);
        var page = visitor.Page;
        await page.GotoAsync("/sign-in");
        await Expect(page.GetByLabel("E-mail")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("tenant3@demo.test");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(Visitor.DemoPassword);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();

        // The first stop of every page jumps over its navigation.
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();

        await TabToAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Report", Exact = true }));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Report a problem" })).ToBeVisibleAsync();
        await TabToAsync(page, page.GetByLabel("What is the problem?"));
        await VisibleFocusAsync(page);
        await page.Keyboard.TypeAsync("Window does not lock");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("The handle turns without catching.");
        await TabToAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Send report" }));
        await VisibleFocusAsync(page);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Window does not lock" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_product_is_found_and_put_into_the_cart_without_a_pointer()
    {
        await using var visitor = await Visitor.ComeAsync(chromium, street.App, Shopping.Phone);
        var page = visitor.Page;
        await page.GotoAsync("/shop");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Products" }).GetByRole(AriaRole.Listitem).First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" })).ToBeFocusedAsync();
        await TabToAsync(page, page.GetByLabel("Search the shop"));
        await page.Keyboard.TypeAsync("coconut");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Products" }).GetByRole(AriaRole.Listitem).First).ToContainTextAsync("oconut");
        var add = page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Add ") }).First;
        await TabToAsync(page, add);
        await VisibleFocusAsync(page);
        await page.Keyboard.PressAsync("Enter");
        // The button became the one for more, and the keyboard is still on it.
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^One .* more$") })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Group, new() { NameRegex = new("^Quantity of") }).GetByRole(AriaRole.Status)).ToHaveTextAsync("2");
        await TabToAsync(page, page.GetByRole(AriaRole.Link, new() { NameRegex = new("^Cart") }));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Cart" })).ToBeFocusedAsync();
        // News of the cart draws the view anew, news of who is here makes it anew: the keyboard stays where it was in both.
        foreach (var news in new[] { "cart", "session" })
        {
            await page.EvaluateAsync("async news => { document.querySelector('main h1').dataset.before = news; (await import('/shop/js/store.js')).changed(news); }", news);
            await Expect(page.Locator($"main h1:not([data-before={news}])")).ToBeFocusedAsync();
        }
    }

    private static async Task TabToAsync(IPage page, ILocator target)
    {
        for (var i = 0; i < 60; i++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement")) return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail("The Tab key does not lead there.");
    }

    private static async Task VisibleFocusAsync(IPage page) =>
        (await page.EvaluateAsync<double>("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")).ShouldBeGreaterThanOrEqualTo(2);
}

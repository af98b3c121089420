using System.Net.Http.Json;

using Mainstreet.Testing;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>The board of applications, with the mouse, by keys and without script.</summary>
[Trait("kind", "browser")]
public sealed class BoardTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    /// <summary>A card is taken where it has neither a link nor a field, which do something else when they are pulled.</summary>
    private static LocatorDragToOptions ByTheEdge => new() { SourcePosition = new() { X = 5, Y = 5 } };

    [Theory]
    [InlineData(true, "tenant6")]
    [InlineData(false, "tenant7")]
    public async Task A_posting_found_elsewhere_is_handed_in_byHand_and_moved(bool script, string name)
    {
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, name, o => o.JavaScriptEnabled = script);
        var page = visitor.Page;
        await page.GotoAsync("/careers/applications");
        await page.GetByLabel("Title").FillAsync("Night Baker");
        await page.GetByLabel("Company").FillAsync("Corner House");
        await page.GetByLabel("Address of the posting").FillAsync("https://corner.example/jobs/7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Night Baker" })).ToBeVisibleAsync();
        await page.GetByLabel("By hand").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what goes out" }).ClickAsync();
        await page.GetByLabel("I have handed it in").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Tick off the steps first");
        await page.GetByLabel("Send it, and see that the company confirms it").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the steps" }).ClickAsync();
        await page.GetByLabel("I have handed it in").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit" }).ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("submitted");

        await page.GotoAsync("/careers/applications");
        var column = page.GetByRole(AriaRole.Region, new() { NameRegex = new("^Submitted") });
        await Expect(column.GetByRole(AriaRole.Link, new() { Name = "Night Baker" })).ToBeVisibleAsync();
        await column.GetByLabel("Move Night Baker to").SelectOptionAsync("interview");
        await column.GetByRole(AriaRole.Button, new() { Name = "Move", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { NameRegex = new("^Interview") }).GetByRole(AriaRole.Link, new() { Name = "Night Baker" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_card_is_dragged_and_moved_by_keys_and_a_draft_asks_for_the_yes()
    {
        var user = await TestUser.SignInAsync(street.App, "tenant8@demo.test", Visitor.DemoPassword);
        var id = await AddAsync(user, "Shelf Filler");
        await AddAsync(user, "Draft Only");
        await SubmitAsync(user, id);
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, "tenant8");
        var page = visitor.Page;
        await visitor.OpenLiveAsync("/careers/applications");
        var card = page.Locator($"[data-card='{id}']");
        await card.DragToAsync(Column(page, "Interview"), ByTheEdge);
        await Expect(Column(page, "Interview").Locator($"[data-card='{id}']")).ToBeVisibleAsync();
        await Expect(page.Locator("#board-say")).ToContainTextAsync("Shelf Filler is now in Interview.");

        // A column that it may not move to does not take it.
        await card.DragToAsync(Column(page, "Draft"), ByTheEdge);
        await Expect(Column(page, "Interview").Locator($"[data-card='{id}']")).ToBeVisibleAsync();

        await card.GetByRole(AriaRole.Button, new() { NameRegex = new("^Move by keys") }).FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(Column(page, "Offer").Locator($"[data-card='{id}']")).ToBeVisibleAsync();
        await Expect(card.GetByRole(AriaRole.Button, new() { NameRegex = new("^Move by keys") })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(Column(page, "Interview").Locator($"[data-card='{id}']")).ToBeVisibleAsync();

        // What somebody does elsewhere shows here.
        await user.Http.PatchAsJsonAsync($"/v1/hunter/submissions/{id}", new { state = "rejected" });
        await Expect(Column(page, "Rejected").Locator($"[data-card='{id}']")).ToBeVisibleAsync();

        await Column(page, "Draft").Locator(".card").DragToAsync(Column(page, "Submitted"), ByTheEdge);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Draft Only" })).ToBeVisibleAsync();
    }

    private static ILocator Column(IPage page, string name) => page.GetByRole(AriaRole.Region, new() { NameRegex = new($"^{name}") });

    private static async Task<Guid> AddAsync(TestUser user, string title)
    {
        using var answer = await user.Http.PostAsJsonAsync("/v1/hunter/submissions", new { title });
        return (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("id").GetGuid();
    }

    private static async Task SubmitAsync(TestUser user, Guid id)
    {
        string[] steps = ["sent"];
        using var ticked = await user.Http.PatchAsJsonAsync($"/v1/hunter/submissions/{id}", new { checklist = steps });
        using var submitted = await user.Http.PostAsJsonAsync($"/v1/hunter/submissions/{id}/submit", new { confirm = true });
        submitted.EnsureSuccessStatusCode();
    }
}

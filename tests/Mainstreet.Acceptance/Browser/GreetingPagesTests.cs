using System.Text;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>The pages of Occasions as a clerk uses them, with and without script.</summary>
[Trait("kind", "browser")]
public sealed class GreetingPagesTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    [Fact]
    public async Task A_recipient_is_added_paused_and_removed()
    {
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk1");
        await AddPauseRemoveAsync(clerk.Page, "Olive Marchetti");
        // The look at the page of somebody who was removed.
        clerk.Complaints.ShouldHaveSingleItem().ShouldContain("404");
    }

    [Fact]
    public async Task A_page_is_not_fetched_anew_while_what_it_shows_is_removed()
    {
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk1");
        var page = clerk.Page;
        var address = await AddAsync(page, "Odile Ferrant");
        var (leaving, fetched) = (false, 0);
        page.Request += (_, request) =>
        {
            if (leaving && request.ResourceType == "fetch" && request.Url == address) fetched++;
        };
        await page.RouteAsync("**/v1/recipients/*", async route =>
        {
            // News comes while the removal is on its way.
            leaving = true;
            await page.EvaluateAsync("import('/js/regions.js').then(regions => regions.refresh())");
            await route.ContinueAsync();
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove Odile Ferrant" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Recipients", Exact = true })).ToBeVisibleAsync();
        leaving.ShouldBeTrue();
        fetched.ShouldBe(0);
        clerk.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_recipient_is_added_paused_and_removed_without_script()
    {
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk2", o => o.JavaScriptEnabled = false);
        await AddPauseRemoveAsync(clerk.Page, "Otto Brightwater");
    }

    [Fact]
    public async Task A_wrong_zone_is_told_at_the_form_with_one_that_was_meant()
    {
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk1");
        await clerk.Page.GotoAsync("/occasions/recipients/new");
        await clerk.Page.GetByLabel("First name").FillAsync("Ada");
        await clerk.Page.GetByLabel("Last name").FillAsync("Quill");
        await clerk.Page.GetByLabel("Time zone").FillAsync("Europe/Berln");
        await clerk.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(clerk.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Europe/Berlin");
        await Expect(clerk.Page.GetByLabel("Time zone")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_is_imported_and_its_bad_rows_are_told(bool script)
    {
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk1", o => o.JavaScriptEnabled = script);
        var mark = script ? "Scripted" : "Plain";
        var file = new StringBuilder("firstName,lastName,birthday,timeZone\n");
        for (var i = 0; i < 1_500; i++) file.Append(System.Globalization.CultureInfo.InvariantCulture, $"{mark}{i},Import,--06-15,{(i == 700 ? "Nowhere" : "Europe/Rome")}\n");
        await clerk.Page.GotoAsync("/occasions/recipients");
        await clerk.Page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = "people.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(file.ToString()) });
        await clerk.Page.GetByRole(AriaRole.Button, new() { Name = "Import" }).ClickAsync();
        await Expect(clerk.Page.GetByText("Line 702")).ToBeVisibleAsync();
        await Expect(clerk.Page.Locator("[data-import-result]")).ToContainTextAsync("1,499");
        if (script) await Expect(clerk.Page.Locator("[data-import-text]")).ToContainTextAsync("1,499 added, 1 not taken");
        await clerk.Page.GetByRole(AriaRole.Searchbox).FillAsync($"{mark}1499");
        await clerk.Page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(clerk.Page.GetByRole(AriaRole.Link, new() { Name = $"{mark}1499 Import" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_template_is_previewed_while_it_is_written_and_saved()
    {
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk1");
        var page = clerk.Page;
        await page.GotoAsync("/occasions/templates?occasion=anniversary&language=fr");
        await page.GetByLabel("Subject").FillAsync("Bravo {{firstName}}, {{years}} !");
        await Expect(page.Locator("[data-preview-subject]")).ToHaveTextAsync("Bravo Maria, 40 !");
        await page.GetByLabel("Text").FillAsync("{{oops}}");
        await Expect(page.Locator("[data-preview-body]")).ToContainTextAsync("unknown variable 'oops'");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("line 1, column 1");
        await page.GetByLabel("Text").FillAsync("Félicitations de {{businessName}}.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Go back to the built-in words" }).ClickAsync();
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("Heureux jour anniversaire, {{firstName}} !");
    }

    [Fact]
    public async Task A_template_is_previewed_and_saved_without_script()
    {
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk2", o => o.JavaScriptEnabled = false);
        var page = clerk.Page;
        await page.GotoAsync("/occasions/templates?occasion=birthday&language=es");
        await page.GetByLabel("Subject").FillAsync("Hola {{firstName}}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        await Expect(page.Locator("[data-preview-subject]")).ToHaveTextAsync("Hola Maria");
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("Hola {{firstName}}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await page.GotoAsync("/occasions/templates?occasion=birthday&language=es");
        await Expect(page.GetByLabel("Subject")).ToHaveValueAsync("Hola {{firstName}}");
    }

    [Fact]
    public async Task A_pause_and_a_suppressed_address_are_kept()
    {
        await using var clerk = await Visitor.SignInAsync(chromium, street.App, "clerk1");
        var page = clerk.Page;
        await page.GotoAsync("/occasions/settings");
        await page.GetByLabel("Hold anniversaries").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Hold anniversaries")).ToBeCheckedAsync();
        // A page that does not say "Saved." yet: what is typed before the page after this save would be lost with the page.
        await page.GotoAsync("/occasions/settings");
        await page.GetByLabel("Hold anniversaries").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Hold anniversaries")).Not.ToBeCheckedAsync();

        await page.GetByLabel("Address", new() { Exact = true }).FillAsync("No.More@Example.test");
        await page.GetByRole(AriaRole.Button, new() { Name = "Suppress" }).ClickAsync();
        await Expect(page.GetByText("no.more@example.test", new() { Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Lift for no.more@example.test" }).ClickAsync();
        await Expect(page.GetByText("no.more@example.test", new() { Exact = true })).ToHaveCountAsync(0);
    }

    /// <returns>The address of the page of the one who was added, which is open.</returns>
    private static async Task<string> AddAsync(IPage page, string name)
    {
        await page.GotoAsync("/occasions/recipients/new");
        await page.GetByLabel("First name").FillAsync(name.Split(' ')[0]);
        await page.GetByLabel("Last name").FillAsync(name.Split(' ')[1]);
        await page.GetByLabel("Birthday").FillAsync("--08-30");
        await page.GetByLabel("Time zone").FillAsync("Europe/Oslo");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Recipients", Exact = true })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Next greetings" })).ToContainTextAsync("Birthday");
        return page.Url;
    }

    private static async Task AddPauseRemoveAsync(IPage page, string name)
    {
        var address = await AddAsync(page, name);
        await page.GetByLabel("Delivery").SelectOptionAsync("true");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved.").Or(page.GetByRole(AriaRole.Heading, new() { Name = "Recipients", Exact = true }))).ToBeVisibleAsync();
        await page.GotoAsync(address);
        await Expect(page.GetByLabel("Delivery")).ToHaveValueAsync("true");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Remove {name}" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Recipients", Exact = true })).ToBeVisibleAsync();
        (await page.GotoAsync(address))!.Status.ShouldBe(404);
    }
}

using System.Globalization;

using Mainstreet.Testing;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>The pages in a browser that runs no script.</summary>
[Trait("kind", "browser")]
public sealed class WithoutScriptTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    private static void NoScript(BrowserNewContextOptions options) => options.JavaScriptEnabled = false;

    [Fact]
    public async Task A_report_with_a_photo_goes_all_the_way()
    {
        await using var tenant = await Visitor.SignInAsync(chromium, street.App, "tenant4", NoScript);
        var page = tenant.Page;
        await page.GotoAsync("/report");
        await page.GetByLabel("What is the problem?").FillAsync("Radiator cold in the hall");
        await page.GetByLabel("Tell us more").FillAsync("No heat, the boiler runs.");
        await page.GetByLabel("Photos", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = "a.png", MimeType = "image/png", Buffer = await page.ScreenshotAsync() });
        await page.GetByRole(AriaRole.Button, new() { Name = "Send report" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Radiator cold in the hall" })).ToBeVisibleAsync();
        await Expect(page.GetByAltText("Photo of the problem")).ToHaveCountAsync(1);
        var address = new Uri(page.Url).AbsolutePath;

        await page.GotoAsync("/tickets");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Radiator cold in the hall" })).ToBeVisibleAsync();

        await using var agent = await Visitor.SignInAsync(chromium, street.App, "agent1", NoScript);
        await agent.Page.GotoAsync(address);
        await agent.Page.GetByLabel("Trade", new() { Exact = true }).SelectOptionAsync("Heating & air");
        await agent.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm trade" }).ClickAsync();
        var pick = agent.Page.GetByRole(AriaRole.Region, new() { Name = "Candidates, best first" }).GetByRole(AriaRole.Checkbox).First;
        var id = Guid.Parse((await pick.GetAttributeAsync("value"))!).ToString("N");
        await pick.CheckAsync();
        await agent.Page.GetByRole(AriaRole.Button, new() { Name = "Send offers" }).ClickAsync();
        await Expect(agent.Page.GetByText("Status: Offered")).ToBeVisibleAsync();

        var number = int.Parse(id[^8..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        await using var contractor = await Visitor.SignInAsync(chromium, street.App, $"contractor{number}", NoScript);
        await contractor.Page.GotoAsync("/offers");
        await contractor.Page.GetByRole(AriaRole.Article).Filter(new() { HasText = "Radiator cold" }).GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await contractor.Page.GetByRole(AriaRole.Button, new() { Name = "Start work" }).ClickAsync();
        await contractor.Page.GetByLabel("What did you do?").FillAsync("Bled the radiator.");
        await contractor.Page.GetByLabel("Price in USD").FillAsync("60");
        await contractor.Page.GetByRole(AriaRole.Button, new() { Name = "Complete" }).ClickAsync();
        await Expect(contractor.Page.GetByText("Status: Completed")).ToBeVisibleAsync();

        await page.GotoAsync(address);
        await page.GetByLabel("4 stars").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Rate" }).ClickAsync();
        await Expect(page.GetByText("Status: Closed")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_form_that_is_refused_comes_back_as_it_was_filled_in()
    {
        await using var tenant = await Visitor.SignInAsync(chromium, street.App, "tenant5", NoScript);
        var page = tenant.Page;
        await page.GotoAsync("/report");
        await page.GetByLabel("What is the problem?").FillAsync("Door sticks");
        await page.GetByLabel("Tell us more").FillAsync("It does not <open>.");
        await page.GetByLabel("Latitude").FillAsync("140");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send report" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("latitude is needed, in degrees from -90 to 90");
        await Expect(page.GetByLabel("What is the problem?")).ToHaveValueAsync("Door sticks");
        await Expect(page.GetByLabel("Tell us more")).ToHaveValueAsync("It does not <open>.");
    }

    [Fact]
    public async Task Wrong_credentials_and_a_profile_are_handled_by_the_forms()
    {
        await using var visitor = await Visitor.ComeAsync(chromium, street.App, NoScript);
        await visitor.Page.GotoAsync("/sign-in");
        await visitor.Page.GetByLabel("E-mail").FillAsync("contractor7@demo.test");
        await visitor.Page.GetByLabel("Password").FillAsync("Not-the-password-1");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The e-mail or the password is wrong.");
        await visitor.Page.GetByLabel("Password").FillAsync(Visitor.DemoPassword);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await visitor.Page.GotoAsync("/profile");
        await visitor.Page.GetByLabel("Name that people see").FillAsync("Seven Trades");
        await visitor.Page.GetByLabel("Busy").CheckAsync();
        await visitor.Page.GetByLabel("Painting").CheckAsync();
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(visitor.Page.GetByText("Saved.")).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByLabel("Name that people see")).ToHaveValueAsync("Seven Trades");
        await Expect(visitor.Page.GetByLabel("Painting")).ToBeCheckedAsync();
        await Expect(visitor.Page.GetByLabel("Busy")).ToBeCheckedAsync();
    }

    [Fact]
    public async Task A_form_from_another_site_is_refused()
    {
        await using var tenant = await Visitor.SignInAsync(chromium, street.App, "tenant6", NoScript);
        var answer = await tenant.Context.APIRequest.PostAsync("/report", new() { Form = tenant.Context.APIRequest.CreateFormData().Set("title", "x") });
        answer.Status.ShouldBe(400);
    }
}

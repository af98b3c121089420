using Mainstreet.Testing;

using Microsoft.Playwright;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>An offer's buttons go the moment it is over, whoever ended it.</summary>
[Trait("kind", "browser")]
public sealed class LiveOfferTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    private const string Title = "Mice in the kitchen";

    [Fact]
    public async Task A_cancelled_ticket_takes_the_buttons_away()
    {
        await using var agent = await Visitor.SignInAsync(chromium, street.App, "agent1");
        await agent.Page.GotoAsync("/tickets?status=offered");
        await agent.Page.GetByRole(AriaRole.Link, new() { Name = Title }).ClickAsync();
        await agent.ExpectLiveAsync();
        var row = agent.Page.Locator("[data-offer-row]").First;
        var id = Guid.Parse((await row.GetAttributeAsync("data-offer-row"))!).ToString("N");
        await using var contractor = await Visitor.SignInAsync(chromium, street.App, $"contractor{Convert.ToInt32(id[^8..], 16)}");
        await contractor.OpenLiveAsync("/offers");
        var offer = contractor.Page.GetByRole(AriaRole.Article).Filter(new() { HasText = Title });
        await Expect(offer.GetByRole(AriaRole.Button, new() { Name = "Accept" })).ToBeVisibleAsync();

        await agent.Page.GetByText("Cancel the ticket").First.ClickAsync();
        await agent.Page.GetByLabel("Reason").FillAsync("The cat came home.");
        await agent.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel the ticket" }).ClickAsync();
        await Expect(contractor.Page.GetByRole(AriaRole.Button, new() { Name = "Accept" }).And(offer.GetByRole(AriaRole.Button))).ToHaveCountAsync(0);
        await Expect(agent.Page.GetByText("Status: Cancelled")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_offer_whose_time_is_up_loses_its_buttons_without_a_server()
    {
        await using var contractor = await Visitor.SignInAsync(chromium, street.App, await AskedAsync());
        await contractor.Page.Clock.InstallAsync();
        await contractor.OpenLiveAsync("/offers");
        var accept = contractor.Page.GetByRole(AriaRole.Article).First.GetByRole(AriaRole.Button, new() { Name = "Accept" });
        await Expect(accept).ToBeVisibleAsync();
        await contractor.Context.SetOfflineAsync(true);
        // The demo's offers stand for a day.
        await contractor.Page.Clock.FastForwardAsync("25:00:00");
        await Expect(contractor.Page.GetByRole(AriaRole.Button, new() { Name = "Accept" })).ToHaveCountAsync(0);
        await Expect(contractor.Page.GetByText("The time ran out.").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_is_being_typed_survives_what_others_do()
    {
        await using var tenant = await Visitor.SignInAsync(chromium, street.App, "tenant2");
        await tenant.Page.GotoAsync("/tickets");
        await tenant.Page.GetByRole(AriaRole.Link, new() { Name = "Lights flicker" }).ClickAsync();
        await tenant.ExpectLiveAsync();
        await using var agent = await Visitor.SignInAsync(chromium, street.App, "agent1");
        await agent.OpenLiveAsync(new Uri(tenant.Page.Url).AbsolutePath);
        await agent.Page.GetByLabel("Note").FillAsync("Ask for the fuse box");

        await tenant.Page.GetByLabel("Add photos").SetInputFilesAsync(new FilePayload { Name = "hall.png", MimeType = "image/png", Buffer = await tenant.Page.ScreenshotAsync() });
        await tenant.Page.GetByRole(AriaRole.Button, new() { Name = "Upload" }).ClickAsync();
        await Expect(agent.Page.GetByAltText("Photo of the problem")).ToHaveCountAsync(1);
        await Expect(tenant.Page.GetByAltText("Photo of the problem")).ToHaveCountAsync(1);
        await Expect(agent.Page.GetByLabel("Note")).ToHaveValueAsync("Ask for the fuse box");

        // Once the form makes no sense any more it goes, typed in or not.
        await tenant.Page.GetByText("Not needed any more?").ClickAsync();
        await tenant.Page.GetByLabel("Why do you cancel?").FillAsync("Bulb was loose.");
        await tenant.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel the ticket" }).ClickAsync();
        await Expect(agent.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm trade" })).ToHaveCountAsync(0);
    }

    private async Task<string> AskedAsync()
    {
        await using var agent = await Visitor.SignInAsync(chromium, street.App, "agent1");
        await agent.Page.GotoAsync("/tickets?status=offered");
        await agent.Page.GetByRole(AriaRole.Link, new() { Name = "Bedroom door" }).ClickAsync();
        var id = Guid.Parse((await agent.Page.Locator("[data-offer-row]").First.GetAttributeAsync("data-offer-row"))!).ToString("N");
        return $"contractor{Convert.ToInt32(id[^8..], 16)}";
    }
}

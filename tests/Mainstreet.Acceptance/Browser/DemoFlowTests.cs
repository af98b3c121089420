using System.Globalization;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>From the report to the rating in four browsers, each of which hears of the others' acts without a reload.</summary>
[Trait("kind", "browser")]
public sealed class DemoFlowTests(Chromium chromium)
{
    private const string Title = "Bathroom tap drips all night";

    [Theory]
    [EachEngine]
    public async Task A_report_with_a_photo_becomes_a_rated_job(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, Street.Settings, seed: true);
        await using var tenant = await Visitor.SignInAsync(chromium, app, "tenant1");
        await using var agent = await Visitor.SignInAsync(chromium, app, "agent1");
        await agent.OpenLiveAsync("/triage");
        await agent.MarkAsync();

        await ReportAsync(tenant);
        await tenant.ExpectLiveAsync();
        await tenant.MarkAsync();
        var address = new Uri(tenant.Page.Url).AbsolutePath;

        // The queue shows the new ticket by itself.
        var queued = agent.Page.GetByRole(AriaRole.Link, new() { Name = Title });
        await Expect(queued).ToBeVisibleAsync();
        await agent.ShouldNotHaveReloadedAsync();
        await queued.ClickAsync();
        await agent.ExpectLiveAsync();
        await agent.MarkAsync();
        await agent.Page.GetByLabel("Trade", new() { Exact = true }).SelectOptionAsync("Plumbing");
        await agent.Page.GetByLabel("Estimate from").FillAsync("80");
        await agent.Page.GetByLabel("to", new() { Exact = true }).FillAsync("140.50");
        await agent.Page.GetByRole(AriaRole.Button, new() { Name = "Confirm trade" }).ClickAsync();
        await Expect(StatusOf(tenant, "Triaged")).ToBeVisibleAsync();
        await Expect(tenant.Page.GetByText("$80.00 – $140.50")).ToBeVisibleAsync();

        // Two contractors wait for work; the agent picks exactly them.
        var picks = agent.Page.GetByRole(AriaRole.Region, new() { Name = "Candidates, best first" }).GetByRole(AriaRole.Checkbox);
        await Expect(picks.First).ToBeVisibleAsync();
        var (first, second) = (picks.Nth(0), picks.Nth(1));
        await using var winner = await Visitor.SignInAsync(chromium, app, await ContractorAsync(first));
        await using var loser = await Visitor.SignInAsync(chromium, app, await ContractorAsync(second));
        foreach (var contractor in new[] { winner, loser })
        {
            await contractor.OpenLiveAsync("/offers");
            await contractor.MarkAsync();
        }

        await first.CheckAsync();
        await second.CheckAsync();
        await agent.Page.GetByRole(AriaRole.Button, new() { Name = "Send offers" }).ClickAsync();
        var (won, lost) = (OfferOf(winner), OfferOf(loser));
        await Expect(won.GetByRole(AriaRole.Timer)).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^\d+:\d\d$"));
        await Expect(lost.GetByRole(AriaRole.Button, new() { Name = "Accept" })).ToBeVisibleAsync();

        await won.GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await Expect(lost.GetByRole(AriaRole.Button, new() { Name = "Accept" })).ToHaveCountAsync(0);
        await Expect(loser.Page.GetByRole(AriaRole.Region, new() { Name = "Decided lately" }).GetByText("Taken by somebody else").First).ToBeVisibleAsync();
        await loser.ShouldNotHaveReloadedAsync();
        await winner.ShouldNotHaveReloadedAsync();
        await Expect(StatusOf(tenant, "Accepted")).ToBeVisibleAsync();
        await Expect(StatusOf(agent, "Accepted")).ToBeVisibleAsync();

        await WorkAsync(winner, address);
        await Expect(StatusOf(agent, "Completed")).ToBeVisibleAsync();
        await agent.ShouldNotHaveReloadedAsync();

        await tenant.Page.GetByLabel("5 stars").CheckAsync();
        await tenant.Page.GetByLabel("Comment").FillAsync("Quick and clean.");
        await tenant.Page.GetByRole(AriaRole.Button, new() { Name = "Rate" }).ClickAsync();
        await Expect(StatusOf(tenant, "Closed")).ToBeVisibleAsync();
        await tenant.ShouldNotHaveReloadedAsync();
        await Expect(StatusOf(winner, "Closed")).ToBeVisibleAsync();
        var lines = await tenant.Page.GetByRole(AriaRole.Region, new() { Name = "What happened" }).GetByRole(AriaRole.Listitem).AllInnerTextsAsync();
        string.Join('\n', lines).ShouldSatisfyAllConditions(
            text => text.ShouldContain("Reported"), text => text.ShouldContain("Photo added"), text => text.ShouldContain("Trade confirmed: plumbing"),
            text => text.ShouldContain("Offered to 2 contractors"), text => text.ShouldContain("Work completed"), text => text.ShouldContain("Rated 5 of 5"));
        foreach (var visitor in new[] { tenant, agent, winner, loser }) visitor.Complaints.ShouldBeEmpty();
    }

    private static async Task ReportAsync(Visitor tenant)
    {
        await tenant.Page.GotoAsync("/report");
        await tenant.Page.GetByLabel("What is the problem?").FillAsync(Title);
        await tenant.Page.GetByLabel("Tell us more").FillAsync("The tap in the bathroom drips and the sink drain is slow.");
        await tenant.Page.GetByLabel("How urgent is it?").SelectOptionAsync("High: today if possible");
        var photo = await tenant.Page.ScreenshotAsync();
        await tenant.Page.GetByLabel("Photos", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = "tap.png", MimeType = "image/png", Buffer = photo });
        await Expect(tenant.Page.GetByAltText("Preview of tap.png")).ToBeVisibleAsync();
        await tenant.Page.GetByRole(AriaRole.Button, new() { Name = "Send report" }).ClickAsync();
        await Expect(tenant.Page.GetByRole(AriaRole.Heading, new() { Name = Title })).ToBeVisibleAsync();
        await Expect(StatusOf(tenant, "Submitted")).ToBeVisibleAsync();
        var picture = tenant.Page.GetByAltText("Photo of the problem");
        await picture.ScrollIntoViewIfNeededAsync();
        await Expect(picture).ToHaveJSPropertyAsync("complete", true);
        (await picture.EvaluateAsync<int>("image => image.naturalWidth")).ShouldBeGreaterThan(0);
    }

    private static async Task WorkAsync(Visitor contractor, string address)
    {
        await contractor.Page.GetByRole(AriaRole.Link, new() { Name = "Jobs" }).ClickAsync();
        await contractor.Page.WaitForURLAsync("**/jobs", new() { WaitUntil = WaitUntilState.Commit });
        // Before its script is there the form posts as forms do, and leads to the ticket instead of staying on the list.
        await contractor.ExpectLiveAsync();
        await contractor.Page.GetByRole(AriaRole.Article).Filter(new() { HasText = Title }).GetByRole(AriaRole.Button, new() { Name = "Start work" }).ClickAsync();
        await contractor.Page.GetByRole(AriaRole.Article).Filter(new() { HasText = Title }).GetByRole(AriaRole.Link, new() { Name = "Complete" }).ClickAsync();
        await contractor.Page.WaitForURLAsync("**" + address + "*", new() { WaitUntil = WaitUntilState.Commit });
        await contractor.ExpectLiveAsync();
        await contractor.Page.GetByLabel("What did you do?").FillAsync("New washer, drain cleared.");
        await contractor.Page.GetByLabel("Price in USD").FillAsync("120,50");
        await contractor.Page.GetByLabel("Photos as proof").SetInputFilesAsync(new FilePayload
        {
            Name = "after.png", MimeType = "image/png", Buffer = await contractor.Page.ScreenshotAsync(),
        });
        await contractor.Page.GetByRole(AriaRole.Button, new() { Name = "Complete" }).ClickAsync();
        await Expect(StatusOf(contractor, "Completed")).ToBeVisibleAsync();
        await Expect(contractor.Page.GetByText("$120.50")).ToBeVisibleAsync();
        await Expect(contractor.Page.GetByAltText("Proof of the finished work")).ToBeAttachedAsync();
    }

    private static ILocator OfferOf(Visitor contractor) => contractor.Page.GetByRole(AriaRole.Article).Filter(new() { HasText = Title });

    private static ILocator StatusOf(Visitor visitor, string status) => visitor.Page.GetByText($"Status: {status}");

    /// <summary>The demo account of a candidate: the profile's id ends with the account's number.</summary>
    private static async Task<string> ContractorAsync(ILocator pick)
    {
        var id = Guid.Parse((await pick.GetAttributeAsync("value"))!).ToString("N");
        return $"contractor{int.Parse(id[^8..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)}";
    }
}

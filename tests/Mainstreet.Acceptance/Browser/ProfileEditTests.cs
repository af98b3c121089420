using System.Text;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>The profile's forms, with and without script.</summary>
[Trait("kind", "browser")]
public sealed class ProfileEditTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    [Theory]
    [InlineData(true, "tenant2")]
    [InlineData(false, "tenant3")]
    public async Task A_profile_is_written_field_by_field_and_published(bool script, string name)
    {
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, name, o => o.JavaScriptEnabled = script);
        var page = visitor.Page;
        await page.GotoAsync("/careers/profile");
        var basics = page.GetByRole(AriaRole.Region, new() { Name = "Who you are" });
        await basics.GetByLabel("Name").FillAsync("Nora <Vance>");
        await basics.GetByLabel("Headline").FillAsync("Shop manager");
        await basics.GetByLabel("E-mail").FillAsync("nora@example.test");
        await basics.GetByLabel("City").FillAsync("Hudson");
        await basics.GetByLabel("Summary").FillAsync("Runs shops.\nKnows the numbers.");
        await SaveAsync(page, basics);
        await Expect(basics.GetByLabel("Name")).ToHaveValueAsync("Nora <Vance>");

        var work = Section(page, "Experience");
        await work.GetByText("Add", new() { Exact = true }).ClickAsync();
        var entry = work.Locator("details[open]");
        await entry.GetByLabel("Position").FillAsync("Shop manager");
        await entry.GetByLabel("Name").FillAsync("Harbour Foods");
        await entry.GetByLabel("Start date").FillAsync("2021-13");
        await entry.GetByLabel("Highlights").FillAsync("Trained 12 colleagues\nCounted the stock");
        await entry.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("startDate");

        await work.GetByText("Add", new() { Exact = true }).ClickAsync();
        await entry.GetByLabel("Position").FillAsync("Shop manager");
        await entry.GetByLabel("Name").FillAsync("Harbour Foods");
        await entry.GetByLabel("Start date").FillAsync("2021-03");
        await entry.GetByLabel("Highlights").FillAsync("Trained 12 colleagues\nCounted the stock");
        await SaveAsync(page, entry);
        await work.Locator("summary", new() { HasText = "Shop manager, Harbour Foods" }).ClickAsync();
        await Expect(entry.GetByLabel("Highlights")).ToHaveValueAsync("Trained 12 colleagues\nCounted the stock");
        await entry.GetByLabel("End date").FillAsync("2024");
        await SaveAsync(page, entry);

        var skills = Section(page, "Skills");
        foreach (var skill in new[] { "Baking", "Juggling" })
        {
            await skills.GetByText("Add", new() { Exact = true }).ClickAsync();
            await skills.Locator("details[open]").GetByLabel("Name").FillAsync(skill);
            await SaveAsync(page, skills.Locator("details[open]"));
        }

        await skills.Locator("summary", new() { HasText = "Juggling" }).ClickAsync();
        await skills.GetByRole(AriaRole.Button, new() { Name = "Remove Juggling" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await Expect(skills.GetByText("Juggling")).ToHaveCountAsync(0);
        await Expect(skills.Locator("summary", new() { HasText = "Baking" })).ToBeVisibleAsync();

        await page.GetByLabel("One a line: key: name: sections: words").FillAsync("shops: Shops: work: stock");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the masks" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await page.GetByLabel("Address", new() { Exact = true }).FillAsync($"nora-{name}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = $"/cv/nora-{name}" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Nora <Vance>", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByText("nora@example.test")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Shops" }).ClickAsync();
        await Expect(page.GetByText("Counted the stock")).ToBeVisibleAsync();
        await Expect(page.GetByText("Baking")).ToHaveCountAsync(0);

        await page.GotoAsync("/careers/profile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Take it back" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        (await page.GotoAsync($"/cv/nora-{name}"))!.Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_file_replaces_the_profile_and_one_without_text_changes_nothing()
    {
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, "tenant4");
        var page = visitor.Page;
        await page.GotoAsync("/careers/profile");
        await ReadAsync(Candidates.ResumeFile);
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Who you are" }).GetByLabel("Name")).ToHaveValueAsync("Nora Vance");
        await ReadAsync(new FilePayload { Name = "scan.pdf", MimeType = "application/pdf", Buffer = Encoding.ASCII.GetBytes("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF") });
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Who you are" }).GetByLabel("Name")).ToHaveValueAsync("Nora Vance");

        async Task ReadAsync(FilePayload file)
        {
            await page.GetByLabel("JSON Resume, PDF or DOCX").SetInputFilesAsync(file);
            await page.GetByRole(AriaRole.Button, new() { Name = "Read", Exact = true }).ClickAsync();
        }
    }

    private static ILocator Section(IPage page, string title) => page.GetByRole(AriaRole.Region, new() { NameRegex = new($"^{title} ") });

    private static async Task SaveAsync(IPage page, ILocator form)
    {
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
    }
}

using System.Text;

using Mainstreet.Testing;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>The assistant beside the editor, by keys: a question, a diff looked at and taken over, and what it cannot do.</summary>
[Trait("kind", "browser")]
public sealed class AssistantPanelTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    // The compiler is loaded with the first question.
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = 90_000 };

    [Fact]
    public async Task An_error_is_mended_by_a_change_that_one_sees_first()
    {
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, "tenant5");
        var page = visitor.Page;
        var user = await TestUser.SignInAsync(street.App, "tenant5@demo.test", Visitor.DemoPassword);
        using var made = await user.Http.PostAsync("/v1/projects", new StringContent("""{"name":"Prices"}""", Encoding.UTF8, "application/json"));
        var address = made.Headers.Location!.ToString();
        using var written = await user.Http.PutAsync($"{address}/files/Price.cs", new StringContent("class Price\n{\n    string Text(int cents)\n    {\n        return cents;\n    }\n}\n"));
        written.EnsureSuccessStatusCode();
        await visitor.OpenLiveAsync($"/studio/projects/{address.Split('/')[^1]}?file=Price.cs");
        await Expect(page.Locator(".studio-code")).ToBeVisibleAsync();

        await page.GetByLabel("What shall it do?").SelectOptionAsync("fix");
        await page.GetByLabel("In your words").FocusAsync();
        await page.Keyboard.PressAsync("Control+Enter");
        var diff = page.GetByLabel("Change of Price.cs").And(page.Locator("pre"));
        await Expect(diff).ToBeVisibleAsync(Patient);
        await Expect(diff.Locator(".added")).ToContainTextAsync(["+++", "return cents.ToString();"]);
        await Expect(page.Locator("#assistant-state")).ToContainTextAsync("Checked");
        (await user.Http.GetStringAsync($"{address}/files/Price.cs")).ShouldContain("return cents;", Case.Sensitive, "nothing changes before it is taken over");

        await page.GetByRole(AriaRole.Button, new() { Name = "Take it over" }).ClickAsync();
        await Expect(page.Locator("#assistant-state")).ToContainTextAsync("Taken over");
        (await user.Http.GetStringAsync($"{address}/files/Price.cs")).ShouldContain("return cents.ToString();");
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Contents of Price.cs" })).ToContainTextAsync("cents.ToString()");

        await page.GetByLabel("What shall it do?").SelectOptionAsync("generate");
        await page.GetByLabel("In your words").FillAsync("a poem about bread");
        await page.GetByRole(AriaRole.Button, new() { Name = "Ask", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("needs a model");
        visitor.Complaints.ShouldBeEmpty();
    }
}

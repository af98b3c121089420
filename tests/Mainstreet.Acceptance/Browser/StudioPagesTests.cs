using Mainstreet.Testing;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>A project made, written, looked back on and taken back, with the editor and without script.</summary>
[Trait("kind", "browser")]
public sealed class StudioPagesTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    [Theory]
    [InlineData(true, "tenant1")]
    [InlineData(false, "tenant2")]
    public async Task A_site_is_made_changed_and_taken_back(bool script, string name)
    {
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, name, o => o.JavaScriptEnabled = script);
        var page = visitor.Page;
        await page.GotoAsync("/studio");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Corner site");
        await page.GetByLabel("Blank site").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "index.html" })).ToBeVisibleAsync();

        var text = page.GetByRole(AriaRole.Textbox, new() { Name = "Contents of index.html" });
        await Expect(text).ToBeVisibleAsync();
        if (script)
        {
            // The editor, by keys alone.
            await Expect(page.Locator(".studio-code")).ToBeVisibleAsync();
            await text.FocusAsync();
            await page.Keyboard.PressAsync("Control+Home");
            await page.Keyboard.TypeAsync("<!-- first -->\n");
            await Expect(page.Locator("#editor-state")).ToHaveTextAsync("Not saved yet");
            await page.Keyboard.PressAsync("Control+s");
            await Expect(page.Locator("#editor-state")).ToHaveTextAsync("Saved as change 2");
        }
        else
        {
            await text.FillAsync("<!-- first -->\n" + await text.InputValueAsync());
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Done." })).ToBeVisibleAsync();
        }

        await page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "2. Write index.html" }).ClickAsync();
        var diff = page.GetByLabel("Diff of index.html");
        await Expect(diff.Locator(".added")).ToHaveTextAsync(["+<!-- first -->"]);
        await Expect(diff.Locator(".removed")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Undo this alone ?: Write index.html$") }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "3. Undo 2" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Files", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Textbox, new() { Name = "Contents of index.html" })).Not.ToContainTextAsync("first");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_who_write_the_same_file_are_asked_and_nothing_typed_is_lost()
    {
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, "tenant3");
        var page = visitor.Page;
        var user = await TestUser.SignInAsync(street.App, "tenant3@demo.test", Visitor.DemoPassword);
        using var made = await user.Http.PostAsync("/v1/projects", new StringContent("""{"name":"Shared","template":"blank"}""", System.Text.Encoding.UTF8, "application/json"));
        var address = made.Headers.Location!.ToString();
        await visitor.OpenLiveAsync($"/studio/projects/{address.Split('/')[^1]}?file=style.css");
        var text = page.GetByRole(AriaRole.Textbox, new() { Name = "Contents of style.css" });
        await Expect(page.Locator(".studio-code")).ToBeVisibleAsync();

        // Nothing was typed: the other's change comes in by itself.
        await WriteAsync("/* from elsewhere */\n");
        await Expect(text).ToContainTextAsync("from elsewhere");
        // Something was typed: the person decides.
        await text.FocusAsync();
        await page.Keyboard.TypeAsync("/* mine */ ");
        await WriteAsync("/* again */\n");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("changed elsewhere");
        await Expect(text).ToContainTextAsync("mine");
        await page.GetByRole(AriaRole.Button, new() { Name = "Write mine over it" }).ClickAsync();
        await Expect(page.Locator("#editor-state")).ToContainTextAsync("Saved as change");
        (await user.Http.GetStringAsync($"{address}/files/style.css")).ShouldStartWith("/* mine */");

        async Task WriteAsync(string content)
        {
            using var written = await user.Http.PutAsync($"{address}/files/style.css", new StringContent(content));
            written.EnsureSuccessStatusCode();
        }
    }

    [Fact]
    public async Task Line_ends_stay_as_they_are_where_nothing_was_typed()
    {
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, "tenant4");
        var page = visitor.Page;
        var user = await TestUser.SignInAsync(street.App, "tenant4@demo.test", Visitor.DemoPassword);
        using var made = await user.Http.PostAsync("/v1/projects", new StringContent("""{"name":"Ends"}""", System.Text.Encoding.UTF8, "application/json"));
        var address = made.Headers.Location!.ToString();
        foreach (var (file, content) in new[] { ("crlf.txt", "one\r\ntwo\r\n"), ("mixed.txt", "\uFEFFone\r\ntwo\nthree") })
        {
            using var written = await user.Http.PutAsync($"{address}/files/{file}", new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(content)));
            written.EnsureSuccessStatusCode();
            await page.GotoAsync($"/studio/projects/{address.Split('/')[^1]}?file={file}");
            await Expect(page.Locator(".studio-code")).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Textbox, new() { Name = $"Contents of {file}" }).FocusAsync();
            await page.Keyboard.PressAsync("Control+End");
            await page.Keyboard.TypeAsync("end");
            await page.Keyboard.PressAsync("Control+s");
            await Expect(page.Locator("#editor-state")).ToContainTextAsync("Saved as change");
            System.Text.Encoding.UTF8.GetString(await user.Http.GetByteArrayAsync($"{address}/files/{file}")).ShouldBe(content + "end");
        }
    }
}

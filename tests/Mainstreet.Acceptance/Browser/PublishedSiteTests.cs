using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>A published page in the browser of somebody who is signed in at the console.</summary>
[Trait("kind", "browser")]
public sealed class PublishedSiteTests(Chromium chromium)
{
    /// <summary>Tries what a page of bad intent would, and writes down what it got.</summary>
    private const string Spy = """
        const found = {};
        async function attempt(name, work) {
          try { found[name] = await work(); } catch (error) { found[name] = `refused: ${error.name}`; }
        }
        const api = document.body.dataset.api;
        await attempt('cookies', () => document.cookie);
        await attempt('projects', async () => (await fetch(`${api}/v1/projects`, { credentials: 'include' })).status);
        await attempt('blind', async () => (await fetch(`${api}/v1/projects`, { credentials: 'include', mode: 'no-cors' })).type);
        await attempt('console', async () => (await fetch(`${api}/`, { credentials: 'include' })).text());
        await attempt('write', async () => (await fetch(`${api}/v1/projects`, { method: 'POST', credentials: 'include', body: '{"name":"theirs"}', headers: { 'Content-Type': 'text/plain' } })).status);
        await attempt('elsewhere', async () => (await fetch('https://example.com/')).status);
        await attempt('shop', async () => (await (await fetch(`${api}/v1/products?limit=1`)).json()).items.length);
        await attempt('frame', () => new Promise(resolve => {
          const frame = document.createElement('iframe');
          frame.onload = () => { try { resolve(frame.contentDocument ? 'empty' : 'apart'); } catch { resolve('apart'); } };
          frame.src = `${api}/`;
          document.body.append(frame);
          setTimeout(() => resolve('empty'), 2000);
        }));
        await attempt('eval', () => eval('1'));
        document.getElementById('found').textContent = JSON.stringify(found);
        """;

    [Fact]
    public async Task It_reads_the_shop_and_neither_the_consoles_cookies_nor_its_API()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?>(Street.Settings) { ["Studio:Sites:Urls"] = "http://127.0.0.1:0" }, seed: true);
        var owner = await TestUser.SignInAsync(app, "tenant3@demo.test", Visitor.DemoPassword);
        var api = app.Address.GetLeftPart(UriPartial.Authority);
        var project = (await PostAsync(owner, "/v1/projects", new { name = "Spy" })).GetProperty("id").GetGuid();
        await WriteAsync(owner, project, "index.html", $"<!doctype html><html lang=\"en\"><title>Spy</title><body data-api=\"{api}\"><pre id=\"found\"></pre><script type=\"module\" src=\"spy.js\"></script></body></html>");
        await WriteAsync(owner, project, "spy.js", Spy);
        var site = await PublishAsync(owner, project);

        await using var visitor = await Visitor.SignInAsync(chromium, app, "tenant3");
        await visitor.Page.GotoAsync(site);
        await Expect(visitor.Page.Locator("#found")).Not.ToBeEmptyAsync();
        var found = JsonDocument.Parse(await visitor.Page.Locator("#found").InnerTextAsync()).RootElement;

        found.GetProperty("shop").GetInt32().ShouldBe(1);
        found.GetProperty("cookies").GetString().ShouldBe("");
        foreach (var shut in new[] { "projects", "console", "write", "elsewhere", "eval" }) found.GetProperty(shut).ToString().ShouldStartWith("refused", customMessage: shut);
        // A request that may not be read may leave; it got nothing, and did nothing.
        found.GetProperty("blind").ToString().ShouldBeOneOf("opaque", "refused: TypeError");
        found.GetProperty("frame").GetString().ShouldBeOneOf("empty", "apart");
        using var listed = await owner.Http.GetAsync("/v1/projects");
        (await listed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray().Select(p => p.GetProperty("name").GetString()).ShouldBe(["Spy"]);
        // The console itself still knows who is there.
        await visitor.Page.GotoAsync("/");
        await Expect(visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_preview_shows_the_files_as_they_stand_apart_from_the_console()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?>(Street.Settings) { ["Studio:Sites:Urls"] = "http://127.0.0.1:0" }, seed: true);
        var owner = await TestUser.SignInAsync(app, "tenant3@demo.test", Visitor.DemoPassword);
        var api = app.Address.GetLeftPart(UriPartial.Authority);
        var project = (await PostAsync(owner, "/v1/projects", new { name = "Draft" })).GetProperty("id").GetGuid();
        await WriteAsync(owner, project, "index.html", $"<!doctype html><html lang=\"en\"><title>Draft</title><body data-api=\"{api}\"><h1>First words</h1><pre id=\"found\"></pre><script type=\"module\" src=\"spy.js\"></script></body></html>");
        await WriteAsync(owner, project, "spy.js", Spy);

        await using var visitor = await Visitor.SignInAsync(chromium, app, "tenant3");
        await visitor.Page.GotoAsync($"/studio/projects/{project}/preview");
        var frame = visitor.Page.FrameLocator("iframe.studio-preview");
        await Expect(frame.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Name = "First words" })).ToBeVisibleAsync();
        await Expect(frame.Locator("#found")).Not.ToBeEmptyAsync();
        var found = JsonDocument.Parse(await frame.Locator("#found").InnerTextAsync()).RootElement;
        found.GetProperty("shop").GetInt32().ShouldBe(1);
        found.GetProperty("cookies").GetString().ShouldBe("");
        foreach (var shut in new[] { "projects", "console", "write", "elsewhere", "eval" }) found.GetProperty(shut).ToString().ShouldStartWith("refused", customMessage: shut);

        await WriteAsync(owner, project, "index.html", "<!doctype html><html lang=\"en\"><title>Draft</title><h1>Second words</h1></html>");
        await visitor.Page.ReloadAsync();
        await Expect(frame.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Name = "Second words" })).ToBeVisibleAsync();
    }

    private static async Task<JsonElement> PostAsync(TestUser user, string path, object body)
    {
        using var answer = await user.Http.PostAsJsonAsync(path, body);
        answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {await answer.Content.ReadAsStringAsync()}");
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task WriteAsync(TestUser user, Guid project, string path, string text)
    {
        using var body = new StringContent(text);
        using var answer = await user.Http.PutAsync($"/v1/projects/{project}/files/{path}", body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> PublishAsync(TestUser user, Guid project)
    {
        var id = (await PostAsync(user, $"/v1/projects/{project}/deployments", new { target = "local" })).GetProperty("id").GetGuid();
        for (var look = 0; look < 500; look++)
        {
            var now = await user.Http.GetFromJsonAsync<JsonElement>($"/v1/deployments/{id}");
            if (now.GetProperty("status").GetString() == "ready") return now.GetProperty("url").GetString()!;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }

        throw new TimeoutException("The site was not published.");
    }
}

using System.Collections.Concurrent;

using Mainstreet.Testing;

using Microsoft.Playwright;

using Shouldly;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>A person at a browser of their own: cookies apart, and every console error and refused resource noted.</summary>
public sealed class Visitor : IAsyncDisposable
{
    public const string DemoPassword = "Mainstreet-demo-1";

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = [];

    private Visitor(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") _complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => _complaints.Enqueue(error);
    }

    public IPage Page { get; }

    public IBrowserContext Context => _context;

    /// <summary>What the browser complained about so far.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<Visitor> ComeAsync(Chromium chromium, TestApp app, Action<BrowserNewContextOptions>? change = null)
    {
        var context = await (await chromium.StartAsync()).NewContextAsync(Options(app, change));
        context.SetDefaultTimeout(60_000);
        return await ComeAsync(context);
    }

    /// <summary>Somebody at a browser that runs already.</summary>
    public static async Task<Visitor> ComeAsync(IBrowserContext context) => new(context, await context.NewPageAsync());

    /// <summary>How a visitor's browser is set up.</summary>
    public static BrowserNewContextOptions Options(TestApp app, Action<BrowserNewContextOptions>? change = null)
    {
        var options = new BrowserNewContextOptions { BaseURL = app.Address.ToString(), Locale = "en-US", TimezoneId = "America/New_York" };
        change?.Invoke(options);
        return options;
    }

    /// <summary>Comes and signs in through the form.</summary>
    public static async Task<Visitor> SignInAsync(Chromium chromium, TestApp app, string name, Action<BrowserNewContextOptions>? change = null)
    {
        var visitor = await ComeAsync(chromium, app, change);
        await visitor.SignInAsync(name);
        return visitor;
    }

    /// <summary>Signs in through the form.</summary>
    public async Task SignInAsync(string name)
    {
        await Page.GotoAsync("/sign-in");
        await Page.GetByLabel("E-mail").FillAsync($"{name}@demo.test");
        await Page.GetByLabel("Password").FillAsync(DemoPassword);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }

    /// <summary>Goes to a page and waits until its live channel is open.</summary>
    public async Task OpenLiveAsync(string path)
    {
        await Page.GotoAsync(path);
        await ExpectLiveAsync();
    }

    public Task ExpectLiveAsync() => Expect(Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Live updates: live" })).ToBeVisibleAsync();

    /// <summary>From here on a reload would be noticed.</summary>
    public Task MarkAsync() => Page.EvaluateAsync("window.neverReloaded = true");

    public async Task ShouldNotHaveReloadedAsync() => (await Page.EvaluateAsync<bool>("window.neverReloaded === true")).ShouldBeTrue();

    public ValueTask DisposeAsync() => new(_context.CloseAsync());
}

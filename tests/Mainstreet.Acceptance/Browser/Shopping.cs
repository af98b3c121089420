using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;

using Mainstreet.Store.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

using Shouldly;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>A customer with the shop's app on a phone: what they do there, and what the server has of it.</summary>
internal sealed partial class Shopping : IAsyncDisposable
{
    private readonly Visitor _visitor;
    private readonly TestApp _app;
    private readonly ConcurrentQueue<long> _sent = [];

    private Shopping(Visitor visitor, TestApp app)
    {
        (_visitor, _app, Page) = (visitor, app, visitor.Page);
        // Taken ones: without a connection the page tries in vain now and then, and a server that is busy answers that it should come again.
        visitor.Context.Response += (_, answer) =>
        {
            var request = answer.Request;
            if (answer.Status == 200 && request.Method == "POST" && request.Url.EndsWith("/v1/shop/mutations", StringComparison.Ordinal))
                _sent.Enqueue(JsonDocument.Parse(request.PostData!).RootElement.GetProperty("mutationId").GetInt64());
        };
    }

    public IPage Page { get; private set; }

    public IBrowserContext Context => _visitor.Context;

    public Visitor Visitor => _visitor;

    /// <summary>Numbers of the changes in the order in which the server took them.</summary>
    public IReadOnlyCollection<long> Sent => _sent;

    /// <summary>A phone in Bengaluru.</summary>
    public static void Phone(BrowserNewContextOptions options)
    {
        options.ViewportSize = new ViewportSize { Width = 390, Height = 844 };
        options.IsMobile = true;
        options.HasTouch = true;
        options.Locale = "en-IN";
        options.TimezoneId = "Asia/Kolkata";
    }

    /// <summary>Signs in and opens the goods that are there, with the app's worker in charge.</summary>
    public static async Task<Shopping> BeginAsync(Chromium chromium, TestApp app, string name)
    {
        var visitor = await Visitor.SignInAsync(chromium, app, name, Phone);
        return await BeginAsync(visitor, app);
    }

    /// <summary>Opens the goods that are there, with the app's worker in charge.</summary>
    public static async Task<Shopping> BeginAsync(Visitor visitor, TestApp app)
    {
        var shopping = new Shopping(visitor, app);
        await shopping.WriteAsync((db, cancel) => db.Stock.Where(s => s.OnHand < 500).ExecuteUpdateAsync(s => s.SetProperty(x => x.OnHand, 500), cancel));
        await shopping.OpenAsync("/shop?inStock=true");
        await shopping.Page.EvaluateAsync("navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller ?? new Promise(done => navigator.serviceWorker.addEventListener('controllerchange', done)))");
        return shopping;
    }

    public Task OpenAsync(string path) => Page.GotoAsync(path);

    public async Task TabAsync(string name)
    {
        await Page.GetByRole(AriaRole.Navigation, new() { Name = "Shop" }).GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^" + name) }).ClickAsync();
    }

    public Task CutAsync() => Context.SetOfflineAsync(true);

    public Task ReconnectAsync() => Context.SetOfflineAsync(false);

    /// <summary>The n-th product on the page that is not in the cart yet goes into it; answers its name and pack.</summary>
    public async Task<string> AddAsync(int nth = 0)
    {
        var button = Page.GetByRole(AriaRole.Button, new() { NameRegex = AddButton() }).Nth(nth);
        var name = (await button.TextContentAsync())!["Add ".Length..];
        await button.ClickAsync();
        // From here on it is written down.
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = $"One {name} more", Exact = true })).ToBeVisibleAsync();
        return name;
    }

    /// <summary>Fills in the checkout and orders.</summary>
    public async Task OrderAsync(string how)
    {
        await TabAsync("Cart");
        await Page.GetByRole(AriaRole.Link, new() { Name = "Check out" }).ClickAsync();
        await Page.GetByLabel("Street and house").FillAsync("7 Temple Road");
        await Page.GetByLabel("City").FillAsync("Bengaluru");
        await Page.GetByLabel("Postal code").FillAsync("560038");
        await Page.GetByLabel(how).CheckAsync();
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Order for") }).ClickAsync();
    }

    /// <summary>Waits until nothing is left in the page's queue, and the page says so.</summary>
    public async Task ExpectAllSentAsync()
    {
        await Page.EvaluateAsync("""
            async () => {
              const database = await new Promise((done, failed) => { const r = indexedDB.open('mainstreet-shop'); r.onsuccess = () => done(r.result); r.onerror = () => failed(r.error); });
              const left = () => new Promise(done => { const r = database.transaction('mutations').objectStore('mutations').count(); r.onsuccess = () => done(r.result); });
              while (await left() > 0) await new Promise(done => setTimeout(done, 50));
              database.close();
            }
            """).WaitAsync(TimeSpan.FromSeconds(45));
        await Expect(Page.Locator("#sync")).ToBeHiddenAsync();
    }

    /// <summary>The page is gone from one moment to the next, with whatever it was doing.</summary>
    public Task KillPageAsync() => Page.CloseAsync(new PageCloseOptions { RunBeforeUnload = false });

    public async Task ReopenAsync(string path)
    {
        Page = await Context.NewPageAsync();
        await Page.GotoAsync(path);
    }

    public async Task<T> ReadAsync<T>(Func<StoreDb, Task<T>> read)
    {
        await using var db = await _app.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
        return await read(db);
    }

    public async Task WriteAsync(Func<StoreDb, CancellationToken, Task> write)
    {
        await using var db = await _app.Host.Services.GetRequiredService<IDbContextFactory<StoreDb>>().CreateDbContextAsync();
        await db.InTransactionAsync(cancel => write(db, cancel), CancellationToken.None);
    }

    /// <summary>What the server has of the customer's orders, oldest first: the goods with their numbers.</summary>
    public Task<List<Dictionary<string, int>>> OrdersAsync(Guid customer) => ReadAsync(async db =>
    {
        var orders = await db.Orders.AsNoTracking().Where(o => o.CustomerId == customer).OrderBy(o => o.Number).Select(o => o.Id).ToListAsync();
        var lines = await db.OrderLines.AsNoTracking().Where(l => orders.Contains(l.OrderId) && l.ProductId != null).ToListAsync();
        return orders.ConvertAll(o => lines.Where(l => l.OrderId == o).ToDictionary(l => l.ProductId!.Value.ToString(), l => l.Quantity));
    });

    /// <summary>Ascending, none left out. One whose answer did not come is sent again before the next; that it is done once is the server's part.</summary>
    public void ShouldHaveSentInOrder()
    {
        var sent = _sent.ToArray();
        sent.ShouldBe(sent.Order());
        sent.Distinct().ShouldBe(Enumerable.Range(1, sent.Distinct().Count()).Select(n => (long)n));
    }

    public ValueTask DisposeAsync() => _visitor.DisposeAsync();

    [GeneratedRegex("^Add ")]
    private static partial Regex AddButton();
}

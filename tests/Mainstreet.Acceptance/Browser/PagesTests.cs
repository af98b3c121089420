using Mainstreet.Testing;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>
/// Every page in the demo street, as its reader sees it. With <c>MAINSTREET_TEST_SHOTS</c> naming a folder, each is also
/// photographed: wide and narrow, light and dark.
/// </summary>
[Trait("kind", "browser")]
public sealed class PagesTests(Chromium chromium, Street street) : IClassFixture<Street>
{
    private static readonly string? Shots = Environment.GetEnvironmentVariable("MAINSTREET_TEST_SHOTS") is { Length: > 0 } folder ? folder : null;

    private TestApp App => street.App;

    public static TheoryData<string, string> Everything => new()
    {
        { "", "/" }, { "", "/sign-in" }, { "", "/register" }, { "", "/forgot-password" }, { "", "/reset-password" }, { "", "/no-such-page" },
        { "tenant1", "/" }, { "tenant1", "/report" }, { "tenant1", "/tickets" }, { "tenant1", "ticket" }, { "tenant8", "ticket" },
        { "agent1", "/" }, { "agent1", "/triage" }, { "agent1", "/map" }, { "agent1", "/tickets" },
        { "agent1", "ticket" }, { "agent1", "ticket?status=triaged" }, { "agent1", "ticket?status=offered" }, { "agent1", "ticket?status=closed" },
        { "contractor1", "/profile" }, { "contractor1", "/jobs" }, { "contractor1", "/triage" }, { "asked", "/offers" }, { "asked", "offer" },
        { "admin", "/admin" },
        { "clerk1", "/" }, { "clerk1", "/occasions" }, { "clerk1", "/occasions/calendar" }, { "clerk1", "/occasions/recipients" }, { "clerk1", "/occasions/recipients/new" },
        { "clerk1", "recipient" }, { "clerk1", "/occasions/messages" }, { "clerk1", "message" }, { "clerk1", "/occasions/templates" }, { "clerk1", "/occasions/settings" },
        { "tenant1", "/occasions" },
        { "", "/shop" }, { "", "/store/catalogue" }, { "tenant1", "/shop" }, { "tenant1", "/shop/cart" }, { "tenant1", "/shop/checkout" }, { "tenant1", "/shop/orders" },
        { "tenant1", "/shop/waiting" }, { "tenant1", "/shop/account" }, { "tenant1", "/store" },
        { "clerk1", "/store" }, { "clerk1", "/store?show=all" }, { "clerk1", "/store/products" }, { "clerk1", "/store/products?show=withdrawn" }, { "clerk1", "/store/deliveries" },
        { "tenant1", "/studio" }, { "agent1", "/studio" }, { "agent1", "site" }, { "agent1", "site?file=shop.js" }, { "agent1", "site/history?commit=1" }, { "agent1", "site/preview" }, { "tenant1", "/studio/projects/01900000-0000-7000-8000-000000000000" },
        { "tenant1", "/careers/jobs" }, { "tenant1", "/careers/jobs?q=baker&employment=fullTime" }, { "tenant1", "job" },
        { "tenant1", "/careers" }, { "tenant2", "/careers" }, { "tenant1", "/careers/profile" }, { "tenant2", "/careers/profile" }, { "", "/cv/maya-lindqvist" }, { "tenant2", "job" },
        { "tenant1", "/careers/documents" }, { "tenant1", "resume" }, { "tenant1", "letter" }, { "tenant1", "/careers/applications" }, { "tenant1", "application" }, { "tenant2", "/careers/documents/00000000-0000-0000-0000-000000000001" },
    };

    [Theory]
    [MemberData(nameof(Everything))]
    public async Task A_page_fits_a_phone_and_the_browser_has_no_complaint(string who, string where)
    {
        var name = who == "asked" ? await AskedContractorAsync() : who;
        await using var visitor = name.Length == 0 ? await Visitor.ComeAsync(chromium, App) : await Visitor.SignInAsync(chromium, App, name);
        var page = visitor.Page;
        var path = where switch
        {
            "offer" => await FirstLinkAsync(page, "/offers"),
            "recipient" => await FirstRowAsync(page, "/occasions/recipients"),
            "job" => await FirstJobAsync(page),
            "resume" or "letter" => await Candidates.DocumentAsync(App, name, where),
            "application" => await Candidates.ApplicationAsync(App, name),
            "message" => await FirstRowAsync(page, "/occasions/messages"),
            _ when where.StartsWith("site", StringComparison.Ordinal) => await FirstRowAsync(page, "/studio") + where["site".Length..],
            _ when where.StartsWith("ticket", StringComparison.Ordinal) => await FirstLinkAsync(page, "/tickets" + where["ticket".Length..]),
            _ => where,
        };
        await page.SetViewportSizeAsync(360, 740);
        var answer = await page.GotoAsync(path);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(1);
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        if (await page.GetByText("Live updates:").CountAsync() > 0) await visitor.ExpectLiveAsync();

        await PhotographAsync(page, $"{who}{where}");
        await page.SetViewportSizeAsync(360, 740);
        var beyond = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        beyond.ShouldBe(0, $"{path} scrolls sideways at 360 px");
        var unnamed = await page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter(f => f.labels.length === 0).map(f => f.outerHTML)");
        unnamed.ShouldBeEmpty();

        var refused = answer!.Status is 403 or 404;
        if (refused) visitor.Complaints.ShouldAllBe(c => c.Contains("the server responded with a status of"));
        else visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_of_somebody_elses_role_is_refused_as_a_page()
    {
        await using var tenant = await Visitor.SignInAsync(chromium, App, "tenant2");
        var answer = await tenant.Page.GotoAsync("/triage");
        answer!.Status.ShouldBe(403);
        await Expect(tenant.Page.GetByRole(AriaRole.Heading, new() { Name = "Not for you" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_visitor_is_asked_to_sign_in_and_comes_back_to_where_it_wanted()
    {
        await using var visitor = await Visitor.ComeAsync(chromium, App);
        await visitor.Page.GotoAsync("/tickets?status=submitted");
        await visitor.Page.GetByLabel("E-mail").FillAsync("tenant1@demo.test");
        await visitor.Page.GetByLabel("Password").FillAsync(Visitor.DemoPassword);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "My tickets" })).ToBeVisibleAsync();
        new Uri(visitor.Page.Url).PathAndQuery.ShouldBe("/tickets?status=submitted");
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Money_and_distance_follow_the_readers_language()
    {
        await using var reader = await Visitor.SignInAsync(chromium, App, "tenant8", o => o.Locale = "de-DE");
        await reader.Page.GotoAsync(await FirstLinkAsync(reader.Page, "/tickets"));
        await Expect(reader.Page.GetByText("185,00")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_somebody_typed_is_text_everywhere()
    {
        const string title = "<b id=\"evil\">Leak</b>";
        await using var tenant = await Visitor.SignInAsync(chromium, App, "tenant6");
        await tenant.Page.GotoAsync("/report");
        await tenant.Page.GetByLabel("What is the problem?").FillAsync(title);
        await tenant.Page.GetByLabel("Tell us more").FillAsync("<i id=\"evil\">water</i>");
        await tenant.Page.GetByRole(AriaRole.Button, new() { Name = "Send report" }).ClickAsync();
        await Expect(tenant.Page.GetByRole(AriaRole.Heading, new() { Name = title })).ToBeVisibleAsync();

        await using var agent = await Visitor.SignInAsync(chromium, App, "agent1");
        await agent.OpenLiveAsync("/map");
        var points = agent.Page.Locator(".canvas path.point");
        await Expect(points.First).ToBeVisibleAsync();
        for (var i = 0; i < await points.CountAsync(); i++)
        {
            await points.Nth(i).HoverAsync(new() { Force = true });
            await Expect(agent.Page.Locator("#evil")).ToHaveCountAsync(0);
        }

        foreach (var path in new[] { "/triage", "/tickets" })
        {
            await agent.Page.GotoAsync(path);
            await Expect(agent.Page.GetByRole(AriaRole.Link, new() { Name = title })).ToBeVisibleAsync();
            await Expect(agent.Page.Locator("#evil")).ToHaveCountAsync(0);
        }

        agent.Complaints.ShouldBeEmpty();
    }

    private async Task<string> AskedContractorAsync()
    {
        await using var agent = await Visitor.SignInAsync(chromium, App, "agent1");
        await agent.Page.GotoAsync(await FirstLinkAsync(agent.Page, "/tickets?status=offered"));
        var row = agent.Page.Locator("[data-offer-row]").Filter(new() { HasText = "Waiting for an answer" }).First;
        var id = Guid.Parse((await row.GetAttributeAsync("data-offer-row"))!).ToString("N");
        return $"contractor{Convert.ToInt32(id[^8..], 16)}";
    }

    private static async Task<string> FirstLinkAsync(IPage page, string list)
    {
        await page.GotoAsync(list);
        return (await page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Link).First.GetAttributeAsync("href"))!;
    }

    private static async Task<string> FirstJobAsync(IPage page)
    {
        await page.GotoAsync("/careers/jobs?q=shop+manager");
        return (await page.GetByRole(AriaRole.List, new() { Name = "Jobs found" }).GetByRole(AriaRole.Link).First.GetAttributeAsync("href"))!;
    }

    private static async Task<string> FirstRowAsync(IPage page, string list)
    {
        await page.GotoAsync(list);
        return (await page.Locator(".rows li a").First.GetAttributeAsync("href"))!;
    }

    private static async Task PhotographAsync(IPage page, string name)
    {
        if (Shots is null) return;
        Directory.CreateDirectory(Shots);
        var file = name.Replace('/', '_').Replace('?', '_').Replace('=', '_');
        foreach (var (width, height) in new[] { (1280, 900), (360, 740) })
        {
            await page.SetViewportSizeAsync(width, height);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                await page.WaitForTimeoutAsync(300);
                await page.ScreenshotAsync(new() { Path = Path.Combine(Shots, $"{file}-{width}-{scheme}.png"), FullPage = true });
            }
        }
    }
}

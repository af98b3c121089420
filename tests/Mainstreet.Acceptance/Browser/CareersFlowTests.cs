using System.Net.Http.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Playwright;

using Shouldly;

using Xunit;

using static Microsoft.Playwright.Assertions;

namespace Mainstreet.Acceptance.Browser;

/// <summary>From a search to an application that is handed in, and the dashboard that follows it.</summary>
[Trait("kind", "browser")]
public sealed class CareersFlowTests(Chromium chromium, Street street, ITestOutputHelper output) : IClassFixture<Street>
{
    [Theory]
    [InlineData(true, "tenant5")]
    [InlineData(false, "tenant6")]
    public async Task From_the_search_to_the_board(bool script, string name)
    {
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, name, o => o.JavaScriptEnabled = script);
        var page = visitor.Page;
        await page.GotoAsync("/careers");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your profile 0 %" })).ToBeVisibleAsync();
        await page.GotoAsync("/careers/profile");
        await page.GetByLabel("JSON Resume, PDF or DOCX").SetInputFilesAsync(Candidates.ResumeFile);
        await page.GetByRole(AriaRole.Button, new() { Name = "Read", Exact = true }).ClickAsync();
        await Expect(page.GetByText("Saved.")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Find work" }).ClickAsync();
        await page.GetByLabel("What", new() { Exact = true }).FillAsync("shop manager");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await page.GetByRole(AriaRole.List, new() { Name = "Jobs found" }).GetByRole(AriaRole.Link, new() { Name = "Shop Manager", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "How you fit" })).ToContainTextAsync("You: Managed stock control for 2,400 products");
        var posting = page.Url;

        if (script) await visitor.ExpectLiveAsync();
        if (script) await visitor.MarkAsync();
        var written = page.GetByRole(AriaRole.List, new() { Name = "Documents for this job" });
        await page.GetByRole(AriaRole.Button, new() { Name = "Write a résumé" }).ClickAsync();
        await AppearsAsync(page, written.GetByRole(AriaRole.Link, new() { Name = "Résumé" }), script, posting);
        await page.GetByRole(AriaRole.Button, new() { Name = "Write a letter" }).ClickAsync();
        await AppearsAsync(page, written.GetByRole(AriaRole.Link, new() { Name = "Letter" }), script, posting);
        if (script) await visitor.ShouldNotHaveReloadedAsync();

        await written.GetByRole(AriaRole.Link, new() { Name = "Résumé" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Résumé for Shop Manager" })).ToBeVisibleAsync();
        await RevertAndAcceptAsync(page);
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Keywords of the posting" })).ToContainTextAsync("in it");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Interview questions" }).GetByRole(AriaRole.Listitem).First).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "The posting" }).ClickAsync();
        await written.GetByRole(AriaRole.Link, new() { Name = "Letter" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Leave out ") }).First.ClickAsync();
        await Expect(page.GetByText("left out", new() { Exact = true })).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { Name = "Put all back" }).ClickAsync();
        await Expect(page.GetByText("left out", new() { Exact = true })).ToHaveCountAsync(0);

        await page.GotoAsync(posting);
        await page.GetByRole(AriaRole.Button, new() { Name = "Prepare an application" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Shop Manager", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Documents", Exact = true }).GetByRole(AriaRole.Link, new() { Name = "Résumé" })).ToBeVisibleAsync();
        await page.GetByLabel("By hand").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what goes out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "What goes out" })).ToContainTextAsync("Managed stock control for 2,400 products");
        await page.GetByLabel("Send it, and see that the company confirms it").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the steps" }).ClickAsync();
        await page.GetByLabel("I have handed it in").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Submit" }).ClickAsync();
        await Expect(page.Locator("#state")).ToHaveTextAsync("submitted");

        await page.GotoAsync("/careers/applications");
        await Expect(page.GetByRole(AriaRole.Region, new() { NameRegex = new("^Submitted") }).GetByRole(AriaRole.Link, new() { Name = "Shop Manager" })).ToBeVisibleAsync();
        await page.GotoAsync("/careers");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Waiting for an answer" }).GetByRole(AriaRole.Link, new() { Name = "Shop Manager" })).ToBeVisibleAsync();
        await Expect(page.GetByText("4 of 5 left today")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Background tasks" }).GetByRole(AriaRole.Link, new() { Name = "Résumé for Shop Manager" })).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_is_paused_resumed_and_seen_to_its_end_on_the_dashboard(bool script)
    {
        // No worker at first: what is started waits.
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?>(Street.Settings) { ["Roles"] = "web" }, seed: true);
        var user = await Candidates.SignInAsync(app, "tenant1");
        var posting = new { title = "Night Baker", description = "Requirements:\n- Baking" };
        foreach (var type in (string[])["analyze_compatibility", "tailor_resume"])
        {
            using var started = await user.Http.PostAsJsonAsync("/v1/tasks", new { type, input = new { posting } });
            started.IsSuccessStatusCode.ShouldBeTrue();
        }

        await using var visitor = await Visitor.SignInAsync(chromium, app, "tenant1", o => o.JavaScriptEnabled = script);
        var page = visitor.Page;
        await page.GotoAsync("/careers");
        if (script) await visitor.ExpectLiveAsync();
        if (script) await visitor.MarkAsync();
        var tasks = page.GetByRole(AriaRole.List, new() { Name = "Background tasks" }).GetByRole(AriaRole.Listitem);
        var (resume, comparison) = (tasks.Filter(new() { HasText = "Résumé" }), tasks.Filter(new() { HasText = "Comparison" }));
        await resume.GetByRole(AriaRole.Button, new() { Name = "Pause Résumé" }).ClickAsync();
        await Expect(resume).ToContainTextAsync("paused");
        await comparison.GetByRole(AriaRole.Button, new() { Name = "Cancel Comparison" }).ClickAsync();
        await Expect(comparison).ToContainTextAsync("cancelled");
        await resume.GetByRole(AriaRole.Button, new() { Name = "Resume Résumé" }).ClickAsync();
        await Expect(resume).ToContainTextAsync("pending");

        await using var worker = await TestApp.StartReplicaAsync(app, new Dictionary<string, string?>(Street.Settings) { ["Roles"] = "worker" });
        await AppearsAsync(page, resume.GetByRole(AriaRole.Link, new() { Name = "Résumé for Night Baker" }), script, "/careers");
        if (script) await visitor.ShouldNotHaveReloadedAsync();
        await Expect(resume).ToContainTextAsync("completed");
    }

    [Fact]
    public async Task A_failed_task_says_why_and_is_tried_again()
    {
        var user = await Candidates.SignInAsync(street.App, "tenant9");
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, "tenant9");
        var page = visitor.Page;
        await visitor.OpenLiveAsync("/careers");
        using var started = await user.Http.PostAsJsonAsync("/v1/tasks", new { type = "tailor_resume", input = new { posting = new { title = "Night Baker", description = "Baking" } } });
        var task = page.GetByRole(AriaRole.List, new() { Name = "Background tasks" }).GetByRole(AriaRole.Listitem);
        await Expect(task).ToContainTextAsync("There is no such profile.");
        using var profile = await user.Http.PutAsync("/v1/profiles/me", new StringContent(Candidates.Resume, System.Text.Encoding.UTF8, "application/json"));
        profile.IsSuccessStatusCode.ShouldBeTrue();
        await task.GetByRole(AriaRole.Button, new() { Name = "Try again Résumé" }).ClickAsync();
        await Expect(task.GetByRole(AriaRole.Link, new() { Name = "Résumé for Night Baker" })).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    /// <summary>What the issue asks for is 2 s; how long each page takes is printed, and only what cannot be a busy machine fails.</summary>
    [Fact]
    public async Task Each_page_opens_in_a_browser_that_has_seen_none_of_it()
    {
        await using var visitor = await Visitor.SignInAsync(chromium, street.App, "tenant1");
        var (resume, application) = (await Candidates.DocumentAsync(street.App, "tenant1", "resume"), await Candidates.ApplicationAsync(street.App, "tenant1"));
        await visitor.Page.GotoAsync("/careers/jobs?q=shop+manager");
        var job = (await visitor.Page.GetByRole(AriaRole.List, new() { Name = "Jobs found" }).GetByRole(AriaRole.Link).First.GetAttributeAsync("href"))!;
        var signedIn = await visitor.Context.StorageStateAsync();
        foreach (var path in new[] { "/careers", "/careers/profile", "/cv/maya-lindqvist", "/careers/jobs", job, "/careers/documents", resume, "/careers/applications", application })
        {
            await using var fresh = await Visitor.ComeAsync(chromium, street.App, o => o.StorageState = signedIn);
            (await fresh.Page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load }))!.Status.ShouldBe(200);
            var took = await fresh.Page.EvaluateAsync<double>("performance.getEntriesByType('navigation')[0].loadEventStart");
            output.WriteLine($"{took,6:0} ms  {path}");
            took.ShouldBeInRange(0, 10_000, path);
        }
    }

    private static async Task RevertAndAcceptAsync(IPage page)
    {
        var button = page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Revert (?!all)") }).First;
        var block = page.Locator($"#{await button.EvaluateAsync<string>("button => button.closest('li').id")}");
        await block.GetByText("Rests on").ClickAsync();
        await Expect(block.Locator("details code").First).ToBeVisibleAsync();
        var before = await page.GetByRole(AriaRole.Region, new() { Name = "As it reads now" }).InnerTextAsync();
        // By the keyboard.
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(block).ToContainTextAsync("as it was");
        (await page.GetByRole(AriaRole.Region, new() { Name = "As it reads now" }).InnerTextAsync()).ShouldNotBe(before);
        await block.GetByRole(AriaRole.Button, new() { NameRegex = new("^Accept (?!all)") }).ClickAsync();
        await Expect(block).ToContainTextAsync("accepted");
        (await page.GetByRole(AriaRole.Region, new() { Name = "As it reads now" }).InnerTextAsync()).ShouldBe(before);
        await block.GetByRole(AriaRole.Button, new() { NameRegex = new("^Revert (?!all)") }).ClickAsync();
        await Expect(block).ToContainTextAsync("as it was");
    }

    /// <summary>By itself with script; without, somebody looks again.</summary>
    private static async Task AppearsAsync(IPage page, ILocator what, bool script, string path)
    {
        for (var looks = 0; !script && looks < 100 && await what.CountAsync() == 0; looks++)
        {
            await page.WaitForTimeoutAsync(200);
            await page.GotoAsync(path);
        }

        await Expect(what.First).ToBeVisibleAsync();
    }
}

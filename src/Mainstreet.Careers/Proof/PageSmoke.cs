using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>The module's pages, as a browser asks for them: empty and filled, one's own, nobody's, and without signing in.</summary>
internal sealed class PageSmoke : ISmokePath
{
    private const string Nothing = "01930000-0000-7000-8000-000000000000";

    private static readonly object Profile = new
    {
        basics = new { name = "Synthetic Page" },
        work = new[] { new { name = "Synthetic Shop", position = "Clerk", startDate = "2020-01", highlights = new[] { "Counted synthetic stock" } } },
        skills = new[] { new { name = "Stock control" } },
    };

    private static readonly string[] Work = ["work"];

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var calls = new SmokeCalls(walk, cancel);
        var owner = await calls.RegisterAsync("register and sign in", "page");
        var other = await calls.RegisterAsync("a reader too", "page reader");
        await calls.PageAsync("page: profile, empty", owner, "/careers/profile");
        await calls.PageAsync("page: board, empty", owner, "/careers/applications");
        await walk.StepAsync("profile", () => calls.SendAsync(owner, HttpMethod.Put, "/v1/profiles/me", Profile));
        await walk.StepAsync("masks", () => calls.SendAsync(owner, HttpMethod.Put, "/v1/profiles/me/masks", new { masks = new[] { new { key = "work", label = "Work", sections = Work, words = Array.Empty<string>() } } }));
        var slug = (await walk.StepAsync("publish", () => calls.SendAsync(owner, HttpMethod.Post, "/v1/profiles/me/publish", new { }))).GetProperty("slug").GetString();
        var link = (await walk.StepAsync("secret link", () => calls.SendAsync(owner, HttpMethod.Post, "/v1/profiles/me/share", new { }))).GetProperty("sharedPath").GetString()!;
        var made = await walk.StepAsync("write an application down", () => calls.SendAsync(owner, HttpMethod.Post, "/v1/hunter/submissions", new { title = "Synthetic Clerk" }));
        var application = $"/careers/applications/{made.GetProperty("id").GetString()}";

        await calls.PageAsync("page: profile", owner, "/careers/profile");
        await calls.PageAsync("page: jobs", owner, "/careers/jobs");
        await calls.PageAsync("page: jobs by words and filters", owner, "/careers/jobs?q=clerk&employment=fullTime&remote=true&sort=newest");
        await calls.PageAsync("page: jobs by a wrong filter", owner, "/careers/jobs?seniority=boss", 400);
        await calls.PageAsync("page: a job that is not there", owner, $"/careers/jobs/{Nothing}", 404);
        await calls.PageAsync("page: board", owner, "/careers/applications");
        await calls.PageAsync("page: an application", owner, application);
        await calls.PageAsync("page: another's application", other, application, 404);
        await calls.PageAsync("page: published CV", other, $"/cv/{slug}");
        await calls.PageAsync("page: published CV by mask", other, $"/cv/{slug}?mask=work");
        await calls.PageAsync("page: CV by secret link", other, link);
        await calls.PageAsync("page: real people do not meet it", null, $"/cv/{slug}", 404);
        await calls.PageAsync("page: a CV that is not there", other, "/cv/nobody-at-all", 404);
        await walk.StepAsync("taken back", () => calls.SendAsync(owner, HttpMethod.Post, "/v1/profiles/me/unpublish", new { }));
        await calls.PageAsync("page: the CV is gone", other, $"/cv/{slug}", 404);
    }
}

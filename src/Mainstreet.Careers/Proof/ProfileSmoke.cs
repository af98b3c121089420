using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>A profile's main path: written, read back the same, its facts, published, seen by another, shared, masked, exported, taken back.</summary>
internal sealed class ProfileSmoke : ISmokePath
{
    private const string Gone = "profile_not_found";
    private const string Email = "synthetic@example.test";

    private static readonly string[] WorkOnly = ["work"];

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("candidate");
        var other = await walk.AccountAsync("reader");
        var resume = new
        {
            basics = new { name = "Synthetic Candidate", email = Email },
            work = new[] { new { name = "Synthetic Shop", position = "Clerk", startDate = "2020-01", highlights = new[] { "Counted synthetic stock" } } },
        };
        await walk.PageAsync("page: profile, empty", owner, $"/careers/profile", "Your profile", "Experience <span class=\"count\">0</span>");
        var kept = await walk.SendAsync("profile", HttpMethod.Put, $"/v1/profiles/me", owner, resume, 201, a => a.Holds(p => p.ValueKind == JsonValueKind.Object, "is no object").Contains("Synthetic Candidate"));
        await walk.GetAsync("profile read back", owner, $"/v1/profiles/me", a => a.Holds(p => JsonElement.DeepEquals(p, JsonSerializer.SerializeToElement(resume)), "is another profile"), kept);
        await walk.GetAsync("facts", owner, $"/v1/profiles/me/facts", a => a.Count("items", 4).Some("items", f => f.GetProperty("kind").GetString() == "highlight" && f.GetProperty("text").GetString() == "Counted synthetic stock", "is what was done"), kept);
        await walk.SendAsync("masks", HttpMethod.Put, $"/v1/profiles/me/masks", owner, new { masks = new[] { new { key = "work", label = "Work", sections = WorkOnly, words = Array.Empty<string>() } } }, 200, a => a.Is("version", 2).Is("slug", null), kept);
        await walk.GetAsync("masks read", owner, $"/v1/profiles/me/masks", a => a.Count("masks", 1).Is("masks[0].label", "Work"), kept);
        await walk.SendAsync("import looked at", HttpMethod.Post, $"/v1/profiles/me/import?save=false", owner, resume, 200, a => a.Is("resume.basics.name", "Synthetic Candidate"), kept);
        await walk.SendAsync("import", HttpMethod.Post, $"/v1/profiles/me/import", owner, resume, 200, a => a.Is("resume.basics.name", "Synthetic Candidate"), kept);
        await walk.StepAsync("a fault is named by its path", async () => (await walk.AskAsync(HttpMethod.Put, $"/v1/profiles/me", owner, new { work = new[] { new { startDate = "soon" } } }))
            .Problem(400, "invalid_request").Holds(p => p.GetProperty("errors").TryGetProperty("$.work[0].startDate", out _), "does not name $.work[0].startDate"));
        var slug = await walk.SendAsync("publish", HttpMethod.Post, $"/v1/profiles/me/publish", owner, new { }, 200, a => a.Is("publicPath", $"/cv/{a.TextAt("slug")}").Is("sharedPath", null).TextAt("slug"), kept);
        await walk.GetAsync("public CV", other, $"/v1/profiles/{slug}", a => a.Is("slug", slug.Value).Holds(p => !p.GetRawText().Contains(Email, StringComparison.Ordinal), "shows the e-mail").Contains("Synthetic Candidate"));
        await walk.GetAsync("public CV by mask", other, $"/v1/profiles/{slug}?mask=work", a => a.Is("slug", slug.Value).Contains("Synthetic Candidate"));
        await walk.RefusedAsync("by no mask", 404, "mask_not_found", HttpMethod.Get, $"/v1/profiles/{slug}?mask=nobody", other);
        await walk.RefusedAsync("real people do not meet it", 404, Gone, HttpMethod.Get, $"/v1/profiles/{slug}", SmokeWalk.Nobody);
        await walk.GetAsync("publication", owner, $"/v1/profiles/me/publication", a => a.Is("publicPath", $"/cv/{slug.Value}").Is("slug", slug.Value));
        var shared = await walk.SendAsync("secret link", HttpMethod.Post, $"/v1/profiles/me/share", owner, new { }, 200, a => a.TextAt("sharedPath").Split('/')[^1] is { Length: > 16 } token ? token : throw new ProofException("the link can be guessed"), kept);
        await walk.GetAsync("CV by secret link", other, $"/v1/profiles/shared/{shared}", a => a.Contains("Synthetic Candidate", "Synthetic Shop"));
        await walk.GetAsync("export", owner, $"/v1/profiles/me/export?format=jsonresume", a => a.Is("basics.name", "Synthetic Candidate").Is("work[0].name", "Synthetic Shop"), kept);
        await walk.RefusedAsync("another's profile", 404, Gone, HttpMethod.Get, $"/v1/profiles/me", other);
        await walk.PageAsync("page: profile", owner, $"/careers/profile", "Your profile", "Synthetic Shop", "Experience <span class=\"count\">1</span>");
        await walk.PageAsync("page: published CV", other, $"/cv/{slug}", "Synthetic Candidate", "Synthetic Shop");
        await walk.PageAsync("page: published CV by mask", other, $"/cv/{slug}?mask=work", "Synthetic Candidate", "Synthetic Shop");
        await walk.PageAsync("page: CV by secret link", other, $"/cv/shared/{shared}", "Synthetic Candidate", "Synthetic Shop");
        await walk.PageAsync("page: real people do not meet it", SmokeWalk.Nobody, $"/cv/{slug}", 404, "CV", "<h1>Nothing here</h1>");
        await walk.SendAsync("link ended", HttpMethod.Delete, $"/v1/profiles/me/share", owner, null, 200, a => a.Is("sharedPath", null).Is("slug", slug.Value));
        var back = await walk.SendAsync("taken back", HttpMethod.Post, $"/v1/profiles/me/unpublish", owner, new { }, 200, a => a.Is("publicPath", null).Is("slug", slug.Value));
        await walk.RefusedAsync("gone", 404, Gone, HttpMethod.Get, $"/v1/profiles/{slug}", other, null, back);
        await walk.PageAsync("page: the CV is gone", other, $"/cv/{slug}", 404, "CV", "<h1>Nothing here</h1>");
    }
}

using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>A profile's main path: written, read back the same, its facts, published, seen by another, shared, masked, exported, taken back.</summary>
internal sealed class ProfileSmoke : ISmokePath
{
    private static readonly string[] WorkOnly = ["work"];

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var calls = new SmokeCalls(walk, cancel);
        var owner = await calls.RegisterAsync("register and sign in", "candidate");
        var other = await calls.RegisterAsync("a reader too", "reader");
        var resume = new
        {
            basics = new { name = "Synthetic Candidate", email = "synthetic@example.test" },
            work = new[] { new { name = "Synthetic Shop", position = "Clerk", startDate = "2020-01", highlights = new[] { "Counted synthetic stock" } } },
        };
        await walk.StepAsync("profile", () => Send(owner, HttpMethod.Put, "/v1/profiles/me", resume));
        await walk.StepAsync("profile read back", async () => Expect(
            JsonElement.DeepEquals(await Send(owner, HttpMethod.Get, "/v1/profiles/me"), JsonSerializer.SerializeToElement(resume)), "the profile came back changed"));
        await walk.StepAsync("facts", async () => Expect(
            (await Send(owner, HttpMethod.Get, "/v1/profiles/me/facts")).GetProperty("items").GetArrayLength() == 4, "there are not four facts"));
        await walk.StepAsync("import looked at", () => Send(owner, HttpMethod.Post, "/v1/profiles/me/import?save=false", resume));
        await walk.StepAsync("import", () => Send(owner, HttpMethod.Post, "/v1/profiles/me/import", resume));
        await walk.StepAsync("a fault is named by its path", async () => Expect(
            (await AskAsync(owner, HttpMethod.Put, "/v1/profiles/me", new { work = 1 })).Status == 400, "a broken profile was taken"));
        await walk.StepAsync("masks", () => Send(owner, HttpMethod.Put, "/v1/profiles/me/masks", new { masks = new[] { new { key = "work", label = "Work", sections = WorkOnly, words = Array.Empty<string>() } } }));
        await walk.StepAsync("masks read", () => Send(owner, HttpMethod.Get, "/v1/profiles/me/masks"));
        var published = await walk.StepAsync("publish", () => Send(owner, HttpMethod.Post, "/v1/profiles/me/publish", new { }));
        var slug = published.GetProperty("slug").GetString();
        await walk.StepAsync("public CV", async () => Expect(
            !(await Send(other, HttpMethod.Get, $"/v1/profiles/{slug}")).GetRawText().Contains("synthetic@example.test", StringComparison.Ordinal), "the e-mail is public"));
        await walk.StepAsync("public CV by mask", () => Send(other, HttpMethod.Get, $"/v1/profiles/{slug}?mask=work"));
        await walk.StepAsync("publication", () => Send(owner, HttpMethod.Get, "/v1/profiles/me/publication"));
        var shared = await walk.StepAsync("secret link", async () => (await Send(owner, HttpMethod.Post, "/v1/profiles/me/share", new { })).GetProperty("sharedPath").GetString()!.Split('/')[^1]);
        await walk.StepAsync("CV by secret link", () => Send(other, HttpMethod.Get, $"/v1/profiles/shared/{shared}"));
        await walk.StepAsync("export", () => Send(owner, HttpMethod.Get, "/v1/profiles/me/export?format=jsonresume"));
        await walk.StepAsync("another's profile", async () => Expect((await AskAsync(other, HttpMethod.Get, "/v1/profiles/me")).Status == 404, "somebody without a profile has one"));
        await walk.StepAsync("link ended", () => Send(owner, HttpMethod.Delete, "/v1/profiles/me/share"));
        await walk.StepAsync("taken back", () => Send(owner, HttpMethod.Post, "/v1/profiles/me/unpublish", new { }));
        await walk.StepAsync("gone", async () => Expect((await AskAsync(other, HttpMethod.Get, $"/v1/profiles/{slug}")).Status == 404, "the CV is still public"));

        Task<ProofAnswer> AskAsync(SyntheticAccount account, HttpMethod method, string to, object? body = null) => calls.AskAsync(account, method, to, body);

        Task<JsonElement> Send(SyntheticAccount account, HttpMethod method, string to, object? body = null) => calls.SendAsync(account, method, to, body);

        static bool Expect(bool holds, string otherwise) => SmokeCalls.Expect(holds, otherwise);
    }
}

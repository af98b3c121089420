using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>A project's main path: made from a template, changed, looked back on, taken back, renamed, deleted.</summary>
internal sealed class ProjectSmoke : ISmokePath
{
    public string Name => "studio";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.StepAsync("register and sign in", () => SyntheticAccount.CreateAsync(walk.Client, "writer", "customer", walk.Run.Clock, cancel));
        await walk.StepAsync("templates", async () => Expect((await Send(HttpMethod.Get, "/v1/project-templates")).GetProperty("items").GetArrayLength() >= 5, "templates are missing"));
        var id = await walk.StepAsync("project from a template", async () =>
            (await Send(HttpMethod.Post, "/v1/projects", new { name = "Synthetic storefront", template = "storefront" })).GetProperty("id").GetGuid());
        await walk.StepAsync("found by name", async () => Expect((await Send(HttpMethod.Get, "/v1/projects?q=STOREFRONT")).GetProperty("items").GetArrayLength() == 1, "the project is not found"));
        await walk.StepAsync("commit", async () => Expect(
            (await Send(HttpMethod.Post, $"/v1/projects/{id}/commits", new { message = "Change", edits = new[] { new { path = "index.html", content = "<p>changed</p>\n" } } })).GetProperty("head").GetInt32() == 2,
            "the commit has another number"));
        await walk.StepAsync("a path out of the project is refused", async () => Expect(
            (await AskAsync(HttpMethod.Post, $"/v1/projects/{id}/commits", new { message = "Out", edits = new[] { new { path = "../x", content = "x" } } })).Code == "invalid_path", "it was taken"));
        await walk.StepAsync("diff", async () => Expect(
            (await Send(HttpMethod.Get, $"/v1/projects/{id}/history/2")).GetProperty("changes")[0].GetProperty("diff").GetString()!.Contains("+<p>changed</p>", StringComparison.Ordinal), "the diff lacks the line"));
        await walk.StepAsync("back", async () => Expect((await Send(HttpMethod.Post, $"/v1/projects/{id}/revert", new { to = 1 })).GetProperty("head").GetInt32() == 3, "there is no commit of it"));
        await walk.StepAsync("history", async () => Expect((await Send(HttpMethod.Get, $"/v1/projects/{id}/history")).GetProperty("items").GetArrayLength() == 3, "commits are missing"));
        await walk.StepAsync("renamed", () => Send(HttpMethod.Patch, $"/v1/projects/{id}", new { name = "Synthetic site" }));
        await walk.StepAsync("deleted", async () => Expect((await AskAsync(HttpMethod.Delete, $"/v1/projects/{id}")).Ok, "it was not deleted"));
        await walk.StepAsync("gone", async () => Expect((await AskAsync(HttpMethod.Get, $"/v1/projects/{id}")).Status == 404, "it is still there"));

        Task<ProofAnswer> AskAsync(HttpMethod method, string to, object? body = null) =>
            walk.Client.SendAsync(new ProofCall(to.Split('/', '?')[^1], method, to) { Account = owner, Body = body, Once = false }, cancel);

        async Task<JsonElement> Send(HttpMethod method, string to, object? body = null) => (await AskAsync(method, to, body)).Require();

        static bool Expect(bool holds, string otherwise) => holds ? true : throw new ProofException(otherwise);
    }
}

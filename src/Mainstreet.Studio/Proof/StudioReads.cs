using Mainstreet.Foundation.Proving;

namespace Mainstreet.Studio.Proof;

/// <summary>What Studio shows without being changed.</summary>
internal sealed class StudioReads : ISmokePath
{
    private const string Unauthenticated = "unauthenticated";
    private const string Nothing = "01930000-0000-7000-8000-000000000000";

    public string Name => "studio";

    public bool ReadOnly => true;

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var nobody = SmokeWalk.Nobody;
        await walk.StepAsync("sandbox", async () =>
        {
            // A deployment without a runner is whole: there it says down, and why.
            var answer = await walk.AskAsync(HttpMethod.Get, $"/health/sandbox", nobody);
            return (answer.Status == 503 ? answer.Is("status", "down").Holds(s => s.GetProperty("reasons").GetArrayLength() > 0, "says not why") : answer.Answered(200).Holds(s => s.GetProperty("status").GetString() is "up" or "degraded", "says not how it does"))
                .Holds(s => s.GetProperty("slots").GetInt32() >= s.GetProperty("running").GetInt32() && s.GetProperty("running").GetInt32() >= 0, "runs more than it can")
                .Holds(s => s.GetProperty("limits").GetProperty("memoryBytes").GetInt64() > 0, "bounds no memory").Says("mode");
        });
        await walk.SignInNeededAsync("page: projects are not for strangers", $"/studio");
        await walk.RefusedAsync("projects, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/projects", nobody);
        await walk.RefusedAsync("deployments, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/deployments", nobody);

        var reader = await walk.ReaderAsync();
        await walk.GetAsync("templates", reader, $"/v1/project-templates", a => a.AtLeast("items", 5).Some("items", t => t.GetProperty("name").GetString() == "storefront" && t.GetProperty("language").GetString()!.Length > 0, "is the storefront"));
        await walk.GetAsync("my projects", reader, $"/v1/projects?limit=5", a => List(a).Each("items", p => p.GetProperty("id").GetGuid() != Guid.Empty && p.GetProperty("head").GetInt32() > 0, "has no id or no commit"));
        await walk.RefusedAsync("a project that is not there", 404, "project_not_found", HttpMethod.Get, $"/v1/projects/{Nothing}", reader);
        await walk.RefusedAsync("its history neither", 404, "project_not_found", HttpMethod.Get, $"/v1/projects/{Nothing}/history", reader);
        await walk.GetAsync("my deployments", reader, $"/v1/deployments?limit=5", a => List(a).Each("items", d => d.GetProperty("status").GetString()!.Length > 0, "has no status"));
        await walk.GetAsync("tokens of providers", reader, $"/v1/deployment-credentials", a => a.Some("items", c => c.GetProperty("target").GetString() == "vercel", "is Vercel").Some("items", c => c.GetProperty("target").GetString() == "netlify", "is Netlify"));
        await walk.GetAsync("the ledger of the assistant", reader, $"/v1/ai/usage", a => a.Is("by", "feature").Says("from").Holds(u => u.GetProperty("total").GetProperty("requests").GetInt64() == u.GetProperty("items").EnumerateArray().Sum(i => i.GetProperty("sum").GetProperty("requests").GetInt64()), "adds up to another total"));
        await walk.PageAsync("page: projects", reader, $"/studio", "Studio", "<h1>Studio</h1>", "A new project");
    }

    private static SmokeAnswer List(SmokeAnswer answer) => answer.Holds(p => p.TryGetProperty("next", out _), "has no next");
}

using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Candidates who look for work and keep their profile.</summary>
internal sealed class CareersLoad : ILoadMix
{
    private static readonly string[] Queries = ["q=clerk", "q=plumber&remote=true", "q=driver&sort=newest", "q=cook&facets=company,place", "days=30&sort=newest"];

    public string Name => "careers";

    public async Task<LoadPart> PrepareAsync(LoadStage stage, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stage);
        object Resume(string position) => new
        {
            basics = new { name = "Synthetic Candidate", email = "synthetic@example.test" },
            work = new[] { new { name = "Synthetic Shop", position, startDate = "2020-01", highlights = new[] { "Counted synthetic stock" } } },
        };
        foreach (var candidate in stage.People) await stage.SendAsync(candidate, HttpMethod.Put, "/v1/profiles/me", Resume("Clerk"), cancel);
        var keepers = new LoadRota<SyntheticAccount>(stage.People);
        var bodies = new[] { LoadRequest.Json(Resume("Clerk")), LoadRequest.Json(Resume("Cashier")) };
        return new LoadPart(
        [
            new("careers: search", 8, random => new(HttpMethod.Get, $"/v1/jobs?{Queries[random.Next(Queries.Length)]}&limit=20", stage.Anybody(random))),
            new("careers: my profile", 4, random => new(HttpMethod.Get, "/v1/profiles/me", stage.Anybody(random))),
            new("careers: jobs (page)", 1, random => new(HttpMethod.Get, "/careers/jobs", stage.Anybody(random)) { Page = true }),
            new("careers: keep my profile (write)", 1, random => new(HttpMethod.Put, "/v1/profiles/me", keepers.Next(), bodies[random.Next(2)])),
        ], _ => Task.CompletedTask);
    }
}

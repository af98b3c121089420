using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Searching for work: every filter, facets, sources, saved searches, the search as a task; what a person may not do is refused.</summary>
internal sealed class JobSmoke : ISmokePath
{
    private const string Invalid = "invalid_request";
    private const string SearchGone = "not_found";

    private static readonly string[] FullTime = ["fullTime"];

    private static readonly string[] Nobody = ["nobody"];

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var seeker = await walk.AccountAsync("seeker");
        var other = await walk.AccountAsync("passer-by");
        await walk.GetAsync("jobs with every facet", seeker, $"/v1/jobs?facets=company,place,country,workplace,employment,seniority,source&disjunctive=workplace&limit=5",
            a => CareersReads.Coherent(a).Holds(f => f.GetProperty("facets").EnumerateObject().Count() == 7, "has not seven facets"));
        await walk.GetAsync("jobs by words", seeker, $"/v1/jobs?q=clerk -night&sort=relevance", CareersReads.Coherent);
        await walk.GetAsync("jobs with signs in their names", seeker, $"/v1/jobs?q=C%23 C%2B%2B .NET", CareersReads.Coherent);
        await walk.GetAsync("jobs by place", seeker, $"/v1/jobs?location=Pune&country=in", CareersReads.Coherent);
        await walk.GetAsync("jobs from anywhere", seeker, $"/v1/jobs?remote=true", CareersReads.Coherent);
        await walk.GetAsync("jobs by contract and step", seeker, $"/v1/jobs?employment=fullTime&employment=partTime&seniority=junior&workplace=hybrid", CareersReads.Coherent);
        await walk.GetAsync("jobs by pay", seeker, $"/v1/jobs?payMin=30000&currency=eur&sort=pay", CareersReads.Coherent);
        await walk.GetAsync("jobs of the last month", seeker, $"/v1/jobs?days=30&sort=newest", CareersReads.Coherent);
        await walk.GetAsync("jobs of a source", seeker, $"/v1/jobs?source=greenhouse&company=Synthetic House", CareersReads.Coherent);
        await walk.RefusedAsync("an unknown facet", 400, Invalid, HttpMethod.Get, $"/v1/jobs?facets=colour", seeker);
        await walk.RefusedAsync("pay without a currency", 400, Invalid, HttpMethod.Get, $"/v1/jobs?payMin=5", seeker);
        await walk.RefusedAsync("a made-up cursor", 400, Invalid, HttpMethod.Get, $"/v1/jobs?cursor=AAAA", seeker);
        await walk.GetAsync("sources say what they need", seeker, $"/v1/jobs/sources", a => a.Some("items", s => s.GetProperty("name").GetString() == "linkedin" && !s.GetProperty("reads").GetBoolean() && s.GetProperty("needs").GetString() is { Length: > 0 }, "is LinkedIn, which needs a key"));
        await walk.RefusedAsync("reading a source is for administrators", 403, "forbidden", HttpMethod.Post, $"/v1/jobs/sources/lever/read", seeker);
        await walk.RefusedAsync("importing is for administrators", 403, "forbidden", HttpMethod.Post, $"/v1/jobs/import", seeker, new SmokeFile("title\nSynthetic Clerk\n"u8.ToArray(), "text/csv"));

        var search = await walk.SendAsync("save a search", HttpMethod.Post, $"/v1/jobs/searches", seeker, new { q = "clerk", employment = FullTime }, 201, a => a.Is("q", "clerk").Id());
        await walk.GetAsync("saved search read", seeker, $"/v1/jobs/searches/{search}", a => a.Is("id", search.Value).Is("q", "clerk"));
        await walk.GetAsync("saved searches listed", seeker, $"/v1/jobs/searches", a => a.Count("items", 1).Is("items[0].id", search.Value));
        await walk.RefusedAsync("a search for nothing", 400, Invalid, HttpMethod.Post, $"/v1/jobs/searches", seeker, new { q = "" });
        await walk.RefusedAsync("another's search read", 404, SearchGone, HttpMethod.Get, $"/v1/jobs/searches/{search}", other);
        await walk.RefusedAsync("another's search removed", 404, SearchGone, HttpMethod.Delete, $"/v1/jobs/searches/{search}", other);
        var removed = await walk.SendAsync("saved search removed", HttpMethod.Delete, $"/v1/jobs/searches/{search}", seeker, null, 204, a => a.Empty());
        await walk.RefusedAsync("it is gone", 404, SearchGone, HttpMethod.Get, $"/v1/jobs/searches/{search}", seeker, null, removed);

        var task = await walk.SendAsync("search as a task", HttpMethod.Post, $"/v1/hunter/find-jobs", seeker, new { query = "clerk", location = "Pune", filters = new { employment = FullTime } }, 202, a => a.Is("type", "search_jobs").Id());
        await walk.EndedAsync("the task has searched", seeker, task, a => a.Holds(t => t.GetProperty("result").GetProperty("jobIds").ValueKind == JsonValueKind.Array, "names no jobs"));
        await walk.RefusedAsync("a task without words", 400, Invalid, HttpMethod.Post, $"/v1/hunter/find-jobs", seeker, new { query = " " });
        await walk.RefusedAsync("a task with an unknown source", 400, Invalid, HttpMethod.Post, $"/v1/hunter/find-jobs", seeker, new { query = "clerk", sources = Nobody });
        await walk.PageAsync("page: jobs by words and filters", seeker, $"/careers/jobs?q=clerk&employment=fullTime&remote=true&sort=newest", "Find work", "value=\"clerk\"");
        await walk.PageAsync("page: a job that is not there", seeker, $"/careers/jobs/{SmokeProfiles.Nothing}", 404, "Job", "<h1>Nothing here</h1>");
    }
}

using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>Searching for work: every filter, facets, sources, saved searches, the search as a task; what a person may not do is refused.</summary>
internal sealed class JobSmoke : ISmokePath
{
    private const string Nothing = "01930000-0000-7000-8000-000000000000";

    private static readonly string[] FullTime = ["fullTime"];

    private static readonly string[] Nobody = ["nobody"];

    public string Name => "careers";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var calls = new SmokeCalls(walk, cancel);
        var seeker = await calls.RegisterAsync("register and sign in", "seeker");
        var other = await calls.RegisterAsync("another seeker", "passer-by");

        await walk.StepAsync("jobs with every facet", async () =>
        {
            var found = await calls.GetAsync(seeker, "/v1/jobs?facets=company,place,country,workplace,employment,seniority,source&disjunctive=workplace&limit=5");
            SmokeCalls.Expect(found.GetProperty("facets").EnumerateObject().Count() == 7, "there are not seven facets");
            return SmokeCalls.Expect(found.GetProperty("items").GetArrayLength() <= Math.Min(5, found.GetProperty("total").GetInt32()), "more items than found");
        });
        await Finds("jobs by words", "q=clerk -night&sort=relevance");
        await Finds("jobs with signs in their names", "q=C%23 C%2B%2B .NET");
        await Finds("jobs by place", "location=Pune&country=in");
        await Finds("jobs from anywhere", "remote=true");
        await Finds("jobs by contract and step", "employment=fullTime&employment=partTime&seniority=junior&workplace=hybrid");
        await Finds("jobs by pay", "payMin=30000&currency=eur&sort=pay");
        await Finds("jobs of the last month", "days=30&sort=newest");
        await Finds("jobs of a source", "source=greenhouse&company=Synthetic House");
        await walk.StepAsync("words that nothing has", async () =>
            SmokeCalls.Expect((await calls.GetAsync(seeker, "/v1/jobs?q=qzxqzxqzx")).GetProperty("total").GetInt32() == 0, "something is found"));

        await calls.RefusedAsync("an unknown order", 400, seeker, HttpMethod.Get, "/v1/jobs?sort=best");
        await calls.RefusedAsync("an unknown facet", 400, seeker, HttpMethod.Get, "/v1/jobs?facets=colour");
        await calls.RefusedAsync("pay without a currency", 400, seeker, HttpMethod.Get, "/v1/jobs?payMin=5");
        await calls.RefusedAsync("a made-up cursor", 400, seeker, HttpMethod.Get, "/v1/jobs?cursor=AAAA");
        await calls.RefusedAsync("jobs without signing in", 401, null, HttpMethod.Get, "/v1/jobs");
        await calls.RefusedAsync("a job that is not there", 404, seeker, HttpMethod.Get, $"/v1/jobs/{Nothing}", code: "posting_not_found");

        await walk.StepAsync("sources say what they need", async () =>
        {
            var sources = (await calls.GetAsync(seeker, "/v1/jobs/sources")).GetProperty("items").EnumerateArray().ToList();
            return SmokeCalls.Expect(sources.Exists(s => s.GetProperty("name").GetString() == "linkedin" && !s.GetProperty("reads").GetBoolean() && s.GetProperty("needs").GetString() is { Length: > 0 }), "linkedin does not say that it needs a key");
        });
        await calls.RefusedAsync("reading a source is for administrators", 403, seeker, HttpMethod.Post, "/v1/jobs/sources/lever/read");
        await walk.StepAsync("importing is for administrators", async () =>
            SmokeCalls.Expect((await calls.UploadAsync(seeker, "/v1/jobs/import", "title\nSynthetic Clerk\n"u8.ToArray(), "text/csv")).Status == 403, "it was let in"));

        var saved = await walk.StepAsync("save a search", () => calls.SendAsync(seeker, HttpMethod.Post, "/v1/jobs/searches", new { q = "clerk", employment = FullTime }));
        var path = $"/v1/jobs/searches/{saved.GetProperty("id").GetString()}";
        await walk.StepAsync("saved search read", async () => SmokeCalls.Expect((await calls.GetAsync(seeker, path)).GetProperty("q").GetString() == "clerk", "its words are others"));
        await walk.StepAsync("saved searches listed", async () => SmokeCalls.Expect((await calls.GetAsync(seeker, "/v1/jobs/searches")).GetProperty("items").GetArrayLength() == 1, "it is not listed"));
        await calls.RefusedAsync("a search for nothing", 400, seeker, HttpMethod.Post, "/v1/jobs/searches", new { q = "" });
        await calls.RefusedAsync("another's search read", 404, other, HttpMethod.Get, path);
        await calls.RefusedAsync("another's search removed", 404, other, HttpMethod.Delete, path);
        await walk.StepAsync("saved search removed", async () => SmokeCalls.Expect((await calls.AskAsync(seeker, HttpMethod.Delete, path)).Status == 204, "it was not removed"));
        await calls.RefusedAsync("it is gone", 404, seeker, HttpMethod.Get, path);

        await walk.StepAsync("search as a task", async () =>
        {
            var started = await calls.SendAsync(seeker, HttpMethod.Post, "/v1/hunter/find-jobs", new { query = "clerk", location = "Pune", filters = new { employment = FullTime } });
            var ended = await calls.EndedAsync(seeker, started.GetProperty("id").GetString()!, "completed");
            return SmokeCalls.Expect(ended.GetProperty("result").GetProperty("jobIds").ValueKind == JsonValueKind.Array, "the result names no jobs");
        });
        await calls.RefusedAsync("a task without words", 400, seeker, HttpMethod.Post, "/v1/hunter/find-jobs", new { query = " " });
        await calls.RefusedAsync("a task with an unknown source", 400, seeker, HttpMethod.Post, "/v1/hunter/find-jobs", new { query = "clerk", sources = Nobody });

        Task<JsonElement> Finds(string step, string query) => walk.StepAsync(step, async () =>
        {
            var found = await calls.GetAsync(seeker, $"/v1/jobs?{query}");
            SmokeCalls.Expect(found.GetProperty("total").GetInt32() >= 0, "there is no total");
            return found;
        });
    }
}

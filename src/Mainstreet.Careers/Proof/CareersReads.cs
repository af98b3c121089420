using Mainstreet.Foundation.Proving;

namespace Mainstreet.Careers.Proof;

/// <summary>What Careers shows without being changed.</summary>
internal sealed class CareersReads : ISmokePath
{
    private const string Unauthenticated = "unauthenticated";

    public string Name => "careers";

    public bool ReadOnly => true;

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var nobody = SmokeWalk.Nobody;
        await walk.PageAsync("page: a CV that is not there", nobody, $"/cv/nobody-at-all", 404, "CV", "<h1>Nothing here</h1>");
        await walk.RefusedAsync("a CV that is not there", 404, "profile_not_found", HttpMethod.Get, $"/v1/profiles/nobody-at-all", nobody);
        await walk.SignInNeededAsync("page: careers are not for strangers", $"/careers");
        await walk.SignInNeededAsync("page: nor are applications", $"/careers/applications");
        await walk.RefusedAsync("jobs, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/jobs", nobody);
        await walk.RefusedAsync("tasks, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/tasks", nobody);

        var reader = await walk.ReaderAsync();
        await walk.GetAsync("jobs", reader, $"/v1/jobs?limit=5", Coherent);
        await walk.GetAsync("words that no job has", reader, $"/v1/jobs?q=qzxqzxqzx", a => Coherent(a).Is("total", 0));
        await walk.RefusedAsync("jobs in an unknown order", 400, "invalid_request", HttpMethod.Get, $"/v1/jobs?sort=best", reader);
        await walk.RefusedAsync("a job that is not there", 404, "posting_not_found", HttpMethod.Get, $"/v1/jobs/{SmokeProfiles.Nothing}", reader);
        await walk.GetAsync("sources of jobs", reader, $"/v1/jobs/sources", a => a.Some("items", s => s.GetProperty("name").GetString() == "greenhouse" && s.GetProperty("reads").GetBoolean(), "is Greenhouse, read"));
        await walk.GetAsync("my searches", reader, $"/v1/jobs/searches", a => List(a).Each("items", s => s.GetProperty("id").GetGuid() != Guid.Empty, "has no id"));
        await walk.GetAsync("my documents", reader, $"/v1/documents?limit=5", a => List(a).Each("items", d => d.GetProperty("kind").GetString()!.Length > 0, "has no kind"));
        await walk.GetAsync("my tasks", reader, $"/v1/tasks?limit=5", a => List(a).Each("items", t => t.GetProperty("state").GetString()!.Length > 0, "has no state"));
        await walk.GetAsync("my applications", reader, $"/v1/hunter/submissions?limit=5", a => List(a).Each("items", s => s.GetProperty("state").GetString()!.Length > 0, "has no state"));
        await walk.GetAsync("my quota", reader, $"/v1/hunter/quotas", a => a.Holds(q => q.GetProperty("used").GetInt32() + q.GetProperty("left").GetInt32() == q.GetProperty("limit").GetInt32() && q.GetProperty("limit").GetInt32() > 0, "does not add up"));
        await walk.PageAsync("page: careers", reader, $"/careers", "Careers", "<h1>Careers</h1>");
        await walk.PageAsync("page: jobs", reader, $"/careers/jobs", "Find work", "<h1>Find work</h1>");
        await walk.PageAsync("page: jobs by a wrong filter", reader, $"/careers/jobs?seniority=boss", 400, "Find work", "<h1>Find work</h1>");
        await walk.PageAsync("page: applications", reader, $"/careers/applications", "Applications", "<h1>Applications</h1>", "Interview <span class=\"count\">");
        await walk.PageAsync("page: documents", reader, $"/careers/documents", "Documents", "<h1>Documents</h1>");
    }

    internal static SmokeAnswer Coherent(SmokeAnswer answer) => List(answer)
        .Holds(p => p.GetProperty("items").GetArrayLength() is var shown && p.GetProperty("total").GetInt64() is var total && shown <= total && (shown > 0 || total == 0), "shows more than it counts, or nothing of it")
        .Each("items", j => j.GetProperty("id").GetGuid() != Guid.Empty && j.GetProperty("title").GetString()!.Length > 0, "has no id or title");

    private static SmokeAnswer List(SmokeAnswer answer) => answer.Holds(p => p.TryGetProperty("next", out _), "has no next");
}

namespace Mainstreet.Foundation.Proving;

/// <summary>What every module stands on: health, figures, the description of the interface, the frame of pages and their files, problems, the live channel.</summary>
internal sealed class FoundationSmoke : ISmokePath
{
    private const string Unauthenticated = "unauthenticated";

    public string Name => "foundation";

    public bool ReadOnly => true;

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var nobody = SmokeWalk.Nobody;
        await walk.GetAsync("health: the process runs", nobody, $"/health/live", a => a.Media("application/json").Is("status", "up").Is("reason", null));
        await walk.GetAsync("health: it may get requests", nobody, $"/health/ready", a => a.Media("application/json").Is("status", "up").Is("reason", null));
        await walk.GetAsync("health: in a word", nobody, $"/health", a => a.Media("application/json").Is("status", "up").Is("reason", null));
        await walk.StepAsync("health: details are not for strangers", async () =>
        {
            var answer = await walk.AskAsync(HttpMethod.Get, $"/health/detailed", nobody);
            return answer.IsHidden ? answer : answer.Problem(401, Unauthenticated);
        });
        await walk.GetAsync("the interface is described", nobody, $"/openapi/v1.json", a => a.Is("info.title", "Mainstreet").Is("info.version", "v1")
            .Holds(d => d.GetProperty("paths").TryGetProperty("/v1/live/stream", out var path) && path.GetProperty("get").GetProperty("operationId").GetString() == "foundation.live.stream", "does not describe /v1/live/stream"));
        await walk.StepAsync("metrics, or who may read them", async () =>
        {
            var answer = await walk.AskAsync(HttpMethod.Get, $"/metrics", nobody);
            if (answer.IsHidden) return answer;
            return answer.Status == 401 ? answer.Problem(401, Unauthenticated) : answer.Answered(200).Media("text/plain").Contains("# TYPE target_info gauge\n", "service_name=\"mainstreet\"");
        });

        await walk.PageAsync("page: start", nobody, $"/", "Start", "Report it once. The right person comes.", "href=\"/sign-in\"");
        await walk.PageAsync("page: nothing here", nobody, $"/no-such-page", 404, "Nothing here", "<h1>Nothing here</h1>");
        await walk.SignInNeededAsync("page: administration is not for strangers", $"/admin");
        await walk.RefusedAsync("no such route", 404, "not_found", HttpMethod.Get, $"/v1/no-such-route", nobody);
        await walk.GetAsync("file: style", nobody, $"/css/base.css", a => a.Media("text/css").Contains(":root", "main"));
        await walk.GetAsync("file: style of parts", nobody, $"/css/parts.css", a => a.Media("text/css").Contains(".cards > li"));
        await walk.GetAsync("file: script", nobody, $"/js/site.js", a => a.Media("text/javascript").Contains("import "));
        await walk.GetAsync("file: icon", nobody, $"/img/icon.svg", a => a.Media("image/svg+xml").Contains("<svg"));

        await walk.RefusedAsync("live: the stream is not for strangers", 401, Unauthenticated, HttpMethod.Get, $"/v1/live/stream?topics=role:admin", nobody);
        await walk.RefusedAsync("live: nor are its figures", 401, Unauthenticated, HttpMethod.Get, $"/v1/live/stats", nobody);
        await walk.RefusedAsync("live: nor who is present", 401, Unauthenticated, HttpMethod.Get, $"/v1/live/presence?topic=role:admin", nobody);
        await walk.RefusedAsync("the audit trail is not for strangers", 401, Unauthenticated, HttpMethod.Get, $"/v1/audit", nobody);

        var reader = await walk.ReaderAsync();
        await walk.RefusedAsync("live: a stream of nothing", 400, "invalid_request", HttpMethod.Get, $"/v1/live/stream", reader);
        await walk.GuardedAsync("live: figures for administrators", reader, $"/v1/live/stats", a => a.AtLeast("replicas", 1).Holds(s => s.GetProperty("connections").GetInt32() >= 0, "counts no connections"));
        await walk.GuardedAsync("health: details for administrators", reader, $"/health/detailed", a => a.Is("ready", true).Says("version").Is("parts.database.status", "up"));
        await walk.GuardedAsync("the audit trail for administrators", reader, $"/v1/audit?limit=5", a => a.AtLeast("items", 1).Each("items", i => i.GetProperty("hash").GetString()!.Length >= 32 && i.GetProperty("action").GetString()!.Length > 0, "has no hash or no act"));
        await walk.StepAsync("page: administration", async () =>
        {
            var page = await walk.AskAsync(HttpMethod.Get, $"/admin", reader, headers: new Dictionary<string, string> { ["Accept"] = "text/html" });
            return page.Status == 403 ? page.Page("Not for you", "<h1>Not for you</h1>") : page.Answered(200).Page("Administration", "audit");
        });
        await walk.PageAsync("page: start, signed in", reader, $"/", "Start", "Good to see you", "action=\"/sign-out\"");
    }
}

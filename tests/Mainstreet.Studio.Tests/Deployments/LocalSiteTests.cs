using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Proving;
using Mainstreet.Studio.Proof;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Deployments;

[Trait("kind", "db")]
public sealed class LocalSiteTests(SiteApps apps) : IClassFixture<SiteApps>
{
    [Theory, EachEngine]
    public async Task A_site_is_published_changed_and_rolled_back(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var project = await user.ProjectAsync(("index.html", "<h1>One</h1>"), ("css/site.css", "h1 {}"), (".env", "SECRET=1"));
        var watch = Stopwatch.StartNew();
        var first = await user.PublishAsync(project);

        first.GetProperty("status").GetString().ShouldBe("ready");
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        var site = first.UrlOf();
        (await apps.GetAsync(site, "/").TextAsync()).ShouldBe("<h1>One</h1>");
        (await apps.GetAsync(site, "/css/site.css").TextAsync()).ShouldBe("h1 {}");

        await user.WriteAsync(project, "index.html", "<h1>Two</h1>");
        var second = await user.PublishAsync(project);
        second.UrlOf().ShouldBe(site);
        (await apps.GetAsync(site, "/").TextAsync()).ShouldBe("<h1>Two</h1>");
        var changes = await user.GetAsync($"/v1/deployments/{second.GetProperty("id").GetGuid()}/changes");
        changes.GetProperty("changed").EnumerateArray().Select(c => c.GetString()).ShouldBe(["index.html"]);
        changes.GetProperty("unchanged").GetInt32().ShouldBe(1);

        var back = await user.EndOfAsync((await user.PostAsync($"/v1/deployments/{first.GetProperty("id").GetGuid()}/rollback", new { })).GetProperty("id").GetGuid());
        back.GetProperty("rollbackOf").GetGuid().ShouldBe(first.GetProperty("id").GetGuid());
        (await apps.GetAsync(site, "/").TextAsync()).ShouldBe("<h1>One</h1>");
        (await user.GetAsync($"/v1/deployments?projectId={project}&target=local&status=ready")).GetProperty("items").GetArrayLength().ShouldBe(3);
    }

    [Theory, EachEngine]
    public async Task A_preview_is_for_who_has_its_address_and_holds_what_would_be_published(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (owner, other) = (await TestUser.RegisterAsync(app), await TestUser.RegisterAsync(app));
        var project = await owner.ProjectAsync(("public/index.html", "draft"), ("public/a.css", "h1 {}"), ("secret.txt", "no"), (".env", "SECRET=1"));
        var page = await owner.Http.GetStringAsync($"/studio/projects/{project}/preview");
        var address = new Uri(System.Text.RegularExpressions.Regex.Match(page, "<iframe[^>]* src=\"([^\"]+)\"").Groups[1].Value);
        var site = address.GetLeftPart(UriPartial.Authority);
        var token = address.AbsolutePath;
        (await apps.GetAsync(site, token).TextAsync()).ShouldBe("draft");
        using (var style = await apps.GetAsync(site, token + "a.css"))
        {
            style.Content.Headers.ContentType!.MediaType.ShouldBe("text/css");
            style.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }

        (await other.SendAsync(HttpMethod.Get, $"/studio/projects/{project}/preview")).Status.ShouldBe(404);
        foreach (var path in new[] { token + "secret.txt", token + ".env", token + "..%2fsecret.txt", token[..^1], "/", "/x/", token[..^3] + "aa/" })
        {
            using var none = await apps.GetAsync(site, path);
            (none.StatusCode, none.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.NotFound, 0), path);
        }
    }

    [Theory, EachEngine]
    public async Task Nothing_but_its_files_is_served(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var project = await user.ProjectAsync(
            ("index.html", "home"), ("about.html", "about"), ("blog/index.html", "blog"), ("404.html", "nothing here"), (".env", "SECRET=1"), (".hidden/x.txt", "hidden"), (".well-known/security.txt", "contact"));
        var site = (await user.PublishAsync(project)).UrlOf();

        (await apps.GetAsync(site, "/about").TextAsync()).ShouldBe("about");
        (await apps.GetAsync(site, "/blog/").TextAsync()).ShouldBe("blog");
        (await apps.GetAsync(site, "/.well-known/security.txt").TextAsync()).ShouldBe("contact");
        using (var moved = await apps.GetAsync(site, "/blog?x=1")) (moved.StatusCode, moved.Headers.Location!.ToString()).ShouldBe((HttpStatusCode.PermanentRedirect, "/blog/?x=1"));
        foreach (var path in new[] { "/.env", "/.hidden/x.txt", "/none", "/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/a%5cb", "//index.html", "/index.html/", "/v1/projects", "/health" })
        {
            using var none = await apps.GetAsync(site, path);
            none.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
            (await none.Content.ReadAsStringAsync()).ShouldBe("nothing here", path);
        }

        // Another name than a site's gets nothing at all, on whatever path.
        using var stranger = await apps.GetAsync($"http://127.0.0.1:{new Uri(site).Port}", "/");
        (stranger.StatusCode, stranger.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.NotFound, 0));
        using var post = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{new Uri(site).Port}/");
        (await apps.Browser.SendAsync(post)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    [Theory, EachEngine]
    public async Task Its_headers_are_strict_and_it_sets_no_cookie(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var user = await TestUser.RegisterAsync(app);
        var project = await user.ProjectAsync(("index.html", "<script>document.title = 'set'</script><script src=\"a.js\"></script>"), ("a.js", "1"));
        var site = (await user.PublishAsync(project)).UrlOf();

        using var page = await apps.GetAsync(site, "/", ("Cookie", "anything=1"));

        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldContain("script-src 'self' 'sha256-");
        policy.ShouldNotContain("script-src 'self' 'unsafe-inline'");
        policy.ShouldContain("object-src 'none'");
        policy.ShouldContain($"connect-src 'self' {app.Address.GetLeftPart(UriPartial.Authority)}");
        page.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        page.Headers.Contains("Set-Cookie").ShouldBeFalse();
        page.Headers.Contains("Server").ShouldBeFalse();
        page.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        using var again = await apps.GetAsync(site, "/", ("If-None-Match", page.Headers.ETag!.Tag));
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        (await apps.GetAsync(site, "/a.js")).Content.Headers.ContentType!.ToString().ShouldBe("text/javascript; charset=utf-8");
    }

    [Theory, EachEngine]
    public async Task Its_pages_may_read_the_shop_and_nothing_else(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var user = await TestUser.RegisterAsync(app);
        var site = (await user.PublishAsync(await user.ProjectAsync(("index.html", "home")))).UrlOf();

        using (var open = await CallAsync(HttpMethod.Get, "/v1/products", site))
        {
            open.StatusCode.ShouldBe(HttpStatusCode.OK);
            open.Headers.GetValues("Access-Control-Allow-Origin").Single().ShouldBe(site);
            open.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        }

        // Also with the token of somebody who may: what a page got hold of is worth nothing here.
        foreach (var (method, path) in new[] { (HttpMethod.Get, "/v1/projects"), (HttpMethod.Get, "/v1/auth/me"), (HttpMethod.Get, "/"), (HttpMethod.Get, "/openapi/v1.json"), (HttpMethod.Post, "/v1/projects"), (HttpMethod.Post, "/v1/auth/login"), (HttpMethod.Options, "/v1/products"), (HttpMethod.Post, "/v1/carts") })
        {
            using var shut = await CallAsync(method, path, site, user.AccessToken);
            shut.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{method} {path}");
            shut.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
            (await shut.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("origin_forbidden");
        }

        // Under a site's own name there is no console.
        using var misled = new HttpRequestMessage(HttpMethod.Get, new Uri(app.Address, "/v1/products"));
        misled.Headers.Host = $"{new Uri(site).Host}:{app.Address.Port}";
        (await apps.Browser.SendAsync(misled)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        async Task<HttpResponseMessage> CallAsync(HttpMethod method, string path, string origin, string? token = null)
        {
            using var request = new HttpRequestMessage(method, new Uri(app.Address, path));
            request.Headers.TryAddWithoutValidation("Origin", origin);
            if (token is not null) request.Headers.Authorization = new("Bearer", token);
            if (method == HttpMethod.Post) request.Content = JsonContent.Create(new { });
            return await apps.Browser.SendAsync(request);
        }
    }

    [Theory, EachEngine]
    public async Task What_cannot_be_a_site_is_refused_before_anything_is_made(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        (await AskAsync(await user.ProjectAsync(("readme.md", "x")), """{"target":"local"}""")).ShouldBe((422, "no_index"));
        (await AskAsync(await user.ProjectAsync(), """{"target":"local"}""")).ShouldBe((422, "nothing_to_publish"));
        var project = await user.ProjectAsync(("public/index.html", "x"));
        (await AskAsync(project, """{"target":"local","environment":{"A":"b"}}""")).ShouldBe((422, "environment_unsupported"));
        (await AskAsync(project, """{"target":"moon"}""")).ShouldBe((400, "invalid_request"));
        (await AskAsync(project, """{"target":"vercel","environment":{"1A":"b"}}""")).ShouldBe((400, "invalid_request"));
        (await AskAsync(Guid.CreateVersion7(), """{"target":"local"}""")).ShouldBe((404, "project_not_found"));
        (await user.GetAsync("/v1/deployments")).GetProperty("items").GetArrayLength().ShouldBe(0);

        async Task<(int, string?)> AskAsync(Guid id, string body)
        {
            var answer = await user.SendJsonAsync(HttpMethod.Post, $"/v1/projects/{id}/deployments", body);
            return (answer.Status, answer.Code);
        }
    }

    [Theory, EachEngine]
    public async Task Where_sites_are_on_the_proof_publishes_some(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var proof = new StudioProof([new DeploymentRound()]);
        var report = await ProofRunner.RunAsync(proof, new ProofRun([app.Address], seed: 7, TimeProvider.System), TestContext.Current.CancellationToken);
        report.Results.Where(r => !r.Holds).Select(r => $"{r.Invariant.Id}: {string.Join('\n', r.CounterExamples)}").ShouldBeEmpty();
        report.Results.Single(r => r.Invariant.Id == "studio.one-deployment").Checked.ShouldBeGreaterThan(6);
    }

    [Theory, EachEngine]
    public async Task A_deleted_project_takes_its_site_with_it(Engine engine)
    {
        var user = await TestUser.RegisterAsync(await apps.OnAsync(engine));
        var project = await user.ProjectAsync(("index.html", "home"));
        var site = (await user.PublishAsync(project)).UrlOf();

        (await user.SendAsync(HttpMethod.Delete, $"/v1/projects/{project}")).Status.ShouldBe(204);

        (await apps.GetAsync(site, "/")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}

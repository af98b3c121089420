using System.Net;
using System.Net.Http.Json;

using Mainstreet.Access.Sessions;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "db")]
public sealed class CookieTests
{
    private static async Task<HttpClient> EnterAsync(AccessHost host, string email)
    {
        var client = host.Client();
        var answer = await client.PostFormAsync("/sign-in", ("email", email), ("password", AccessHost.Password), ("returnUrl", "/tickets?a=1&b=é"));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe("/tickets?a=1&b=%C3%A9");
        return client;
    }

    [Theory, EachEngine]
    public async Task The_form_signs_in_with_a_cookie_that_scripts_cannot_read_and_signs_out(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        using var client = await EnterAsync(host, pat.Email);
        (await client.GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var out_ = await client.PostFormAsync("/sign-out");
        out_.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        await (await client.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Fact]
    public async Task The_cookie_is_http_only_and_lax()
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        using var client = host.Client();
        var answer = await client.PostFormAsync("/sign-in", ("email", pat.Email), ("password", AccessHost.Password));
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("mainstreet=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        answer.Headers.Location!.OriginalString.ShouldBe("/");
    }

    [Fact]
    public async Task Outside_Development_every_cookie_is_secure_though_the_proxy_ends_TLS()
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database, environment: "Production");
        var pat = await host.EnterAsync();
        using var client = host.Client();
        client.BaseAddress = new Uri("http://localhost");
        var asked = await client.GetAsync("/test/antiforgery");
        var antiforgery = asked.Headers.GetValues("Set-Cookie").Single();
        antiforgery.ShouldContain("secure", Case.Insensitive);
        client.DefaultRequestHeaders.Add("Cookie", antiforgery.Split(';')[0]);
        var form = new Dictionary<string, string>
        {
            ["email"] = pat.Email, ["password"] = AccessHost.Password, ["__RequestVerificationToken"] = (await asked.Content.ReadAsStringAsync()).Trim('"'),
        };
        var entered = await client.PostAsync("/sign-in", new FormUrlEncodedContent(form));
        entered.Headers.Location!.OriginalString.ShouldBe("/");
        entered.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("mainstreet=", StringComparison.Ordinal)).ShouldContain("secure", Case.Insensitive);
    }

    [Fact]
    public async Task What_is_made_for_somebody_signed_in_stays_in_no_cache()
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        using var client = await EnterAsync(host, (await host.EnterAsync()).Email);
        (await client.GetAsync("/test/page")).Headers.CacheControl!.NoStore.ShouldBeTrue();
        using var stranger = host.Client();
        (await stranger.GetAsync("/nowhere")).Headers.CacheControl.ShouldBeNull();
    }

    [Theory, EachEngine]
    public async Task A_change_under_the_cookie_needs_the_antiforgery_token_and_one_under_a_bearer_token_does_not(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        using var client = await EnterAsync(host, pat.Email);
        var business = new { name = "Corner Shop" };
        await (await client.PostAsJsonAsync("/v1/businesses", business)).ShouldBeProblemAsync(400, "antiforgery_failed");
        client.DefaultRequestHeaders.Add("X-CSRF-Token", "made-up");
        await (await client.PostAsJsonAsync("/v1/businesses", business)).ShouldBeProblemAsync(400, "antiforgery_failed");
        client.DefaultRequestHeaders.Remove("X-CSRF-Token");
        client.DefaultRequestHeaders.Add("X-CSRF-Token", (await client.GetStringAsync("/test/antiforgery")).Trim('"'));
        (await client.PostAsJsonAsync("/v1/businesses", business)).StatusCode.ShouldBe(HttpStatusCode.Created);

        using var bearer = host.Client(pat.AccessToken);
        (await bearer.PostAsJsonAsync("/v1/businesses", business)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_token_of_another_session_does_not_fit()
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        var (pat, mallory) = (await host.EnterAsync(), await host.EnterAsync());
        using var victim = await EnterAsync(host, pat.Email);
        using var attacker = await EnterAsync(host, mallory.Email);
        victim.DefaultRequestHeaders.Add("X-CSRF-Token", (await attacker.GetStringAsync("/test/antiforgery")).Trim('"'));
        await (await victim.PostAsJsonAsync("/v1/businesses", new { name = "Theirs" })).ShouldBeProblemAsync(400, "antiforgery_failed");
    }

    [Fact]
    public async Task Failures_lead_back_to_the_form_with_a_code()
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        using var client = host.Client();
        var wrong = await client.PostFormAsync("/sign-in", ("email", pat.Email), ("password", "Wrong-Horse-1"), ("returnUrl", "//evil.test"));
        wrong.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        wrong.Headers.Location!.OriginalString.ShouldBe($"/sign-in?error=invalid_credentials&email={pat.Email}");
        var forged = await client.PostAsync("/sign-in", new FormUrlEncodedContent([KeyValuePair.Create("email", pat.Email)]));
        forged.Headers.Location!.OriginalString.ShouldBe("/sign-in?error=form_expired");
        var taken = await client.PostFormAsync("/register", ("email", pat.Email), ("password", AccessHost.Password), ("displayName", "Pat"), ("role", "customer"));
        taken.Headers.Location!.OriginalString.ShouldStartWith("/register?error=email_taken");
        var weak = await client.PostFormAsync("/register", ("email", "new@example.test"), ("password", "weak"), ("displayName", "Pat"), ("role", "customer"));
        weak.Headers.Location!.OriginalString.ShouldStartWith("/register?error=weak_password");
        var admin = await client.PostFormAsync("/register", ("email", "new@example.test"), ("password", AccessHost.Password), ("displayName", "Pat"), ("role", "admin"));
        admin.Headers.Location!.OriginalString.ShouldStartWith("/register?error=invalid_request");
        for (var i = 0; i < 4; i++) await client.PostFormAsync("/sign-in", ("email", pat.Email), ("password", "Wrong-Horse-1"));
        var waits = await client.PostFormAsync("/sign-in", ("email", pat.Email), ("password", AccessHost.Password));
        waits.Headers.Location!.OriginalString.ShouldStartWith("/sign-in?error=too_many_attempts&retryAfter=");
        var registered = await client.PostFormAsync("/register", ("email", "new@example.test"), ("password", AccessHost.Password), ("displayName", "Pat"), ("role", "contractor"));
        registered.Headers.Location!.OriginalString.ShouldBe("/");
        (await client.GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_stranger_is_sent_to_the_form_on_a_page_and_told_401_on_the_api()
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        using var client = host.Client();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        await (await client.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
        var page = await client.GetAsync("/test/page");
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        page.Headers.Location!.OriginalString.ShouldEndWith("/sign-in?returnUrl=%2Ftest%2Fpage");
    }

    [Theory]
    [InlineData("/tickets/1?x=y#z", true)]
    [InlineData("/", true)]
    [InlineData("//evil.test", false)]
    [InlineData("/\\evil.test", false)]
    [InlineData("https://evil.test", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/a\r\nSet-Cookie: x=y", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_paths_of_this_site_are_followed(string? url, bool followed) =>
        SignInPages.LocalUrl(url).ShouldBe(followed ? url : null);
}

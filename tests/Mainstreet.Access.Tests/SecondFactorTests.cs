using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;

using Mainstreet.Access.Data;
using Mainstreet.Access.SecondFactor;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "db")]
public sealed class SecondFactorTests
{
    [Theory, EachEngine]
    public async Task With_an_authenticator_sign_in_asks_for_a_code_and_takes_each_once(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var phone = await street.EnrolAsync();

        using var client = street.Host.Client();
        var answer = await client.PostAsJsonAsync("/v1/auth/login", new { email = phone.User.Email, password = AccessHost.Password });
        var problem = await answer.ShouldBeProblemAsync(401, "second_factor_required");
        problem.GetProperty("methods").EnumerateArray().Select(m => m.GetString()).ShouldBe(["totp", "recovery"]);
        var challenge = problem.GetProperty("challenge").GetString()!;
        problem.GetProperty("expiresAt").GetDateTimeOffset().ShouldBeGreaterThan(street.Clock.GetUtcNow());

        // The code that turned the app on is spent.
        await (await CompleteAsync(client, challenge, phone.LastCode)).ShouldBeProblemAsync(401, "invalid_code");
        street.Clock.Advance(TimeSpan.FromSeconds(30));
        var code = phone.Code();
        var entered = await CompleteAsync(client, challenge, $" {code[..3]} {code[3..]} ");
        entered.StatusCode.ShouldBe(HttpStatusCode.OK);
        var session = SignedIn.Of(phone.User.Email, await entered.JsonAsync());
        (await street.Host.Client(session.AccessToken).GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = session.RefreshToken })).StatusCode.ShouldBe(HttpStatusCode.OK);

        await (await CompleteAsync(client, challenge, code)).ShouldBeProblemAsync(401, "invalid_challenge");
        await (await CompleteAsync(client, await street.ChallengeAsync(phone.User.Email), code)).ShouldBeProblemAsync(401, "invalid_code");
        await (await CompleteAsync(client, "made-up", code)).ShouldBeProblemAsync(401, "invalid_challenge");
        await (await CompleteAsync(client, "", code)).ShouldBeProblemAsync(400, "invalid_request");
        (await street.AuditAsync(phone.User.Id)).ShouldBe(
        [
            "account.registered", "session.started", "totp.enrolled", "session.started", "second-factor.refused", "totp.enabled", "recovery-codes.made",
            "second-factor.refused", "session.started", "second-factor.refused",
        ]);
    }

    [Theory, EachEngine]
    public async Task One_code_a_hundred_times_at_once_succeeds_once(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine, ("Access:SecondFactor:Failures", "1000"), ("Access:SecondFactor:FailuresPerDay", "1000"));
        await using var replica = engine == Engine.Postgres ? await AccessHost.StartAsync(street.Database, street.Clock) : null;
        var phone = await street.EnrolAsync();
        street.Clock.Advance(TimeSpan.FromSeconds(60));
        var challenges = new List<string>();
        for (var i = 0; i < 100; i++) challenges.Add(await street.ChallengeAsync(phone.User.Email));
        var code = phone.Code();
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tries = challenges.Select((challenge, i) => Task.Run(async () =>
        {
            using var client = (i % 2 == 0 ? street.Host : replica ?? street.Host).Client();
            await start.Task;
            return (await CompleteAsync(client, challenge, code)).StatusCode;
        })).ToList();
        start.SetResult();
        var answers = await Task.WhenAll(tries);
        answers.Count(a => a == HttpStatusCode.OK).ShouldBe(1);
        answers.Count(a => a is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests).ShouldBe(99);
    }

    [Theory, EachEngine]
    public async Task Guesses_at_once_are_looked_at_no_more_often_than_one_by_one(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var phone = await street.EnrolAsync();
        street.Clock.Advance(TimeSpan.FromSeconds(60));
        var one = await street.ChallengeAsync(phone.User.Email);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            using var client = street.Host.Client();
            return (await (await CompleteAsync(client, one, $"00000{i % 10}")).JsonAsync()).GetProperty("code").GetString();
        })));
        answers.Count(a => a == "invalid_code").ShouldBeLessThanOrEqualTo(5);
        answers.Count(a => a is "invalid_challenge" or "too_many_attempts").ShouldBe(40 - answers.Count(a => a == "invalid_code"));

        // The account waits now, whatever the challenge; recovery codes still let the owner in.
        using var owner = street.Host.Client();
        var refused = await CompleteAsync(owner, await street.ChallengeAsync(phone.User.Email), phone.Code());
        await refused.ShouldBeProblemAsync(429, "too_many_attempts");
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.FromMinutes(10));
        (await CompleteAsync(owner, await street.ChallengeAsync(phone.User.Email), phone.RecoveryCodes[0].ToLowerInvariant())).StatusCode.ShouldBe(HttpStatusCode.OK);
        street.Clock.Advance(TimeSpan.FromMinutes(16));
        (await CompleteAsync(owner, await street.ChallengeAsync(phone.User.Email), phone.Code())).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, EachEngine]
    public async Task Recovery_codes_are_good_once_each_and_new_ones_void_the_old(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var phone = await street.EnrolAsync();
        phone.RecoveryCodes.Distinct().Count().ShouldBe(10);
        using var client = street.Host.Client();
        var challenges = new List<string>();
        for (var i = 0; i < 20; i++) challenges.Add(await street.ChallengeAsync(phone.User.Email));
        var answers = await Task.WhenAll(challenges.Select(c => Task.Run(() => CompleteAsync(client, c, phone.RecoveryCodes[3]))));
        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        using var mine = street.Host.Client(phone.User.AccessToken);
        (await (await mine.GetAsync("/v1/auth/2fa")).JsonAsync()).GetProperty("recoveryCodesLeft").GetInt32().ShouldBe(9);

        var made = await mine.PostAsync("/v1/auth/2fa/totp/recovery-codes", null);
        made.StatusCode.ShouldBe(HttpStatusCode.OK);
        var fresh = (await made.JsonAsync()).GetProperty("recoveryCodes").EnumerateArray().Select(c => c.GetString()!).ToList();
        await (await CompleteAsync(client, await street.ChallengeAsync(phone.User.Email), phone.RecoveryCodes[4])).ShouldBeProblemAsync(401, "invalid_code");
        (await CompleteAsync(client, await street.ChallengeAsync(phone.User.Email), fresh[9])).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, EachEngine]
    public async Task An_account_gets_new_recovery_codes_ten_times_an_hour(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var phone = await street.EnrolAsync();
        using var mine = street.Host.Client(phone.User.AccessToken);
        for (var i = 0; i < 10; i++) (await mine.PostAsync("/v1/auth/2fa/totp/recovery-codes", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var refused = await mine.PostAsync("/v1/auth/2fa/totp/recovery-codes", null);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.FromMinutes(50));
        await refused.ShouldBeProblemAsync(429, "too_many_attempts");
    }

    [Theory, EachEngine]
    public async Task Disabling_takes_a_code_and_leaves_nothing(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var phone = await street.EnrolAsync();
        using var mine = street.Host.Client(phone.User.AccessToken);
        await (await mine.PostAsync("/v1/auth/2fa/totp", null)).ShouldBeProblemAsync(409, "totp_enabled");
        await (await mine.PostAsJsonAsync("/v1/auth/2fa/totp/verify", new { code = "000000" })).ShouldBeProblemAsync(409, "totp_enabled");
        await (await mine.PostAsJsonAsync("/v1/auth/2fa/totp/disable", new { code = "000000" })).ShouldBeProblemAsync(401, "invalid_code");
        await (await mine.PostAsJsonAsync("/v1/auth/2fa/totp/disable", new { })).ShouldBeProblemAsync(400, "invalid_request");
        street.Clock.Advance(TimeSpan.FromSeconds(30));
        (await mine.PostAsJsonAsync("/v1/auth/2fa/totp/disable", new { code = phone.Code() })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await mine.PostAsJsonAsync("/v1/auth/2fa/totp/disable", new { code = phone.Code() })).ShouldBeProblemAsync(409, "second_factor_not_enabled");
        await (await mine.PostAsync("/v1/auth/2fa/totp/recovery-codes", null)).ShouldBeProblemAsync(409, "second_factor_not_enabled");
        await street.Host.LoginAsync(phone.User.Email);
        var left = await (await mine.GetAsync("/v1/auth/2fa")).JsonAsync();
        (left.GetProperty("totp").GetBoolean(), left.GetProperty("recoveryCodesLeft").GetInt32()).ShouldBe((false, 0));
    }

    [Theory, EachEngine]
    public async Task Whoever_runs_the_program_lets_somebody_in_again(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var phone = await street.EnrolAsync();
        await using (var scope = street.Host.Services.CreateAsyncScope())
        {
            var administrators = scope.ServiceProvider.GetRequiredService<IAdministrators>();
            (await administrators.ResetSecondFactorAsync("nobody@example.test", CancellationToken.None)).Problem!.Status.ShouldBe(404);
            (await administrators.ResetSecondFactorAsync(phone.User.Email.ToUpperInvariant(), CancellationToken.None)).Value.ShouldBe(phone.User.Id);
        }

        using var mine = street.Host.Client(phone.User.AccessToken);
        await (await mine.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
        await street.Host.LoginAsync(phone.User.Email);
        (await street.AuditAsync(phone.User.Id)).ShouldContain("second-factor.reset");
    }

    [Theory, EachEngine]
    public async Task The_key_is_encrypted_for_its_account(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var phone = await street.EnrolAsync();
        var other = await street.Host.EnterAsync();
        await using var scope = street.Host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AccessDb>();
        var stored = await db.TotpFactors.AsNoTracking().SingleAsync();
        stored.Protected.ShouldNotContain(Base32.Encode(phone.Secret));
        Convert.FromBase64String(stored.Protected).AsSpan().IndexOf(phone.Secret).ShouldBe(-1);
        (await scope.ServiceProvider.GetRequiredService<SecondFactors>().SecretAsync(phone.User.Id, true, CancellationToken.None)).ShouldBe(phone.Secret);
        // Another's row is of no use.
        db.TotpFactors.Add(new TotpFactor { AccountId = other.Id, Protected = stored.Protected, CreatedAt = stored.CreatedAt, ConfirmedAt = stored.CreatedAt });
        await db.SaveChangesAsync();
        (await scope.ServiceProvider.GetRequiredService<SecondFactors>().SecretAsync(other.Id, true, CancellationToken.None)).ShouldBeNull();
        (await db.RecoveryCodes.AsNoTracking().Select(c => c.Hash).ToListAsync()).ShouldAllBe(h => h.Length == 32);
    }

    [Theory, EachEngine]
    public async Task Recovery_codes_let_in_though_the_key_ring_does_not_open_the_key(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var phone = await street.EnrolAsync();
        await using (var db = await street.Host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync())
        {
            await db.InTransactionAsync(cancel => db.TotpFactors.ExecuteUpdateAsync(
                set => set.SetProperty(f => f.Protected, Convert.ToBase64String(new byte[120])), cancel), CancellationToken.None);
        }

        street.Clock.Advance(TimeSpan.FromSeconds(30));
        using var client = street.Host.Client();
        var challenge = await street.ChallengeAsync(phone.User.Email);
        await (await CompleteAsync(client, challenge, phone.Code())).ShouldBeProblemAsync(401, "invalid_code");
        (await CompleteAsync(client, challenge, phone.RecoveryCodes[0])).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, EachEngine]
    public async Task Sensitive_actions_ask_for_a_fresh_proof(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine, ("Access:AccessTokenMinutes", "60"));
        var pat = await street.Host.EnterAsync();
        using var client = street.Host.Client(pat.AccessToken);
        street.Clock.Advance(TimeSpan.FromMinutes(11));
        var refused = await (await client.PostAsync("/v1/auth/2fa/totp", null)).ShouldBeProblemAsync(403, "step_up_required");
        refused.GetProperty("methods").EnumerateArray().Select(m => m.GetString()).ShouldBe(["password"]);
        await (await client.PostAsJsonAsync("/v1/auth/step-up", new { })).ShouldBeProblemAsync(400, "invalid_request");
        await (await client.PostAsJsonAsync("/v1/auth/step-up", new { password = "Wrong-Horse-1" })).ShouldBeProblemAsync(401, "invalid_credentials");
        (await client.PostAsJsonAsync("/v1/auth/step-up", new { password = AccessHost.Password })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var phone = await street.EnrolAsync(pat);
        street.Clock.Advance(TimeSpan.FromMinutes(11));
        refused = await (await client.PostAsync("/v1/auth/2fa/totp/recovery-codes", null)).ShouldBeProblemAsync(403, "step_up_required");
        refused.GetProperty("methods").EnumerateArray().Select(m => m.GetString()).ShouldBe(["totp", "recovery"]);
        // The password alone does not do any more.
        await (await client.PostAsJsonAsync("/v1/auth/step-up", new { password = AccessHost.Password })).ShouldBeProblemAsync(400, "invalid_request");
        var until = await client.PostAsJsonAsync("/v1/auth/step-up", new { code = phone.Code() });
        (await until.JsonAsync()).GetProperty("until").GetDateTimeOffset().ShouldBeGreaterThan(street.Clock.GetUtcNow().AddMinutes(9));
        (await client.PostAsync("/v1/auth/2fa/totp/recovery-codes", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, EachEngine]
    public async Task Who_has_a_second_factor_shows_it_before_rules_are_written(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine, ("Access:AccessTokenMinutes", "60"));
        await using (var scope = street.Host.Services.CreateAsyncScope())
        {
            (await scope.ServiceProvider.GetRequiredService<IAdministrators>().CreateAsync("ada@example.test", "Ada", AccessHost.Password, CancellationToken.None)).Ok.ShouldBeTrue();
        }

        var ada = await street.Host.LoginAsync("ada@example.test");
        using var client = street.Host.Client(ada.AccessToken);
        Task<HttpResponseMessage> Role() => client.PutAsJsonAsync("/v1/access/roles/helper", new { parents = Array.Empty<string>(), permissions = Array.Empty<string>() });
        Task<HttpResponseMessage> Model() => client.PutAsJsonAsync("/v1/access/model", new { text = "model\n  schema 1.1\ntype shop" });
        Task<HttpResponseMessage> Grant() => client.PostAsJsonAsync("/v1/access/grants", new { subject = $"user:{ada.Id}", permission = "member", resource = "role:helper" });

        street.Clock.Advance(TimeSpan.FromMinutes(11));
        foreach (var write in (Func<Task<HttpResponseMessage>>[])[Role, Model, Grant]) ((int)(await write()).StatusCode).ShouldBeInRange(200, 201, "an account without a second factor");

        (await client.PostAsJsonAsync("/v1/auth/step-up", new { password = AccessHost.Password })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var phone = await street.EnrolAsync(ada);
        street.Clock.Advance(TimeSpan.FromMinutes(11));
        foreach (var write in (Func<Task<HttpResponseMessage>>[])[Role, Model, Grant]) await (await write()).ShouldBeProblemAsync(403, "step_up_required");
        (await client.PostAsJsonAsync("/v1/auth/step-up", new { code = phone.Code() })).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var write in (Func<Task<HttpResponseMessage>>[])[Role, Model, Grant]) ((int)(await write()).StatusCode).ShouldBeInRange(200, 201);
    }

    [Theory, EachEngine]
    public async Task Sessions_are_listed_and_ended(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var first = await street.Host.EnterAsync();
        var second = await street.Host.LoginAsync(first.Email);
        var third = await street.Host.LoginAsync(first.Email);
        var stranger = await street.Host.EnterAsync();
        using var client = street.Host.Client(third.AccessToken);
        var items = (await (await client.GetAsync("/v1/auth/sessions")).JsonAsync()).GetProperty("items").EnumerateArray().ToList();
        items.Count.ShouldBe(3);
        items.Count(i => i.GetProperty("current").GetBoolean()).ShouldBe(1);
        items.ShouldAllBe(i => i.GetProperty("kind").GetString() == "api" && i.GetProperty("agent").GetString() == "tests/1");
        using var strange = street.Host.Client(stranger.AccessToken);
        var id = items.First(i => !i.GetProperty("current").GetBoolean()).GetProperty("id").GetGuid();
        await (await strange.DeleteAsync($"/v1/auth/sessions/{id}")).ShouldBeProblemAsync(404, "session_not_found");

        (await client.DeleteAsync($"/v1/auth/sessions/{id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await (await client.DeleteAsync($"/v1/auth/sessions/{id}")).ShouldBeProblemAsync(404, "session_not_found");
        (await (await client.DeleteAsync("/v1/auth/sessions")).JsonAsync()).GetProperty("sessions").GetInt32().ShouldBe(1);
        foreach (var ended in new[] { first, second })
        {
            using var gone = street.Host.Client(ended.AccessToken);
            await (await gone.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
            await (await gone.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = ended.RefreshToken })).ShouldBeProblemAsync(401, "invalid_refresh_token");
        }

        (await client.GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await strange.GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, EachEngine]
    public async Task The_pages_ask_for_the_code_on_a_second_form(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var phone = await street.EnrolAsync();
        street.Clock.Advance(TimeSpan.FromSeconds(30));
        using var client = street.Host.Client();
        var first = await client.PostFormAsync("/sign-in", ("email", phone.User.Email), ("password", AccessHost.Password), ("returnUrl", "/test/page"));
        first.Headers.Location!.OriginalString.ShouldBe("/sign-in/code?returnUrl=%2Ftest%2Fpage");
        var cookie = first.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("mainstreet-second-factor=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("path=/sign-in", Case.Insensitive);
        await (await client.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");

        var wrong = await client.PostFormAsync("/sign-in/code", ("code", "123"), ("returnUrl", "/test/page"));
        wrong.Headers.Location!.OriginalString.ShouldBe("/sign-in/code?error=invalid_code&returnUrl=%2Ftest%2Fpage");
        var right = await client.PostFormAsync("/sign-in/code", ("code", phone.Code()), ("returnUrl", "/test/page"));
        right.Headers.Location!.OriginalString.ShouldBe("/test/page");
        (await client.GetStringAsync("/test/page")).ShouldBe("page");
        // The challenge is gone with its cookie.
        (await client.PostFormAsync("/sign-in/code", ("code", phone.Code()))).Headers.Location!.OriginalString.ShouldBe("/sign-in?error=invalid_challenge");
    }

    [Theory, EachEngine]
    public async Task The_account_page_sets_up_an_authenticator_and_ends_sessions(Engine engine)
    {
        // The whole program: its pages need the host's frame.
        await using var app = await TestApp.StartAsync(engine);
        var pat = await TestUser.RegisterAsync(app);
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var browser = new HttpClient(handler) { BaseAddress = app.Address };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var entered = await SendAsync("/sign-in", "/sign-in", ("email", pat.Email), ("password", TestUser.Password));
        entered.Headers.Location!.OriginalString.ShouldBe("/");
        (await browser.GetStringAsync("/account")).ShouldContain("Set up an app");

        var shown = await (await SendAsync("/account", "/account/totp")).Content.ReadAsStringAsync();
        var secret = Base32.Decode(Regex.Match(shown, "secret=([A-Z2-7]+)").Groups[1].Value);
        (await SendAsync("/account", "/account/totp/verify", ("code", "000"))).Headers.Location!.OriginalString.ShouldBe("/account?problem=invalid_code");
        var on = await (await SendAsync("/account", "/account/totp/verify", ("code", OneTimeCodes.Hotp(secret, OneTimeCodes.StepAt(TimeProvider.System.GetUtcNow()))))).Content.ReadAsStringAsync();
        var codes = Regex.Matches(on, "<code>([A-Z0-9]{5}-[A-Z0-9]{5})</code>").Select(m => m.Groups[1].Value).ToList();
        codes.Count.ShouldBe(10);
        await (await app.Http.PostAsJsonAsync("/v1/auth/login", new { email = pat.Email, password = TestUser.Password })).ShouldBeProblemAsync(401, "second_factor_required");

        (await SendAsync("/account", "/account/sessions/end-others")).Headers.Location!.OriginalString.ShouldBe("/account?done=1");
        (await pat.Http.GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await SendAsync("/account", "/account/totp/disable", ("code", codes[0]))).Headers.Location!.OriginalString.ShouldBe("/account?done=1");
        (await browser.GetStringAsync("/account")).ShouldContain("Set up an app");

        async Task<HttpResponseMessage> SendAsync(string from, string to, params (string Key, string Value)[] fields)
        {
            var token = Regex.Match(await browser.GetStringAsync(from), "name=\"__RequestVerificationToken\"[^>]*value=\"([^\"]+)\"").Groups[1].Value;
            var form = fields.Append(("__RequestVerificationToken", WebUtility.HtmlDecode(token))).Select(f => KeyValuePair.Create(f.Item1, f.Item2));
            return await browser.PostAsync(to, new FormUrlEncodedContent(form));
        }
    }

    internal static Task<HttpResponseMessage> CompleteAsync(HttpClient client, string challenge, string code) =>
        client.PostAsJsonAsync("/v1/auth/login/2fa", new { challenge, code });
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

using Mainstreet.Access.Accounts;
using Mainstreet.Access.Data;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Outbound;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

/// <summary>The way back for somebody who forgot their password, and nobody else's.</summary>
[Trait("kind", "db")]
public sealed class PasswordResetTests
{
    private const string Another = "Better-Horse-8";
    private const string Third = "Bravest-Horse-9";

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, string email) => client.PostAsJsonAsync("/v1/auth/password/forgotten", new { email });

    private static Task<HttpResponseMessage> ResetAsync(HttpClient client, string token, string newPassword = Another) =>
        client.PostAsJsonAsync("/v1/auth/password/reset", new { token, newPassword });

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string email, string password) => client.PostAsJsonAsync("/v1/auth/login", new { email, password });

    private static Task<AccessHost> StartAsync(TestDatabase database, Postbox box, AdjustableClock? clock = null, params (string, string)[] settings) =>
        AccessHost.StartAsync(database, clock, "Production", box.Register, settings);

    private static async Task<T> OfDbAsync<T>(AccessHost host, Func<AccessDb, Task<T>> read)
    {
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync();
        return await read(db);
    }

    private static async Task<string> TokenAsync(AccessHost host, Postbox box, string email)
    {
        using var client = host.Client();
        (await AskAsync(client, email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await host.WrittenAsync();
        return box.LastToken;
    }

    [Theory, EachEngine]
    public async Task A_token_that_went_to_the_address_sets_another_password_once(Engine engine)
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box, null, ("Access:PublicUrl", "https://street.example/"));
        var pat = await host.EnterAsync();
        using var signedIn = host.Client(pat.AccessToken);
        using var client = host.Client();
        var token = await TokenAsync(host, box, $" {pat.Email.ToUpperInvariant()} ");
        box.Last.To.ShouldBe(pat.Email);
        box.Last.Text.ShouldContain($"https://street.example/reset-password?token={token}");
        // Asking alone changes nothing.
        (await signedIn.GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await host.LoginAsync(pat.Email);

        foreach (var forged in new[] { "made-up", token[..^4] + "AAAA", "CfDJ8" })
            await (await ResetAsync(client, forged)).ShouldBeProblemAsync(400, "invalid_token");
        (await (await ResetAsync(client, token, "weak")).ShouldBeProblemAsync(400, "invalid_request")).GetProperty("errors").TryGetProperty("newPassword", out _).ShouldBeTrue();
        var done = await ResetAsync(client, token);
        done.StatusCode.ShouldBe(HttpStatusCode.OK, await done.Content.ReadAsStringAsync());
        (await done.JsonAsync()).GetProperty("endedSessions").GetInt32().ShouldBe(2);
        await (await ResetAsync(client, token, Third)).ShouldBeProblemAsync(400, "invalid_token");

        await (await signedIn.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await SignInAsync(client, pat.Email, AccessHost.Password)).ShouldBeProblemAsync(401, "invalid_credentials");
        await host.LoginAsync(pat.Email, Another);
        (await host.AuditAsync(pat.Id)).Where(a => a.StartsWith("password", StringComparison.Ordinal)).ShouldBe(["password.reset-sent", "password.reset"]);
    }

    [Theory, EachEngine]
    public async Task Whether_there_is_an_account_is_told_to_nobody(Engine engine)
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box);
        var (pat, shut, made) = (await host.EnterAsync(), await host.EnterAsync(), await host.EnterAsync(synthetic: true));
        await using (var scope = host.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<IAdministrators>().DisableAsync(shut.Email, CancellationToken.None);
        using var client = host.Client();
        var answers = new List<string>();
        foreach (var email in new[] { "nobody@example.test", pat.Email, shut.Email, made.Email })
        {
            var answer = await AskAsync(client, email);
            answers.Add($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()} {string.Join(';', answer.Headers.Select(h => h.Key).Order())}");
        }

        answers.Distinct().ShouldHaveSingleItem().ShouldStartWith("202");
        await host.WrittenAsync();
        box.Messages.ShouldHaveSingleItem().To.ShouldBe(pat.Email);
        await (await AskAsync(client, "not an address")).ShouldBeProblemAsync(400, "invalid_request");
        await using var silent = await AccessHost.StartAsync(database, environment: "Production");
        using var unheard = silent.Client();
        await (await AskAsync(unheard, pat.Email)).ShouldBeProblemAsync(503, "email_unavailable");
    }

    [Theory, EachEngine]
    public async Task A_token_ends_with_its_time_with_the_password_and_with_the_account(Engine engine)
    {
        var (box, clock) = (new Postbox(), new AdjustableClock());
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box, clock);
        var pat = await host.EnterAsync();
        using var client = host.Client(pat.AccessToken);
        var late = await TokenAsync(host, box, pat.Email);
        clock.Advance(PasswordReset.Life);
        await (await ResetAsync(client, late)).ShouldBeProblemAsync(400, "invalid_token");

        var before = await TokenAsync(host, box, pat.Email);
        using var again = host.Client((await host.LoginAsync(pat.Email)).AccessToken);
        (await again.PostAsJsonAsync("/v1/auth/password", new { currentPassword = AccessHost.Password, newPassword = Third })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await ResetAsync(client, before)).ShouldBeProblemAsync(400, "invalid_token");

        var shut = await TokenAsync(host, box, pat.Email);
        await using (var scope = host.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<IAdministrators>().DisableAsync(pat.Email, CancellationToken.None);
        await (await ResetAsync(client, shut)).ShouldBeProblemAsync(400, "invalid_token");
    }

    [Theory, EachEngine]
    public async Task Of_many_who_bring_the_same_token_at_once_one_sets_the_password(Engine engine)
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box);
        await using var other = await StartAsync(database, box);
        var pat = await host.EnterAsync();
        var token = await TokenAsync(host, box, pat.Email);
        var clients = new[] { host.Client(), other.Client() };
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async i => (Password: $"Better-Horse-{i}", Answer: await ResetAsync(clients[i % 2], token, $"Better-Horse-{i}"))));
        var won = answers.Where(a => a.Answer.StatusCode == HttpStatusCode.OK).ShouldHaveSingleItem();
        foreach (var (_, answer) in answers.Where(a => a != won)) await answer.ShouldBeProblemAsync(400, "invalid_token");
        await host.LoginAsync(pat.Email, won.Password);
        (await host.AuditAsync(pat.Id)).Count(a => a == "password.reset").ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task The_second_factor_is_still_asked_for(Engine engine)
    {
        var box = new Postbox();
        await using var street = await Guarded.StartAsync(engine, box.Register);
        var pat = (await street.EnrolAsync()).User;
        using var client = street.Host.Client();
        var token = await TokenAsync(street.Host, box, pat.Email);
        (await ResetAsync(client, token)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await SignInAsync(client, pat.Email, Another)).ShouldBeProblemAsync(401, "second_factor_required");
    }

    [Theory, EachEngine]
    public async Task Messages_are_bounded_by_address_and_by_client_known_or_not(Engine engine)
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box, null, ("Access:PasswordResetsPerClientPerHour", "7"));
        var pat = await host.EnterAsync();
        using var client = host.Client();
        foreach (var email in new[] { pat.Email, "nobody@example.test" })
        {
            for (var i = 0; i < 3; i++) (await AskAsync(client, email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
            var full = await AskAsync(client, email);
            await full.ShouldBeProblemAsync(429, "too_many_messages");
            full.Headers.RetryAfter.ShouldNotBeNull();
        }

        (await AskAsync(client, "third@example.test")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await (await AskAsync(client, "fourth@example.test")).ShouldBeProblemAsync(429, "too_many_messages");
        using var elsewhere = host.Client(address: "192.0.2.9");
        (await AskAsync(elsewhere, "fourth@example.test")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await host.WrittenAsync();
        box.Messages.Count.ShouldBe(3);
    }

    [Theory, EachEngine]
    public async Task A_provider_that_is_down_or_does_not_answer_is_waited_for_and_a_refusal_is_not(Engine engine)
    {
        var (box, clock) = (new Postbox { Answer = SendOutcome.Retry }, new AdjustableClock());
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box, clock, ("Jobs:Poll", "00:00:00.050"));
        var pat = await host.EnterAsync();
        using var client = host.Client();
        (await AskAsync(client, pat.Email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await TriedAsync(1);
        box.Answer = SendOutcome.Unknown;
        await TriedAsync(2);
        box.Messages.ShouldBeEmpty();
        // More often, and for longer, than a job is tried again by its runner.
        for (var i = 3; i < 13; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            await TriedAsync(i);
        }

        box.Answer = SendOutcome.Accepted;
        clock.Advance(TimeSpan.FromMinutes(5));
        await host.WrittenAsync();
        box.Messages.ShouldHaveSingleItem();
        (await ResetAsync(client, box.LastToken)).StatusCode.ShouldBe(HttpStatusCode.OK);

        box.Answer = SendOutcome.Rejected;
        (await AskAsync(client, pat.Email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await host.WrittenAsync();
        // Down for more than an hour: whoever asked has gone.
        box.Answer = SendOutcome.NotTried;
        var before = box.Tries;
        (await AskAsync(client, pat.Email)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await TriedAsync(before + 1);
        clock.Advance(TimeSpan.FromMinutes(61));
        await host.WrittenAsync();
        box.Messages.ShouldHaveSingleItem();
        (await host.AuditAsync(pat.Id)).Count(a => a == "password.reset-sent").ShouldBe(1);

        // Tried, and waiting for its next time: by the clock as it is now.
        async Task TriedAsync(int times)
        {
            var since = Stopwatch.StartNew();
            while (box.Tries < times || await OfDbAsync(host, db => db.Set<JobRow>().AnyAsync(j => j.Kind == AccountMail.Kind && j.Attempts > 0)))
            {
                since.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30), $"tried {box.Tries} times, not {times}");
                await Task.Delay(20);
            }
        }
    }

    [Theory, EachEngine]
    public async Task Who_guessed_until_they_were_held_up_signs_in_with_the_new_one_at_once(Engine engine)
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box);
        var pat = await host.EnterAsync();
        using var client = host.Client();
        for (var i = 0; i < 5; i++) await (await SignInAsync(client, pat.Email, "Wrong-Horse-1")).ShouldBeProblemAsync(401, "invalid_credentials");
        await (await SignInAsync(client, pat.Email, AccessHost.Password)).ShouldBeProblemAsync(429, "too_many_attempts");
        (await ResetAsync(client, await TokenAsync(host, box, pat.Email))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await SignInAsync(client, pat.Email, Another)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, EachEngine]
    public async Task The_owner_of_a_confirmed_address_is_told_that_the_password_changed(Engine engine)
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await StartAsync(database, box);
        var (pat, sam) = (await host.EnterAsync(), await host.EnterAsync());
        await using (var scope = host.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<IAdministrators>().ConfirmEmailAsync(pat.Email, CancellationToken.None);
        foreach (var person in new[] { pat, sam })
        {
            using var client = host.Client(person.AccessToken);
            (await client.PostAsJsonAsync("/v1/auth/password", new { currentPassword = AccessHost.Password, newPassword = Another })).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await host.WrittenAsync();
        var notice = box.Messages.ShouldHaveSingleItem();
        notice.To.ShouldBe(pat.Email);
        notice.Text.ShouldContain("was changed");
        notice.Text.ShouldNotContain("CfDJ8");
        (await host.AuditAsync(pat.Id)).ShouldContain("password.notice-sent");
    }

    [Fact]
    public async Task The_pages_lead_from_a_forgotten_password_to_another()
    {
        var box = new Postbox();
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await StartAsync(database, box);
        var pat = await host.EnterAsync();
        using var browser = host.Client();
        (await browser.GetStringAsync("/sign-in")).ShouldContain("href=\"/forgot-password\"");
        (await browser.PostFormAsync("/forgot-password", ("email", "nobody"))).Headers.Location!.OriginalString.ShouldBe("/forgot-password?error=invalid_request");
        (await browser.PostFormAsync("/forgot-password", ("email", pat.Email))).Headers.Location!.OriginalString.ShouldBe("/forgot-password?asked=1");
        (await browser.GetStringAsync("/forgot-password?asked=1")).ShouldContain("If there is an account");
        await host.WrittenAsync();
        // Opening the link changes nothing.
        (await browser.GetStringAsync($"/reset-password?token={box.LastToken}")).ShouldContain(box.LastToken);
        foreach (var address in (string[])[$"/reset-password?token={box.LastToken}", "/sign-in?returnUrl=%2Fconfirm-email%3Ftoken%3Dx", "/register?returnUrl=%2Fconfirm-email%3Ftoken%3Dx"])
        {
            using var page = await browser.GetAsync(address);
            page.Headers.GetValues("Referrer-Policy").ShouldBe(["strict-origin"], address);
        }

        (await browser.PostFormAsync("/reset-password", ("token", box.LastToken), ("newPassword", "weak"))).Headers.Location!.OriginalString
            .ShouldBe($"/reset-password?error=weak_password&token={box.LastToken}");
        (await browser.PostFormAsync("/reset-password", ("token", "made-up"), ("newPassword", Another))).Headers.Location!.OriginalString.ShouldBe("/reset-password?error=invalid_token");
        (await browser.GetStringAsync("/reset-password?error=invalid_token")).ShouldContain("Token from the message");
        await host.LoginAsync(pat.Email);
        (await browser.PostFormAsync("/reset-password", ("token", box.LastToken), ("newPassword", Another))).Headers.Location!.OriginalString.ShouldBe("/sign-in?reset=1");
        (await browser.GetStringAsync("/sign-in?reset=1")).ShouldContain("Your password is set");
        await host.LoginAsync(pat.Email, Another);
    }
}

using System.Net;
using System.Net.Http.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

/// <summary>What its owner and the operator do about an account whose password is known to others.</summary>
[Trait("kind", "db")]
public sealed class ClosedAccountTests
{
    private const string Another = "Better-Horse-8";

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient client, string currentPassword, string newPassword) =>
        client.PostAsJsonAsync("/v1/auth/password", new { currentPassword, newPassword });

    private static Task<HttpResponseMessage> SignInAsync(HttpClient client, string email, string password) =>
        client.PostAsJsonAsync("/v1/auth/login", new { email, password });

    private static async Task ActAsync(AccessHost host, Func<IAdministrators, Task> act)
    {
        await using var scope = host.Services.CreateAsyncScope();
        await act(scope.ServiceProvider.GetRequiredService<IAdministrators>());
    }

    [Theory, EachEngine]
    public async Task A_changed_password_ends_all_other_sessions(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var pat = await street.Host.EnterAsync();
        var thief = await street.Host.LoginAsync(pat.Email);
        using var client = street.Host.Client(pat.AccessToken);
        using var stolen = street.Host.Client(thief.AccessToken);
        using var stranger = street.Host.Client();
        await (await ChangeAsync(stranger, AccessHost.Password, Another)).ShouldBeProblemAsync(401, "unauthenticated");
        await (await ChangeAsync(client, "Wrong-Horse-1", Another)).ShouldBeProblemAsync(401, "invalid_credentials");
        foreach (var weak in new[] { "weak", AccessHost.Password, new string('A', 257) })
            (await (await ChangeAsync(client, AccessHost.Password, weak)).ShouldBeProblemAsync(400, "invalid_request")).TryGetProperty("errors", out _).ShouldBeTrue();
        (await stolen.GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var changed = await ChangeAsync(client, AccessHost.Password, Another);
        changed.StatusCode.ShouldBe(HttpStatusCode.OK, await changed.Content.ReadAsStringAsync());
        (await changed.JsonAsync()).GetProperty("endedSessions").GetInt32().ShouldBe(1);
        (await client.GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await stolen.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await stranger.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = thief.RefreshToken })).ShouldBeProblemAsync(401, "invalid_refresh_token");
        await (await SignInAsync(stranger, pat.Email, AccessHost.Password)).ShouldBeProblemAsync(401, "invalid_credentials");
        await street.Host.LoginAsync(pat.Email, Another);
        (await street.AuditAsync(pat.Id)).ShouldContain("password.changed");
    }

    [Theory, EachEngine]
    public async Task Guesses_at_the_current_password_are_held_up_like_sign_ins(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var pat = await street.Host.EnterAsync();
        using var client = street.Host.Client(pat.AccessToken);
        for (var i = 0; i < 5; i++) await (await ChangeAsync(client, "Wrong-Horse-1", Another)).ShouldBeProblemAsync(401, "invalid_credentials");
        var held = await ChangeAsync(client, AccessHost.Password, Another);
        await held.ShouldBeProblemAsync(429, "too_many_attempts");
        held.Headers.RetryAfter.ShouldNotBeNull();
        await (await SignInAsync(client, pat.Email, AccessHost.Password)).ShouldBeProblemAsync(429, "too_many_attempts");
    }

    [Theory, EachEngine]
    public async Task Many_changes_at_once_leave_one_password_and_sign_ins_by_the_old_one_leave_no_session(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine, ("Access:SignIn:FailuresPerAccountAndAddress", "1000"));
        var pat = await street.Host.EnterAsync();
        using var client = street.Host.Client(pat.AccessToken);
        var changes = Enumerable.Range(0, 4).Select(i => ChangeAsync(client, AccessHost.Password, $"{Another}{i}")).ToList();
        var entries = Enumerable.Range(0, 4).Select(_ => SignInAsync(client, pat.Email, AccessHost.Password)).ToList();
        var changed = await Task.WhenAll(changes);
        changed.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        changed.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK || a.StatusCode == HttpStatusCode.Conflict || a.StatusCode == HttpStatusCode.Unauthorized);
        foreach (var entered in (await Task.WhenAll(entries)).Where(a => a.StatusCode == HttpStatusCode.OK))
        {
            using var old = street.Host.Client(SignedIn.Of(pat.Email, await entered.JsonAsync()).AccessToken);
            await (await old.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
        }

        var winner = Array.FindIndex(changed, a => a.StatusCode == HttpStatusCode.OK);
        await street.Host.LoginAsync(pat.Email, $"{Another}{winner}");
    }

    [Theory, EachEngine]
    public async Task Who_has_a_second_factor_shows_it_before_the_password_is_changed(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine, ("Access:AccessTokenMinutes", "60"));
        var phone = await street.EnrolAsync();
        using var client = street.Host.Client(phone.User.AccessToken);
        var challenge = await street.ChallengeAsync(phone.User.Email);
        street.Clock.Advance(TimeSpan.FromMinutes(4));
        (await ChangeAsync(client, AccessHost.Password, Another)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var stranger = street.Host.Client();
        await (await SecondFactorTests.CompleteAsync(stranger, challenge, phone.Code())).ShouldBeProblemAsync(401, "invalid_challenge");
        street.Clock.Advance(TimeSpan.FromMinutes(11));
        await (await ChangeAsync(client, Another, AccessHost.Password)).ShouldBeProblemAsync(403, "step_up_required");
    }

    [Theory, EachEngine]
    public async Task A_disabled_account_is_out_at_once_and_comes_back_when_enabled(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var pat = await street.Host.EnterAsync();
        using var client = street.Host.Client(pat.AccessToken);
        using var stranger = street.Host.Client();
        (await client.GetAsync("/v1/auth/me")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await ActAsync(street.Host, async a =>
        {
            (await a.DisableAsync(pat.Email.ToUpperInvariant(), CancellationToken.None)).Value.ShouldBe(pat.Id);
            (await a.DisableAsync(pat.Email, CancellationToken.None)).Ok.ShouldBeTrue();
            (await a.DisableAsync("nobody@example.test", CancellationToken.None)).Problem!.Status.ShouldBe(404);
        });
        await (await client.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await stranger.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken = pat.RefreshToken })).ShouldBeProblemAsync(401, "invalid_refresh_token");
        await (await SignInAsync(stranger, pat.Email, AccessHost.Password)).ShouldBeProblemAsync(403, "account_disabled");
        await (await SignInAsync(stranger, pat.Email, "Wrong-Horse-1")).ShouldBeProblemAsync(401, "invalid_credentials");

        await ActAsync(street.Host, async a => (await a.EnableAsync(pat.Email, CancellationToken.None)).Value.ShouldBe(pat.Id));
        await street.Host.LoginAsync(pat.Email);
        await (await client.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
        (await street.AuditAsync(pat.Id)).ShouldBe(["account.registered", "session.started", "account.disabled", "session.ended", "account.enabled", "session.started"]);
    }

    [Theory, EachEngine]
    public async Task Whoever_runs_the_program_gives_another_password(Engine engine)
    {
        await using var street = await Guarded.StartAsync(engine);
        var pat = await street.Host.EnterAsync();
        using var client = street.Host.Client(pat.AccessToken);
        using var stranger = street.Host.Client();
        await ActAsync(street.Host, async a =>
        {
            (await a.ResetPasswordAsync(pat.Email, "weak", CancellationToken.None)).Problem!.Errors!.Keys.ShouldContain("password");
            (await a.ResetPasswordAsync("nobody@example.test", Another, CancellationToken.None)).Problem!.Status.ShouldBe(404);
            (await a.ResetPasswordAsync(pat.Email, Another, CancellationToken.None)).Value.ShouldBe(pat.Id);
        });
        await (await client.GetAsync("/v1/auth/me")).ShouldBeProblemAsync(401, "unauthenticated");
        await (await SignInAsync(stranger, pat.Email, AccessHost.Password)).ShouldBeProblemAsync(401, "invalid_credentials");
        await street.Host.LoginAsync(pat.Email, Another);
        (await street.AuditAsync(pat.Id)).ShouldContain("password.reset");
    }
}

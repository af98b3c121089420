using System.Net;
using System.Net.Http.Json;

using Mainstreet.Access.Data;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "db")]
public sealed class SessionTests
{
    private static Task<HttpResponseMessage> RefreshAsync(HttpClient client, string refreshToken) =>
        client.PostAsJsonAsync("/v1/auth/refresh", new { refreshToken });

    private static async Task ShouldBeSignedInAsync(AccessHost host, string token, bool expected)
    {
        using var client = host.Client(token);
        var me = await client.GetAsync("/v1/auth/me");
        if (expected) me.StatusCode.ShouldBe(HttpStatusCode.OK);
        else await me.ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Theory, EachEngine]
    public async Task A_refresh_rotates_the_token_and_keeps_the_session(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        using var client = host.Client();
        var token = pat.RefreshToken;
        for (var i = 0; i < 3; i++)
        {
            var answer = await RefreshAsync(client, token);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            var next = SignedIn.Of(pat.Email, await answer.JsonAsync());
            next.RefreshToken.ShouldNotBe(token);
            next.Id.ShouldBe(pat.Id);
            token = next.RefreshToken;
            await ShouldBeSignedInAsync(host, next.AccessToken, true);
        }
    }

    [Theory, EachEngine]
    public async Task A_used_token_that_comes_back_after_the_grace_ends_the_whole_session(Engine engine)
    {
        var clock = new AdjustableClock();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database, clock);
        var pat = await host.EnterAsync();
        var elsewhere = await host.LoginAsync(pat.Email);
        using var client = host.Client();
        var next = SignedIn.Of(pat.Email, await (await RefreshAsync(client, pat.RefreshToken)).JsonAsync());
        clock.Advance(TimeSpan.FromSeconds(11));

        await (await RefreshAsync(client, pat.RefreshToken)).ShouldBeProblemAsync(401, "refresh_reused");

        await (await RefreshAsync(client, next.RefreshToken)).ShouldBeProblemAsync(401, "invalid_refresh_token");
        await ShouldBeSignedInAsync(host, next.AccessToken, false);
        await ShouldBeSignedInAsync(host, elsewhere.AccessToken, true);
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync();
        (await db.Audit.CountAsync(a => a.Stream == $"account:{pat.Id}" && a.Action == "session.ended" && a.Detail!.Contains("refresh_reused"))).ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Within_the_grace_another_client_is_a_thief_all_the_same(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        using var client = host.Client();
        var next = SignedIn.Of(pat.Email, await (await RefreshAsync(client, pat.RefreshToken)).JsonAsync());

        using var thief = host.Client(address: "203.0.113.66", agent: "curl/8");
        await (await RefreshAsync(thief, pat.RefreshToken)).ShouldBeProblemAsync(401, "refresh_reused");
        await ShouldBeSignedInAsync(host, next.AccessToken, false);
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task Concurrent_refreshes_of_one_client_on_two_replicas_log_nobody_out(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var one = await AccessHost.StartAsync(database);
        await using var two = await AccessHost.StartAsync(database);
        var pat = await one.EnterAsync();
        using var first = one.Client();
        using var second = two.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => RefreshAsync(i % 2 == 0 ? first : second, pat.RefreshToken)));

        answers.ShouldAllBe(a => a.StatusCode == HttpStatusCode.OK);
        foreach (var answer in answers)
        {
            var pair = SignedIn.Of(pat.Email, await answer.JsonAsync());
            await ShouldBeSignedInAsync(one, pair.AccessToken, true);
            (await RefreshAsync(first, pair.RefreshToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task Without_grace_one_of_many_concurrent_refreshes_wins_and_the_session_ends(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database, settings: ("Access:RefreshGraceSeconds", "0"));
        var pat = await host.EnterAsync();
        using var client = host.Client();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RefreshAsync(client, pat.RefreshToken)));

        answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
        foreach (var answer in answers.Where(a => a.StatusCode != HttpStatusCode.OK)) await answer.ShouldBeProblemAsync(401, "refresh_reused");
        await ShouldBeSignedInAsync(host, pat.AccessToken, false);
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task A_sign_out_that_races_refreshes_leaves_no_token_alive(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        using var client = host.Client();
        var refreshes = Enumerable.Range(0, 5).Select(_ => RefreshAsync(client, pat.RefreshToken)).ToList();
        var logout = client.PostAsJsonAsync("/v1/auth/logout", new { refreshToken = pat.RefreshToken });
        refreshes.AddRange(Enumerable.Range(0, 5).Select(_ => RefreshAsync(client, pat.RefreshToken)));
        var answers = await Task.WhenAll(refreshes);
        (await logout).StatusCode.ShouldBe(HttpStatusCode.NoContent);

        foreach (var answer in answers)
        {
            ((int)answer.StatusCode).ShouldBeOneOf(200, 401);
            if (answer.StatusCode != HttpStatusCode.OK) continue;
            var pair = SignedIn.Of(pat.Email, await answer.JsonAsync());
            await ShouldBeSignedInAsync(host, pair.AccessToken, false);
            ((int)(await RefreshAsync(client, pair.RefreshToken)).StatusCode).ShouldBe(401);
        }
    }

    [Theory, EachEngine]
    public async Task Signing_out_kills_the_access_token_at_once_and_may_be_repeated(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        var elsewhere = await host.LoginAsync(pat.Email);
        await ShouldBeSignedInAsync(host, pat.AccessToken, true);
        using var client = host.Client();
        for (var i = 0; i < 2; i++)
        {
            (await client.PostAsJsonAsync("/v1/auth/logout", new { refreshToken = pat.RefreshToken })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
            await ShouldBeSignedInAsync(host, pat.AccessToken, false);
        }

        await ShouldBeSignedInAsync(host, elsewhere.AccessToken, true);
        await (await RefreshAsync(client, pat.RefreshToken)).ShouldBeProblemAsync(401, "invalid_refresh_token");
        (await client.PostAsJsonAsync("/v1/auth/logout", new { refreshToken = "made-up" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_unused_refresh_token_expires_and_so_does_the_session()
    {
        var clock = new AdjustableClock();
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database, clock);
        var pat = await host.EnterAsync();
        using var client = host.Client();
        var token = pat.RefreshToken;
        for (var day = 0; day < 80; day += 20)
        {
            clock.Advance(TimeSpan.FromDays(20));
            token = (await (await RefreshAsync(client, token)).JsonAsync()).GetProperty("refreshToken").GetString()!;
        }

        // 80 days old; the longest life is 90.
        clock.Advance(TimeSpan.FromDays(11));
        await (await RefreshAsync(client, token)).ShouldBeProblemAsync(401, "invalid_refresh_token");
    }

    [Theory]
    [InlineData("made-up")]
    [InlineData("")]
    public async Task A_made_up_refresh_token_is_refused(string token)
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        using var client = host.Client();
        var answer = await RefreshAsync(client, token);
        if (token.Length == 0) await answer.ShouldBeProblemAsync(400, "invalid_request");
        else await answer.ShouldBeProblemAsync(401, "invalid_refresh_token");
    }

    [Theory, EachEngine]
    public async Task Tokens_and_passwords_are_stored_as_hashes_only(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync();
        (await db.Audit.Select(a => a.Detail).ToListAsync()).ShouldAllBe(d => d == null || (!d.Contains(AccessHost.Password) && !d.Contains(pat.RefreshToken)));
        (await db.RefreshTokens.SingleAsync(t => t.Hash == Sessions.Secret.Hash(pat.RefreshToken))).Hash.Length.ShouldBe(32);
        (await db.Accounts.SingleAsync(a => a.Id == pat.Id)).PasswordHash!.ShouldNotContain(AccessHost.Password);
    }
}

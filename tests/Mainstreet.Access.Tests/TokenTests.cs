using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

using Mainstreet.Access.Data;
using Mainstreet.Access.Tokens;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "db")]
public sealed class TokenTests
{
    private static string Segment(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static async Task<HttpResponseMessage> MeAsync(AccessHost host, string token)
    {
        using var client = host.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return await client.GetAsync("/v1/auth/me");
    }

    private static string Sign(SignedIn who, SigningCredentials key, string issuer = TokenNames.Issuer, string audience = TokenNames.Audience,
        string type = TokenNames.Type, TimeSpan? life = null)
    {
        var read = new JsonWebToken(who.AccessToken);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            TokenType = type,
            IssuedAt = now.AddHours(-1),
            NotBefore = now.AddHours(-1),
            Expires = now + (life ?? TimeSpan.FromMinutes(5)),
            SigningCredentials = key,
            Claims = new Dictionary<string, object> { ["sub"] = read.Subject, ["sid"] = read.GetClaim("sid").Value },
        });
    }

    [Theory, EachEngine]
    public async Task Forged_tokens_of_every_kind_are_refused(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var pat = await host.EnterAsync();
        (await MeAsync(host, pat.AccessToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var parts = pat.AccessToken.Split('.');
        var kid = new JsonWebToken(pat.AccessToken).Kid;
        var real = (SymmetricSecurityKey)(await host.Services.GetRequiredService<SigningKeys>().FindAsync(kid, CancellationToken.None))!;
        var other = new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(64)) { KeyId = kid };
        var strange = new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(64)) { KeyId = "strange" };
        var good = new SigningCredentials(real, SecurityAlgorithms.HmacSha256);
        (await MeAsync(host, Sign(pat, good))).StatusCode.ShouldBe(HttpStatusCode.OK, "the forger's tool makes good tokens from good parts");

        var forged = new Dictionary<string, string>
        {
            ["none"] = Segment("""{"alg":"none","typ":"at+jwt"}""") + "." + parts[1] + ".",
            ["none with kid"] = Segment($$"""{"alg":"none","typ":"at+jwt","kid":"{{kid}}"}""") + "." + parts[1] + ".",
            ["None"] = Segment($$"""{"alg":"None","typ":"at+jwt","kid":"{{kid}}"}""") + "." + parts[1] + ".",
            ["signature stripped"] = parts[0] + "." + parts[1] + ".",
            ["signature of another"] = parts[0] + "." + parts[1] + "." + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)),
            ["claims changed"] = parts[0] + "." + Segment($$"""{"sub":"{{Guid.CreateVersion7()}}","iss":"mainstreet","aud":"mainstreet","exp":9999999999}""") + "." + parts[2],
            ["other key, same kid"] = Sign(pat, new SigningCredentials(other, SecurityAlgorithms.HmacSha256)),
            ["unknown kid"] = Sign(pat, new SigningCredentials(strange, SecurityAlgorithms.HmacSha256)),
            ["HS512"] = Sign(pat, new SigningCredentials(real, SecurityAlgorithms.HmacSha512)),
            ["expired"] = Sign(pat, good, life: TimeSpan.FromSeconds(-1)),
            ["other issuer"] = Sign(pat, good, issuer: "elsewhere"),
            ["other audience"] = Sign(pat, good, audience: "elsewhere"),
            ["other type"] = Sign(pat, good, type: "JWT"),
            ["no JWT"] = "abc",
            ["empty parts"] = "..",
            ["huge"] = new string('a', 8000),
        };
        foreach (var (name, token) in forged)
        {
            var answer = await MeAsync(host, token);
            ((int)answer.StatusCode).ShouldBe(401, name);
            await answer.ShouldBeProblemAsync(401, "unauthenticated");
            answer.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer", Case.Sensitive, name);
        }
    }

    [Fact]
    public async Task A_token_expires_although_it_was_good_a_moment_ago()
    {
        var clock = new AdjustableClock();
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database, clock);
        var pat = await host.EnterAsync();
        (await MeAsync(host, pat.AccessToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(15));
        await (await MeAsync(host, pat.AccessToken)).ShouldBeProblemAsync(401, "unauthenticated");
    }

    [Theory, EachEngine]
    public async Task Rotation_keeps_old_tokens_good_until_they_expire_and_then_drops_the_key(Engine engine)
    {
        var clock = new AdjustableClock();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database, clock);
        var keys = host.Services.GetRequiredService<SigningKeys>();
        await host.EnterAsync("pat@example.test");
        clock.Advance(TimeSpan.FromDays(30));
        await keys.RotateAsync(CancellationToken.None);
        await keys.RotateAsync(CancellationToken.None);

        var before = await host.LoginAsync("pat@example.test");
        clock.Advance(TimeSpan.FromMinutes(6));
        var after = await host.LoginAsync("pat@example.test");
        new JsonWebToken(after.AccessToken).Kid.ShouldNotBe(new JsonWebToken(before.AccessToken).Kid);
        (await MeAsync(host, before.AccessToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await MeAsync(host, after.AccessToken)).StatusCode.ShouldBe(HttpStatusCode.OK);

        clock.Advance(TimeSpan.FromMinutes(14));
        await keys.RotateAsync(CancellationToken.None);
        (await MeAsync(host, after.AccessToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        clock.Advance(TimeSpan.FromMinutes(10));
        await keys.RotateAsync(CancellationToken.None);
        await using var db = await host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync();
        (await db.SigningKeys.Select(k => k.Number).ToListAsync()).ShouldBe([2]);
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task Two_replicas_that_start_together_share_their_keys_and_each_others_revocations(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var one = await AccessHost.StartAsync(database);
        await using var two = await AccessHost.StartAsync(database);
        var people = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? one : two).EnterAsync()));
        foreach (var person in people)
        {
            (await MeAsync(one, person.AccessToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
            (await MeAsync(two, person.AccessToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        people.Select(p => new JsonWebToken(p.AccessToken).Kid).Distinct().Count().ShouldBe(1);

        using var client = one.Client();
        (await client.PostAsJsonAsync("/v1/auth/logout", new { refreshToken = people[0].RefreshToken })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        var watch = Stopwatch.StartNew();
        (await MeAsync(one, people[0].AccessToken)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        while ((await MeAsync(two, people[0].AccessToken)).StatusCode == HttpStatusCode.OK)
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(15), "the other replica reads again after a second, wake-up or not; a busy machine adds its own");
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task Eight_replicas_that_need_the_first_key_at_once_make_one(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        var hosts = new List<AccessHost>();
        for (var i = 0; i < 8; i++) hosts.Add(await AccessHost.StartAsync(database));
        var signers = await Task.WhenAll(hosts.Select(h => Task.Run(async () =>
            await h.Services.GetRequiredService<SigningKeys>().CurrentAsync(CancellationToken.None))));
        signers.Select(s => s.Key.KeyId).Distinct().Count().ShouldBe(1);
        foreach (var host in hosts) await host.DisposeAsync();
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task Thirty_two_first_sign_ins_at_once_all_get_the_first_key(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        for (var round = 0; round < 20; round++)
        {
            await using (var db = await host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync())
                await db.InTransactionAsync(token => db.SigningKeys.ExecuteDeleteAsync(token), CancellationToken.None);
            using var keys = ActivatorUtilities.CreateInstance<SigningKeys>(host.Services);
            var signers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () => await keys.CurrentAsync(CancellationToken.None))));
            signers.Select(s => s.Key.KeyId).Distinct().Count().ShouldBe(1);
        }
    }

    [Theory, EachEngine]
    public async Task The_snapshot_is_read_once_a_second_and_not_once_a_request(Engine engine)
    {
        var clock = new AdjustableClock();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database, clock);
        var pat = await host.EnterAsync();
        var reads = 0L;
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        var meters = host.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "mainstreet.access.snapshot.read" && ReferenceEquals(instrument.Meter.Scope, meters)) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref reads, value));
        listener.Start();
        var directory = host.Services.GetRequiredService<Foundation.Authorization.IAccountDirectory>();
        var session = Guid.Parse(new JsonWebToken(pat.AccessToken).GetClaim("sid").Value);
        clock.Advance(TimeSpan.FromSeconds(2));

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(async () => (await directory.FindAsync(pat.Id, session, CancellationToken.None)).ShouldNotBeNull())));
        reads.ShouldBeInRange(1, 5);
        clock.Advance(TimeSpan.FromSeconds(1));
        var before = reads;
        await directory.FindAsync(pat.Id, session, CancellationToken.None);
        reads.ShouldBe(before + 1);
        (await directory.FindAsync(pat.Id, Guid.CreateVersion7(), CancellationToken.None)).ShouldBeNull();
        (await directory.FindAsync(pat.Id, null, CancellationToken.None)).ShouldNotBeNull();
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests.Grants;

/// <summary>Two replicas on one PostgreSQL, each with its own compiled rules.</summary>
[Trait("kind", "race")]
public sealed class RevocationRaceTests
{
    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_revocation_holds_on_both_replicas_in_the_next_request_that_carries_the_token(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        await using var other = await AccessHost.StartAsync(street.Database);
        using var there = other.Client(street.StrangerToken);
        var (subject, resource, members) = ($"user:{street.StrangerId}", $"business:{street.Business}", $"/v1/businesses/{street.Business}/members");
        for (var round = 0; round < 60; round++)
        {
            var given = await street.Owner.GiveAsync(subject, "access.members.read", resource);
            var grant = await given.JsonAsync();
            var token = grant.GetProperty("token").GetString()!;
            foreach (var client in new[] { street.Stranger, there })
            {
                (await client.AllowedAsync(subject, "access.members.read", resource, token)).ShouldBeTrue($"round {round}");
                (await GetAsync(client, members, token)).ShouldBe(HttpStatusCode.OK, $"round {round}");
            }

            // Askers without a token keep both replicas busy reading while the grant goes.
            using var stop = new CancellationTokenSource();
            var noise = Task.WhenAll(new[] { street.Stranger, there }.Select(async c =>
            {
                while (!stop.IsCancellationRequested) await c.AllowedAsync(subject, "access.members.read", resource);
            }));
            token = (await (await street.Owner.DeleteAsync($"/v1/access/grants/{grant.GetProperty("id").GetGuid()}")).JsonAsync()).GetProperty("token").GetString()!;
            var refused = await Task.WhenAll(
                there.AllowedAsync(subject, "access.members.read", resource, token), street.Stranger.AllowedAsync(subject, "access.members.read", resource, token));
            var routes = await Task.WhenAll(GetAsync(there, members, token), GetAsync(street.Stranger, members, token));
            await stop.CancelAsync();
            await noise;
            refused.ShouldBe([false, false], $"round {round}");
            routes.ShouldBe([HttpStatusCode.NotFound, HttpStatusCode.NotFound], $"round {round}");
        }

        (await street.Host.Services.GetRequiredService<AuditVerifier>().VerifyAsync(null, null, CancellationToken.None)).Ok.ShouldBeTrue();
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Without_a_token_a_revocation_holds_on_the_other_replica_by_itself(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        await using var other = await AccessHost.StartAsync(street.Database);
        using var there = other.Client(street.StrangerToken);
        var (subject, resource) = ($"user:{street.StrangerId}", $"business:{street.Business}");
        for (var round = 0; round < 15; round++)
        {
            var grant = await (await street.Owner.GiveAsync(subject, "access.members.read", resource)).JsonAsync();
            (await there.AllowedAsync(subject, "access.members.read", resource, grant.GetProperty("token").GetString())).ShouldBeTrue();
            (await street.Owner.DeleteAsync($"/v1/access/grants/{grant.GetProperty("id").GetGuid()}")).StatusCode.ShouldBe(HttpStatusCode.OK);
            var since = Stopwatch.GetTimestamp();
            var began = since;
            while (await there.AllowedAsync(subject, "access.members.read", resource))
            {
                // Read again each second; a busy machine adds its own. What counts is when the request that was still allowed began.
                Stopwatch.GetElapsedTime(since, began).ShouldBeLessThan(TimeSpan.FromSeconds(5), $"round {round}");
                began = Stopwatch.GetTimestamp();
            }
        }
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task A_removed_member_is_out_on_the_other_replica_in_the_next_request_that_carries_the_token(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        await using var other = await AccessHost.StartAsync(street.Database);
        using var there = other.Client(street.StrangerToken);
        var members = $"/v1/businesses/{street.Business}/members";
        for (var round = 0; round < 10; round++)
        {
            var me = await (await street.Stranger.GetAsync("/v1/auth/me")).JsonAsync();
            var invited = await street.Owner.PostAsJsonAsync(members, new { email = me.GetProperty("email").GetString(), role = "clerk" });
            var accepted = await street.Stranger.PostAsJsonAsync(
                "/v1/businesses/invitations/accept", new { token = (await invited.JsonAsync()).GetProperty("token").GetString() });
            accepted.StatusCode.ShouldBe(HttpStatusCode.OK);
            while (await GetAsync(there, members, null) != HttpStatusCode.OK)
            {
                // The other replica hears of the new member within a second.
            }

            var removed = await street.Owner.DeleteAsync($"{members}/{street.StrangerId}");
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            (await GetAsync(there, members, removed.Headers.GetValues("Consistency-Token").Single())).ShouldBe(HttpStatusCode.NotFound, $"round {round}");
        }
    }

    [Theory, EachEngine]
    public async Task Grants_given_and_taken_at_once_leave_what_the_trail_says(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        await using var other = engine == Engine.Postgres ? await AccessHost.StartAsync(street.Database) : null;
        var (subject, resource) = ($"user:{street.StrangerId}", $"business:{street.Business}");
        var permissions = new[] { "access.members.read", "access.members.manage", "access.grants.manage" };
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async worker =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 12; i++)
            {
                var given = await street.Owner.GiveAsync(subject, permissions[random.Next(3)], resource);
                given.StatusCode.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.OK);
                if (random.Next(2) == 0) continue;
                var taken = await street.Owner.DeleteAsync($"/v1/access/grants/{(await given.JsonAsync()).GetProperty("id").GetGuid()}");
                taken.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
            }
        }));

        var left = (await (await street.Owner.GetAsync("/v1/access/grants")).JsonAsync()).GetProperty("items").EnumerateArray().Select(g => g.GetProperty("permission").GetString()!).ToList();
        left.ShouldBeUnique();
        // The replica that wrote has everything; its token brings the other one there.
        var asked = await street.Owner.PostAsJsonAsync("/v1/access/check", new { subject = $"user:{street.OwnerId}", permission = permissions[0], resource });
        var token = (await asked.JsonAsync()).GetProperty("token").GetString();
        using var there = other?.Client(street.StrangerToken);
        foreach (var permission in permissions)
        {
            foreach (var client in new[] { street.Stranger, there }.OfType<HttpClient>())
                (await client.AllowedAsync(subject, permission, resource, token)).ShouldBe(left.Contains(permission), permission);
        }

        var actions = await street.ActionsAsync($"{resource}:grants");
        (actions.Count(a => a == "grant.given") - actions.Count(a => a == "grant.revoked")).ShouldBe(left.Count);
        (await street.Host.Services.GetRequiredService<AuditVerifier>().VerifyAsync(null, null, CancellationToken.None)).Ok.ShouldBeTrue();
    }

    private static async Task<HttpStatusCode> GetAsync(HttpClient client, string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.Add("Consistency-Token", token);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}

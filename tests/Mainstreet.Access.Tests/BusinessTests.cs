using System.Net;
using System.Net.Http.Json;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests;

[Trait("kind", "db")]
public sealed class BusinessTests
{
    private static async Task<Guid> FoundAsync(HttpClient owner, string name = "Corner Shop")
    {
        var answer = await owner.PostAsJsonAsync("/v1/businesses", new { name, timeZone = "America/New_York" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await answer.JsonAsync()).GetProperty("id").GetGuid();
    }

    private static async Task<string> InviteAsync(HttpClient owner, Guid business, string email, string role)
    {
        var answer = await owner.PostAsJsonAsync($"/v1/businesses/{business}/members", new { email, role });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await answer.JsonAsync()).GetProperty("token").GetString()!;
    }

    private static Task<HttpResponseMessage> AcceptAsync(HttpClient client, string token) =>
        client.PostAsJsonAsync("/v1/businesses/invitations/accept", new { token });

    private static async Task<string?[]> RolesAsync(HttpClient client) =>
        [.. (await (await client.GetAsync("/v1/auth/me")).JsonAsync()).GetProperty("roles").EnumerateArray().Select(r => r.GetString())];

    [Theory, EachEngine]
    public async Task An_owner_invites_an_agent_who_joins_works_and_is_removed_at_once(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var (olga, abe) = (await host.EnterAsync(), await host.EnterAsync());
        using var owner = host.Client(olga.AccessToken);
        using var agent = host.Client(abe.AccessToken);
        var business = await FoundAsync(owner);
        (await RolesAsync(owner)).ShouldBe(["customer", "owner"]);

        var token = await InviteAsync(owner, business, abe.Email.ToUpperInvariant(), "agent");
        await (await agent.GetAsync($"/v1/businesses/{business}")).ShouldBeProblemAsync(404, "not_found");
        var joined = await AcceptAsync(agent, token);
        joined.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await joined.JsonAsync()).GetProperty("businessName").GetString().ShouldBe("Corner Shop");
        (await RolesAsync(agent)).ShouldBe(["agent", "customer"]);
        await (await AcceptAsync(agent, token)).ShouldBeProblemAsync(409, "invitation_used");
        var directory = host.Services.GetRequiredService<IBusinessDirectory>();
        (await directory.AgentsAsync(business, CancellationToken.None)).ShouldBe([abe.Id]);
        (await directory.FindAsync(business, CancellationToken.None))!.TimeZone.ShouldBe("America/New_York");
        (await directory.DefaultAsync(CancellationToken.None))!.Id.ShouldBe(business);

        (await (await agent.GetAsync($"/v1/businesses/{business}/members")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(2);
        await (await agent.PostAsJsonAsync($"/v1/businesses/{business}/members", new { email = "x@example.test", role = "agent" })).ShouldBeProblemAsync(403, "forbidden");
        await (await agent.DeleteAsync($"/v1/businesses/{business}/members/{olga.Id}")).ShouldBeProblemAsync(403, "forbidden");
        await (await owner.PostAsJsonAsync($"/v1/businesses/{business}/members", new { email = abe.Email, role = "agent" })).ShouldBeProblemAsync(409, "already_member");

        (await owner.DeleteAsync($"/v1/businesses/{business}/members/{abe.Id}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await RolesAsync(agent)).ShouldBe(["customer"]);
        await (await agent.GetAsync($"/v1/businesses/{business}/members")).ShouldBeProblemAsync(404, "not_found");
        await (await owner.DeleteAsync($"/v1/businesses/{business}/members/{abe.Id}")).ShouldBeProblemAsync(404, "not_found");
        await (await owner.DeleteAsync($"/v1/businesses/{business}/members/{olga.Id}")).ShouldBeProblemAsync(409, "last_owner");
    }

    [Theory, EachEngine]
    public async Task Another_business_does_not_exist(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        using var mine = host.Client((await host.EnterAsync()).AccessToken);
        var other = await host.EnterAsync();
        using var theirs = host.Client(other.AccessToken);
        var id = await FoundAsync(theirs);
        await FoundAsync(mine, "Mine");
        foreach (var unknown in new[] { id, Guid.CreateVersion7() })
        {
            await (await mine.GetAsync($"/v1/businesses/{unknown}")).ShouldBeProblemAsync(404, "not_found");
            await (await mine.GetAsync($"/v1/businesses/{unknown}/members")).ShouldBeProblemAsync(404, "not_found");
            await (await mine.PostAsJsonAsync($"/v1/businesses/{unknown}/members", new { email = "x@example.test", role = "owner" })).ShouldBeProblemAsync(404, "not_found");
            await (await mine.DeleteAsync($"/v1/businesses/{unknown}/members/{other.Id}")).ShouldBeProblemAsync(404, "not_found");
        }

        (await (await mine.GetAsync("/v1/businesses")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task An_invitation_is_for_one_email_one_time_and_seven_days(Engine engine)
    {
        var clock = new AdjustableClock();
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database, clock);
        var (olga, abe, eve) = (await host.EnterAsync(), await host.EnterAsync(), await host.EnterAsync());
        using var owner = host.Client(olga.AccessToken);
        var business = await FoundAsync(owner);
        var token = await InviteAsync(owner, business, abe.Email, "clerk");
        using (var thief = host.Client(eve.AccessToken)) await (await AcceptAsync(thief, token)).ShouldBeProblemAsync(404, "invitation_not_found");
        using (var agent = host.Client(abe.AccessToken))
        {
            await (await AcceptAsync(agent, "made-up")).ShouldBeProblemAsync(404, "invitation_not_found");
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AcceptAsync(agent, token)));
            answers.Count(a => a.StatusCode == HttpStatusCode.OK).ShouldBe(1);
            answers.Count(a => a.StatusCode == HttpStatusCode.Conflict).ShouldBe(5);
        }

        var late = await InviteAsync(owner, business, eve.Email, "agent");
        clock.Advance(TimeSpan.FromDays(7));
        using var tardy = host.Client((await host.LoginAsync(eve.Email)).AccessToken);
        await (await AcceptAsync(tardy, late)).ShouldBeProblemAsync(410, "invitation_expired");
    }

    [Theory, EachEngine]
    [Trait("kind", "race")]
    public async Task Two_owners_who_remove_each_other_leave_one(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        var (olga, otto) = (await host.EnterAsync(), await host.EnterAsync());
        using var first = host.Client(olga.AccessToken);
        using var second = host.Client(otto.AccessToken);
        var business = await FoundAsync(first);
        (await AcceptAsync(second, await InviteAsync(first, business, otto.Email, "owner"))).StatusCode.ShouldBe(HttpStatusCode.OK);

        var answers = await Task.WhenAll(
            first.DeleteAsync($"/v1/businesses/{business}/members/{otto.Id}"),
            second.DeleteAsync($"/v1/businesses/{business}/members/{olga.Id}"));

        answers.Count(a => a.StatusCode == HttpStatusCode.NoContent).ShouldBe(1);
        answers.ShouldAllBe(a => (int)a.StatusCode < 500);
    }

    [Fact]
    public async Task Synthetic_and_real_never_mix()
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        var (robot, pat) = (await host.EnterAsync(synthetic: true), await host.EnterAsync());
        using var synthetic = host.Client(robot.AccessToken);
        using var real = host.Client(pat.AccessToken);
        var business = await FoundAsync(synthetic);
        (await (await synthetic.GetAsync($"/v1/businesses/{business}")).JsonAsync()).GetProperty("synthetic").GetBoolean().ShouldBeTrue();
        await (await AcceptAsync(real, await InviteAsync(synthetic, business, pat.Email, "agent"))).ShouldBeProblemAsync(404, "invitation_not_found");
        (await host.Services.GetRequiredService<IBusinessDirectory>().DefaultAsync(CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task A_repeated_key_founds_one_business()
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        using var owner = host.Client((await host.EnterAsync()).AccessToken);
        owner.DefaultRequestHeaders.Add("Idempotency-Key", "one");
        (await FoundAsync(owner)).ShouldBe(await FoundAsync(owner));
        await (await owner.PostAsJsonAsync("/v1/businesses", new { name = "Another" })).ShouldBeProblemAsync(422, "idempotency_key_reused");
    }

    [Theory]
    [InlineData("/v1/businesses", """{"name":"  "}""")]
    [InlineData("/v1/businesses", """{"name":"Shop","timeZone":"Mars/Olympus"}""")]
    [InlineData("/v1/businesses", """{"name":"Shop","currency":"dollars"}""")]
    [InlineData("/v1/businesses", """{}""")]
    [InlineData("/v1/businesses/invitations/accept", """{"token":7}""")]
    [InlineData("/v1/businesses/{id}/members", """{"email":"a@b.test","role":"admin"}""")]
    [InlineData("/v1/businesses/{id}/members", """{"email":"nobody","role":"agent"}""")]
    public async Task A_bad_body_is_a_400(string path, string body)
    {
        await using var database = await AccessHost.DatabaseAsync(Engine.Sqlite);
        await using var host = await AccessHost.StartAsync(database);
        using var owner = host.Client((await host.EnterAsync()).AccessToken);
        var id = await FoundAsync(owner);
        var answer = await owner.PostAsync(path.Replace("{id}", id.ToString(), StringComparison.Ordinal), new StringContent(body, null, "application/json"));
        await answer.ShouldBeProblemAsync(400, "invalid_request");
    }

    [Theory, EachEngine]
    public async Task Pages_of_businesses_cover_all_and_the_demo_business_is_the_default_in_development(Engine engine)
    {
        await using var database = await AccessHost.DatabaseAsync(engine);
        await using var host = await AccessHost.StartAsync(database);
        await using (var scope = host.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<IDemoSeed>().SeedAsync(CancellationToken.None);
        using var owner = host.Client((await host.EnterAsync()).AccessToken);
        for (var i = 0; i < 5; i++) await FoundAsync(owner, $"Shop {i}");
        using var admin = host.Client((await host.LoginAsync("admin@demo.test", Demo.DemoStreet.Password)).AccessToken);
        foreach (var (client, count) in new[] { (owner, 5), (admin, 6) })
        {
            var seen = new HashSet<Guid>();
            string? next = null;
            do
            {
                var page = await (await client.GetAsync($"/v1/businesses?limit=2&cursor={next}")).JsonAsync();
                foreach (var item in page.GetProperty("items").EnumerateArray()) seen.Add(item.GetProperty("id").GetGuid()).ShouldBeTrue();
                next = page.GetProperty("next").GetString();
            }
            while (next is not null);
            seen.Count.ShouldBe(count);
        }

        await (await owner.GetAsync("/v1/businesses?limit=0")).ShouldBeProblemAsync(400, "invalid_request");
        await (await owner.GetAsync("/v1/businesses?cursor=x")).ShouldBeProblemAsync(400, "invalid_request");
        var directory = host.Services.GetRequiredService<IBusinessDirectory>();
        (await directory.DefaultAsync(CancellationToken.None))!.Id.ShouldBe(DemoIds.Business);
        (await directory.AgentsAsync(DemoIds.Business, CancellationToken.None)).Count.ShouldBe(10);
        DemoIds.Business.ToString().ShouldBe("01900000-0000-7000-8000-000000000001");
    }
}

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Trades.Tests.Flow;

/// <summary>Permissions of Trades given to somebody who has no role in the business.</summary>
[Trait("kind", "db")]
public sealed class GrantedTicketTests(TradesApps apps)
{
    [Theory, EachEngine]
    public async Task Somebody_without_a_role_triages_the_one_ticket_that_was_granted(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine));
        var helper = await TestUser.RegisterAsync(street.App);
        var (id, other) = ((await street.ReportAsync()).GetProperty("id").GetGuid(), (await street.ReportAsync()).GetProperty("id").GetGuid());
        var triage = new { category = "plumbing" };
        (await helper.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/triage", triage)).Status.ShouldBe(403);
        (await helper.TryAsync(HttpMethod.Get, $"/v1/tickets/{id}")).Status.ShouldBe(404);

        var grant = await street.Owner.PostAsync("/v1/access/grants", new { subject = $"user:{helper.Id}", permission = "trades.tickets.triage", resource = $"ticket:{id}" });
        grant.GetProperty("businessId").GetGuid().ShouldBe(street.BusinessId);
        (await helper.GetAsync($"/v1/tickets/{id}")).GetProperty("id").GetGuid().ShouldBe(id);
        (await helper.TryAsync(HttpMethod.Get, $"/v1/tickets/{other}")).Status.ShouldBe(404);
        (await helper.TryAsync(HttpMethod.Post, $"/v1/tickets/{other}/triage", triage)).Status.ShouldBe(404);
        (await helper.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/offers", new { })).Status.ShouldBe(403);
        (await helper.PostAsync($"/v1/tickets/{id}/triage", triage)).GetProperty("status").GetString().ShouldBe("triaged");

        // To dispatch another ticket of the business opens that one only.
        await street.Owner.PostAsync("/v1/access/grants", new { subject = $"user:{helper.Id}", permission = "trades.tickets.dispatch", resource = $"ticket:{other}" });
        (await helper.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/offers", new { })).Status.ShouldBe(403);

        (await street.Owner.TryAsync(HttpMethod.Delete, $"/v1/access/grants/{grant.GetProperty("id").GetGuid()}")).Status.ShouldBe(200);
        (await helper.TryAsync(HttpMethod.Get, $"/v1/tickets/{id}")).Status.ShouldBe(404);
        (await helper.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/triage", triage)).Status.ShouldBe(403);
    }

    [Theory, EachEngine]
    public async Task A_grant_on_the_business_opens_its_tickets_and_lists_and_no_other_business(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (street, other) = (await Street.MakeAsync(app), await Street.MakeAsync(app));
        var helper = await TestUser.RegisterAsync(app);
        var (mine, theirs) = ((await street.ReportAsync()).GetProperty("id").GetGuid(), (await other.ReportAsync()).GetProperty("id").GetGuid());
        (await street.Owner.TryAsync(HttpMethod.Post, "/v1/access/grants", new { subject = $"user:{helper.Id}", permission = "trades.tickets.triage", resource = $"ticket:{theirs}" })).Status.ShouldBe(404);
        await street.Owner.PostAsync("/v1/access/grants", new { subject = $"user:{helper.Id}", permission = "trades.tickets.triage", resource = $"business:{street.BusinessId}" });
        (await helper.GetAsync("/v1/tickets")).GetProperty("items").EnumerateArray().Select(t => t.GetProperty("id").GetGuid()).ShouldBe([mine]);
        (await helper.PostAsync($"/v1/tickets/{mine}/triage", new { category = "plumbing" })).GetProperty("status").GetString().ShouldBe("triaged");
        (await helper.TryAsync(HttpMethod.Get, $"/v1/tickets/{theirs}")).Status.ShouldBe(404);
        var asked = await helper.PostAsync("/v1/access/check", new { subject = $"user:{helper.Id}", permission = "trades.tickets.triage", resource = $"ticket:{mine}" });
        asked.GetProperty("allowed").GetBoolean().ShouldBeTrue();
        asked = await helper.PostAsync("/v1/access/check", new { subject = $"user:{helper.Id}", permission = "trades.tickets.triage", resource = $"ticket:{theirs}" });
        asked.GetProperty("allowed").GetBoolean().ShouldBeFalse();
    }

    [Theory, EachEngine]
    public async Task A_revoked_grant_takes_the_live_topic_away(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine));
        var helper = await TestUser.RegisterAsync(street.App);
        var id = (await street.ReportAsync()).GetProperty("id").GetGuid();
        await using var live = await LiveClient.ConnectAsync(street.App.Address, helper.AccessToken);
        await Should.ThrowAsync<LiveHubException>(() => live.SubscribeAsync($"ticket:{id}"));
        var grant = await street.Owner.PostAsync("/v1/access/grants", new { subject = $"user:{helper.Id}", permission = "trades.tickets.triage", resource = $"ticket:{id}" });
        (await live.SubscribeAsync($"ticket:{id}")).Topic.ShouldBe($"ticket:{id}");
        await street.Owner.TryAsync(HttpMethod.Delete, $"/v1/access/grants/{grant.GetProperty("id").GetGuid()}");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var notice = await live.Notices.ReadAsync(patience.Token);
        notice.Argument.GetRawText().ShouldContain($"ticket:{id}");
    }
}

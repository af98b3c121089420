using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Access.Data;
using Mainstreet.Access.Decisions;
using Mainstreet.Access.Grants;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Access.Tests.Grants;

[Trait("kind", "db")]
public sealed class GrantTests
{
    [Theory, EachEngine]
    public async Task A_grant_works_without_the_role_until_it_is_revoked(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        var (owner, friend, business) = (street.Owner, street.Stranger, street.Business);
        var members = $"/v1/businesses/{business}/members";
        await (await friend.GetAsync(members)).ShouldBeProblemAsync(404, "not_found");

        var given = await owner.GiveAsync($"user:{street.StrangerId}", "access.members.read", $"business:{business}");
        given.StatusCode.ShouldBe(HttpStatusCode.Created);
        var grant = await given.JsonAsync();
        grant.GetProperty("businessId").GetGuid().ShouldBe(business);
        given.Headers.Location!.ToString().ShouldBe($"/v1/access/grants/{grant.GetProperty("id").GetGuid()}");
        given.Headers.GetValues("Consistency-Token").Single().ShouldBe(grant.GetProperty("token").GetString());
        (await friend.GetAsync(members)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await friend.AllowedAsync($"user:{street.StrangerId}", "access.members.read", $"business:{business}")).ShouldBeTrue();
        // It is that permission, on that business.
        await (await friend.PostAsJsonAsync(members, new { email = "x@example.test", role = "agent" })).ShouldBeProblemAsync(404, "not_found");
        (await friend.AllowedAsync($"user:{street.StrangerId}", "access.members.manage", $"business:{business}")).ShouldBeFalse();
        (await friend.AllowedAsync($"user:{street.StrangerId}", "access.members.read", $"business:{Guid.CreateVersion7()}")).ShouldBeFalse();

        (await (await friend.GetAsync("/v1/access/grants")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(1);
        await (await friend.DeleteAsync($"/v1/access/grants/{grant.GetProperty("id").GetGuid()}")).ShouldBeProblemAsync(403, "forbidden");
        var revoked = await owner.DeleteAsync($"/v1/access/grants/{grant.GetProperty("id").GetGuid()}");
        revoked.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await revoked.JsonAsync()).GetProperty("token").GetString().ShouldNotBe(grant.GetProperty("token").GetString());
        await (await friend.GetAsync(members)).ShouldBeProblemAsync(404, "not_found");
        (await friend.AllowedAsync($"user:{street.StrangerId}", "access.members.read", $"business:{business}")).ShouldBeFalse();
        await (await owner.DeleteAsync($"/v1/access/grants/{grant.GetProperty("id").GetGuid()}")).ShouldBeProblemAsync(404, "not_found");

        var actions = await street.ActionsAsync($"business:{business}:grants");
        actions.ShouldBe(["grant.given", "grant.revoked"]);
        (await street.Host.Services.GetRequiredService<AuditVerifier>().VerifyAsync(null, null, CancellationToken.None)).Ok.ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task A_grant_ends_at_its_instant_is_changed_by_giving_it_again_and_cleared_away(Engine engine)
    {
        var clock = new AdjustableClock();
        await using var street = await Street.StartAsync(engine, clock);
        var (subject, resource) = ($"user:{street.StrangerId}", $"business:{street.Business}");
        await (await street.Owner.GiveAsync(subject, "access.members.read", resource, clock.GetUtcNow().AddMinutes(-1))).ShouldBeProblemAsync(400, "invalid_request");
        var first = await (await street.Owner.GiveAsync(subject, "access.members.read", resource, clock.GetUtcNow().AddMinutes(2))).JsonAsync();
        clock.Advance(TimeSpan.FromSeconds(90));
        (await street.Stranger.AllowedAsync(subject, "access.members.read", resource)).ShouldBeTrue();
        var again = await street.Owner.GiveAsync(subject, "access.members.read", resource, clock.GetUtcNow().AddMinutes(2));
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await again.JsonAsync()).GetProperty("id").GetGuid().ShouldBe(first.GetProperty("id").GetGuid());
        clock.Advance(TimeSpan.FromSeconds(90));
        (await street.Stranger.AllowedAsync(subject, "access.members.read", resource)).ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(31));
        (await street.Stranger.AllowedAsync(subject, "access.members.read", resource)).ShouldBeFalse();
        (await street.Stranger.GetAsync($"/v1/businesses/{street.Business}/members")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var why = await (await street.Stranger.PostAsJsonAsync("/v1/access/explain", new { subject, permission = "access.members.read", resource })).JsonAsync();
        why.GetProperty("failed").GetRawText().ShouldContain(" ended ");

        await using (var scope = street.Host.Services.CreateAsyncScope()) await scope.ServiceProvider.GetRequiredService<ExpiredGrants>().RunAsync(CancellationToken.None);
        await (await street.Owner.GetAsync($"/v1/access/grants/{first.GetProperty("id").GetGuid()}")).ShouldBeProblemAsync(404, "not_found");
        (await street.ActionsAsync($"{resource}:grants")).ShouldBe(["grant.given", "grant.changed", "grant.expired"]);
    }

    [Theory, EachEngine]
    public async Task Owners_give_what_they_hold_within_their_business_and_nothing_else(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        var (owner, me) = (street.Owner, $"user:{street.OwnerId}");
        var (mine, other) = ($"business:{street.Business}", $"business:{await Street.FoundAsync(street.Stranger)}");
        (await owner.GiveAsync("role:clerk", "access.members.manage", mine)).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await owner.GiveAsync(me, "foundation.audit.read", mine)).ShouldBeProblemAsync(403, "forbidden");
        await (await owner.GiveAsync(me, "access.roles.manage", "system:*")).ShouldBeProblemAsync(403, "forbidden");
        await (await owner.GiveAsync(me, "access.members.read", "business:*")).ShouldBeProblemAsync(403, "forbidden");
        await (await owner.GiveAsync(me, "access.members.read", other)).ShouldBeProblemAsync(404, "not_found");
        await (await owner.GiveAsync(me, "access.members.read", $"business:{Guid.CreateVersion7()}")).ShouldBeProblemAsync(404, "not_found");
        await (await owner.GiveAsync(me, "access.members.read", "product:1")).ShouldBeProblemAsync(404, "not_found");
        await (await owner.GiveAsync("user:*", "access.members.read", mine)).ShouldBeProblemAsync(403, "forbidden");
        await (await owner.GiveAsync("role:customer", "access.members.read", mine)).ShouldBeProblemAsync(403, "forbidden");
        await (await owner.GiveAsync(me, "owner", mine)).ShouldBeProblemAsync(422, "invalid_grant");
        await (await owner.GiveAsync($"user:{Guid.CreateVersion7()}", "access.members.read", mine)).ShouldBeProblemAsync(422, "unknown_account");
        await (await owner.PostAsJsonAsync("/v1/access/check", new { subject = $"user:{street.StrangerId}", permission = "access.members.read", resource = other })).ShouldBeProblemAsync(403, "forbidden");
        (await owner.AllowedAsync($"user:{street.StrangerId}", "access.members.read", mine)).ShouldBeFalse();
        (await (await owner.GetAsync("/v1/access/grants")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await (await street.Stranger.GetAsync("/v1/access/grants")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);

        // The right to give can itself be given; it reaches as far as what the new holder may do.
        (await owner.GiveAsync($"user:{street.StrangerId}", "access.grants.manage", mine)).StatusCode.ShouldBe(HttpStatusCode.Created);
        await (await street.Stranger.GiveAsync(me, "access.members.read", mine)).ShouldBeProblemAsync(403, "forbidden");
        (await owner.GiveAsync($"user:{street.StrangerId}", "access.members.read", mine)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Stranger.GiveAsync(me, "access.members.read", mine)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory, EachEngine]
    public async Task What_is_for_the_whole_system_is_given_on_the_system(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        var who = $"user:{street.StrangerId}";
        await (await street.Admin.GiveAsync(who, "access.roles.manage", $"business:{street.Business}")).ShouldBeProblemAsync(422, "invalid_grant");
        await (await street.Admin.GiveAsync(who, "access.members.read", "system:*")).ShouldBeProblemAsync(422, "invalid_grant");
        await (await street.Stranger.PutAsJsonAsync("/v1/access/roles/helper", new { parents = Array.Empty<string>(), permissions = Array.Empty<string>() })).ShouldBeProblemAsync(403, "forbidden");
        (await street.Admin.GiveAsync(who, "access.roles.manage", "system:*")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Stranger.PutAsJsonAsync("/v1/access/roles/helper", new { parents = Array.Empty<string>(), permissions = Array.Empty<string>() })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await street.Admin.AllowedAsync(who, "access.roles.manage", "system:*")).ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task Wrong_input_is_refused_and_changes_nothing(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        var (me, mine) = ($"user:{street.StrangerId}", $"business:{street.Business}");
        foreach (var (subject, permission, resource) in new[]
        {
            ("", "a.b", mine), ("user", "a.b", mine), ("user:x", "a.b", mine), ("a:b:c", "a.b", mine), (me, "", mine), (me, "a b", mine), (me, "a..b", mine),
            (me, "a.b", "business"), (me, "a.b", "business:"), (me, "a.b", "business:x y"), (me, "a.b", "group:x#member"), (me, "a.b", new string('x', 300) + ":1"),
            ("role:*", "a.b", mine), (me, "a.b", "business:*x"),
        })
        {
            await (await street.Admin.GiveAsync(subject, permission, resource)).ShouldBeProblemAsync(400, "invalid_request");
            await (await street.Admin.PostAsJsonAsync("/v1/access/check", new { subject, permission, resource })).ShouldBeProblemAsync(400, "invalid_request");
        }

        await (await street.Admin.GiveAsync("role:ghost", "a.b", mine)).ShouldBeProblemAsync(422, "unknown_role");
        await (await street.Admin.GiveAsync(me, "nothing", "product:1")).ShouldBeProblemAsync(422, "invalid_grant");
        await (await street.Admin.GiveAsync("group:x#member", "a.b", "product:1")).ShouldBeProblemAsync(422, "invalid_grant");
        await (await street.Admin.GiveAsync(me, "member", "role:admin")).ShouldBeProblemAsync(422, "invalid_grant");
        await (await street.Admin.PostAsJsonAsync("/v1/access/check", new { subject = me, permission = "a.b", resource = mine, consistency = "junk" })).ShouldBeProblemAsync(400, "invalid_request");
        await (await street.Admin.PostAsJsonAsync("/v1/access/check", new { subject = me, permission = "a.b", resource = mine, consistency = ConsistencyToken.Of(1_000_000) })).ShouldBeProblemAsync(409, "consistency_unknown");
        await (await street.Admin.PostAsJsonAsync("/v1/access/check", new { subject = me, permission = "nothing", resource = "product:1" })).ShouldBeProblemAsync(422, "unknown_relation");
        await (await street.Admin.DeleteAsync($"/v1/access/grants/{Guid.CreateVersion7()}")).ShouldBeProblemAsync(404, "not_found");
        using var anonymous = street.Host.Client();
        await (await anonymous.PostAsJsonAsync("/v1/access/check", new { subject = me, permission = "a.b", resource = mine })).ShouldBeProblemAsync(401, "unauthenticated");
        (await (await street.Admin.GetAsync("/v1/access/grants")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task No_role_of_the_house_comes_to_hold_what_administrators_alone_hold(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        await (await street.RoleAsync("customer", [], ["access.roles.manage"])).ShouldBeProblemAsync(422, "role_protected");
        (await street.RoleAsync("helper", [], ["store.products.edit"])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await street.RoleAsync("clerk", ["helper"], [])).StatusCode.ShouldBe(HttpStatusCode.OK);
        // Not later either, by the role between the two.
        await (await street.RoleAsync("helper", ["admin"], [])).ShouldBeProblemAsync(422, "role_protected");
        await (await street.RoleAsync("helper", [], ["foundation.audit.read", "access.roles.manage"])).ShouldBeProblemAsync(422, "role_protected");
        (await street.RoleAsync("clerk", [], [])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await street.RoleAsync("helper", ["admin"], [])).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory, EachEngine]
    public async Task Who_leaves_a_business_leaves_its_grants(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        var (here, there) = ($"business:{street.Business}", $"business:{await Street.FoundAsync(street.Owner)}");
        var invited = await street.Owner.PostAsJsonAsync($"/v1/businesses/{street.Business}/members", new { email = street.StrangerEmail, role = "clerk" });
        await street.Stranger.PostAsJsonAsync("/v1/businesses/invitations/accept", new { token = (await invited.JsonAsync()).GetProperty("token").GetString() });
        var who = $"user:{street.StrangerId}";
        foreach (var resource in new[] { here, there })
        {
            foreach (var permission in new[] { "access.grants.manage", "access.members.manage" }) (await street.Owner.GiveAsync(who, permission, resource)).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        (await street.Owner.GiveAsync($"user:{street.OwnerId}", "access.members.read", here)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Owner.DeleteAsync($"/v1/businesses/{street.Business}/members/{street.StrangerId}")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await street.Admin.AllowedAsync(who, "access.members.manage", here)).ShouldBeFalse();
        (await street.Admin.AllowedAsync(who, "access.members.manage", there)).ShouldBeTrue();
        await (await street.Stranger.GetAsync($"/v1/businesses/{street.Business}/members")).ShouldBeProblemAsync(404, "not_found");
        (await (await street.Admin.GetAsync($"/v1/access/grants?businessId={street.Business}")).JsonAsync()).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await street.ActionsAsync($"{here}:grants")).ShouldBe(["grant.given", "grant.given", "grant.given", "grant.revoked", "grant.revoked"]);
        (await street.Host.Services.GetRequiredService<AuditVerifier>().VerifyAsync(null, null, CancellationToken.None)).Ok.ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task Nothing_in_a_list_is_400(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        await (await street.Admin.PutAsJsonAsync("/v1/access/roles/helper", new { parents = new string?[] { null }, permissions = Array.Empty<string>() })).ShouldBeProblemAsync(400, "invalid_request");
        await (await street.Admin.PutAsJsonAsync("/v1/access/roles/helper", new { parents = Array.Empty<string>(), permissions = new string?[] { null } })).ShouldBeProblemAsync(400, "invalid_request");
        var question = new { subject = $"user:{street.StrangerId}", permission = "store.products.edit", resource = "product:1", context = new object?[] { null } };
        await (await street.Admin.PostAsJsonAsync("/v1/access/check", question)).ShouldBeProblemAsync(400, "invalid_request");
        await (await street.Admin.PostAsJsonAsync("/v1/access/explain", question)).ShouldBeProblemAsync(400, "invalid_request");
    }

    [Theory, EachEngine]
    public async Task Roles_inherit_refuse_circles_and_reach_their_members(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        var who = $"user:{street.StrangerId}";
        (await street.RoleAsync("reader", [], ["store.products.read"])).StatusCode.ShouldBe(HttpStatusCode.OK);
        var editor = await street.RoleAsync("editor", ["reader"], ["store.products.edit"]);
        (await editor.JsonAsync()).GetProperty("effective").EnumerateArray().Select(p => p.GetString()).ShouldContain("store.products.read");
        (await street.RoleAsync("chief", ["editor", "clerk"], [])).StatusCode.ShouldBe(HttpStatusCode.OK);
        await (await street.RoleAsync("reader", ["chief"], [])).ShouldBeProblemAsync(422, "role_cycle");
        await (await street.RoleAsync("reader", ["reader"], [])).ShouldBeProblemAsync(422, "role_cycle");
        await (await street.RoleAsync("reader", ["ghost"], [])).ShouldBeProblemAsync(422, "unknown_role");
        await (await street.RoleAsync("customer", ["admin"], [])).ShouldBeProblemAsync(422, "role_protected");
        await (await street.RoleAsync("Bad Name", [], [])).ShouldBeProblemAsync(400, "invalid_request");
        await (await street.RoleAsync("reader", [], ["*"])).ShouldBeProblemAsync(400, "invalid_request");

        (await street.Admin.AllowedAsync(who, "store.products.read", "product:1")).ShouldBeFalse();
        var given = await (await street.Admin.GiveAsync(who, "member", "role:chief")).JsonAsync();
        (await street.Admin.AllowedAsync(who, "store.products.read", "product:1")).ShouldBeTrue();
        (await street.Admin.AllowedAsync(who, "access.members.read", $"business:{street.Business}")).ShouldBeTrue("clerks hold it, and chief inherits clerk");
        (await street.Admin.AllowedAsync("role:reader", "store.products.edit", "product:1")).ShouldBeFalse();
        (await street.Admin.AllowedAsync("role:chief", "store.products.edit", "product:1")).ShouldBeTrue();
        // A grant to a parent reaches who holds the child.
        (await street.Admin.GiveAsync("role:reader", "store.prices.read", "product:7")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Admin.AllowedAsync(who, "store.prices.read", "product:7")).ShouldBeTrue();
        (await street.Admin.AllowedAsync(who, "store.prices.read", "product:8")).ShouldBeFalse();
        var why = await (await street.Admin.PostAsJsonAsync("/v1/access/explain", new { subject = who, permission = "store.prices.read", resource = "product:7" })).JsonAsync();
        why.GetProperty("allowed").GetBoolean().ShouldBeTrue();
        why.GetProperty("path").GetRawText().ShouldContain("role:reader");
        why.GetProperty("path").GetRawText().ShouldContain(given.GetProperty("id").GetGuid().ToString());

        (await street.RoleAsync("chief", [], [])).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await street.Admin.AllowedAsync(who, "store.products.read", "product:1")).ShouldBeFalse();
        var list = (await (await street.Admin.GetAsync("/v1/access/roles")).JsonAsync()).GetProperty("items").EnumerateArray().Select(r => r.GetProperty("name").GetString()).ToList();
        list.ShouldBe(list.Order(StringComparer.Ordinal));
        list.ShouldContain("chief");
        list.ShouldContain("owner");
        var one = await street.Admin.GetAsync("/v1/access/roles/chief");
        one.Headers.ETag!.Tag.ShouldBe("\"2\"");
        (await street.ActionsAsync("role:chief")).ShouldBe(["role.written", "role.written"]);
        await (await street.Stranger.GetAsync("/v1/access/roles")).ShouldBeProblemAsync(403, "forbidden");
    }

    [Theory, EachEngine]
    public async Task Relationship_rules_decide_and_explain_themselves(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        var (owner, stranger) = ($"user:{street.OwnerId}", $"user:{street.StrangerId}");
        // The model that the house starts with: the owner of a shop may edit its products.
        (await street.Admin.GiveAsync($"business:{street.Business}", "business", "shop:1")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Admin.GiveAsync("shop:1", "shop", "product:1")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Admin.AllowedAsync(owner, "store.products.edit", "product:1")).ShouldBeTrue();
        (await street.Admin.AllowedAsync(stranger, "store.products.edit", "product:1")).ShouldBeFalse();
        var why = await (await street.Admin.PostAsJsonAsync("/v1/access/explain", new { subject = owner, permission = "store.products.edit", resource = "product:1" })).JsonAsync();
        var path = why.GetProperty("path").GetRawText();
        foreach (var place in new[] { "product:1#store.products.edit", "product:1#owner", "shop:1#owner", $"business:{street.Business}#owner" }) path.ShouldContain(place);
        var not = await (await street.Admin.PostAsJsonAsync("/v1/access/explain", new { subject = stranger, permission = "store.products.edit", resource = "product:1" })).JsonAsync();
        not.GetProperty("path").GetArrayLength().ShouldBe(0);
        not.GetProperty("failed").GetRawText().ShouldContain($"business:{street.Business}#owner");

        // What a question brings along counts for it alone.
        var context = new[] { new { subject = "shop:1", permission = "shop", resource = "product:2" } };
        var asked = await street.Admin.PostAsJsonAsync("/v1/access/check", new { subject = owner, permission = "store.products.edit", resource = "product:2", context });
        (await asked.JsonAsync()).GetProperty("allowed").GetBoolean().ShouldBeTrue();
        (await street.Admin.AllowedAsync(owner, "store.products.edit", "product:2")).ShouldBeFalse();
        await (await street.Admin.PostAsJsonAsync("/v1/access/check", new
        {
            subject = stranger, permission = "store.products.edit", resource = "product:1",
            context = new[] { new { subject = stranger, permission = "owner", resource = $"business:{street.Business}" } },
        })).ShouldBeProblemAsync(422, "invalid_grant");

        await (await street.Admin.PutAsJsonAsync("/v1/access/model", new { text = "model\n schema 1.1\ntype doc\n relations\n define reader: [ghost]" })).ShouldBeProblemAsync(422, "invalid_model");
        var written = await street.Admin.PutAsJsonAsync("/v1/access/model", new
        {
            text = "model\n schema 1.1\ntype group\n relations\n define member: [user, group#member]\ntype doc\n relations\n define banned: [user]\n define reader: [group#member, user:*] but not banned",
        });
        written.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await street.Admin.AllowedAsync(owner, "store.products.edit", "product:1")).ShouldBeFalse("the new model has no products");
        (await street.Admin.GiveAsync("group:all#member", "reader", "doc:1")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Admin.GiveAsync("group:inner#member", "member", "group:all")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Admin.GiveAsync(stranger, "member", "group:inner")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Admin.AllowedAsync(stranger, "reader", "doc:1")).ShouldBeTrue();
        (await street.Admin.AllowedAsync("group:inner#member", "reader", "doc:1")).ShouldBeTrue();
        (await street.Admin.GiveAsync(stranger, "banned", "doc:1")).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await street.Admin.AllowedAsync(stranger, "reader", "doc:1")).ShouldBeFalse();
        await (await street.Admin.GiveAsync(stranger, "reader", "doc:1")).ShouldBeProblemAsync(422, "invalid_grant");
        (await street.ActionsAsync("access:model")).ShouldBe(["model.written"]);
        (await street.Host.Services.GetRequiredService<AuditVerifier>().VerifyAsync(null, null, CancellationToken.None)).Ok.ShouldBeTrue();
    }

    [Theory, EachEngine]
    public async Task A_grant_with_a_key_is_given_once(Engine engine)
    {
        await using var street = await Street.StartAsync(engine);
        var body = new { subject = $"user:{street.StrangerId}", permission = "access.members.read", resource = $"business:{street.Business}" };
        var answers = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/access/grants") { Content = JsonContent.Create(body), Headers = { { "Idempotency-Key", "one" } } };
            var answer = await street.Owner.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Created);
            answers.Add(await answer.Content.ReadAsStringAsync());
        }

        answers[1].ShouldBe(answers[0]);
        (await street.ActionsAsync($"business:{street.Business}:grants")).Count.ShouldBe(1);
    }
}

/// <summary>An administrator, an owner with a business, and a stranger.</summary>
internal sealed class Street : IAsyncDisposable
{
    private Street(TestDatabase database, AccessHost host) => (Database, Host) = (database, host);

    internal TestDatabase Database { get; }

    internal AccessHost Host { get; }

    internal HttpClient Admin { get; private set; } = null!;

    internal HttpClient Owner { get; private set; } = null!;

    internal HttpClient Stranger { get; private set; } = null!;

    internal Guid OwnerId { get; private set; }

    internal Guid StrangerId { get; private set; }

    internal string StrangerToken { get; private set; } = "";

    internal string StrangerEmail { get; private set; } = "";

    internal Guid Business { get; private set; }

    internal static async Task<Street> StartAsync(Engine engine, AdjustableClock? clock = null)
    {
        var database = await AccessHost.DatabaseAsync(engine);
        var street = new Street(database, await AccessHost.StartAsync(database, clock));
        await using (var scope = street.Host.Services.CreateAsyncScope())
        {
            var made = await scope.ServiceProvider.GetRequiredService<IAdministrators>().CreateAsync("ada@example.test", "Ada", AccessHost.Password, CancellationToken.None);
            made.Ok.ShouldBeTrue();
        }

        street.Admin = street.Host.Client((await street.Host.LoginAsync("ada@example.test")).AccessToken);
        var (olga, sam) = (await street.Host.EnterAsync(), await street.Host.EnterAsync());
        (street.OwnerId, street.StrangerId, street.StrangerToken, street.StrangerEmail) = (olga.Id, sam.Id, sam.AccessToken, sam.Email);
        street.Owner = street.Host.Client(olga.AccessToken);
        street.Stranger = street.Host.Client(sam.AccessToken);
        street.Business = await FoundAsync(street.Owner);
        return street;
    }

    internal static async Task<Guid> FoundAsync(HttpClient owner)
    {
        var answer = await owner.PostAsJsonAsync("/v1/businesses", new { name = "Corner Shop" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await answer.JsonAsync()).GetProperty("id").GetGuid();
    }

    internal Task<HttpResponseMessage> RoleAsync(string name, string[] parents, string[] permissions) =>
        Admin.PutAsJsonAsync($"/v1/access/roles/{Uri.EscapeDataString(name)}", new { parents, permissions });

    internal async Task<List<string>> ActionsAsync(string stream)
    {
        await using var db = await Host.Services.GetRequiredService<IDbContextFactory<AccessDb>>().CreateDbContextAsync();
        return await db.Audit.AsNoTracking().Where(a => a.Stream == stream).OrderBy(a => a.Seq).Select(a => a.Action).ToListAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        Owner.Dispose();
        Stranger.Dispose();
        await Host.DisposeAsync();
        await Database.DisposeAsync();
    }
}

internal static class GrantCalls
{
    internal static Task<HttpResponseMessage> GiveAsync(this HttpClient client, string subject, string permission, string resource, DateTimeOffset? expiresAt = null) =>
        client.PostAsJsonAsync("/v1/access/grants", new { subject, permission, resource, expiresAt });

    internal static async Task<bool> AllowedAsync(this HttpClient client, string subject, string permission, string resource, string? consistency = null)
    {
        var answer = await client.PostAsJsonAsync("/v1/access/check", new { subject, permission, resource, consistency });
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("allowed").GetBoolean();
    }
}

using Mainstreet.Acceptance.Contract;
using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Acceptance.BadInput;

[Trait("kind", "db"), Collection(AcceptanceApps.OneAfterTheOther)]
public sealed class OtherPeoplesThingsTests(AcceptanceApps apps)
{
    [Theory, EachEngine]
    public async Task Another_business_s_ids_are_404_on_every_route_as_are_ids_of_nothing(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var (people, others) = (app.People, app.Others);
        var territory = Guid.CreateVersion7();
        var area = new { type = "Polygon", coordinates = new[] { new[] { new[] { -74.0, 40.0 }, [-73.0, 40.0], [-73.0, 41.0], [-74.0, 40.0] } } };
        await people.Owner.PutAsync($"/v1/territories/{territory}", new { name = "Ours", area, agents = Array.Empty<object>(), businessId = people.BusinessId });
        var property = (await people.Owner.PostAsync("/v1/properties", new { name = "Ours", address = "1 Street", location = new { lat = 40.7, lon = -74.0 }, businessId = people.BusinessId })).GetProperty("id").GetGuid();
        var photo = (await people.Tenant.Http.TryAsync(HttpMethod.Post, $"/v1/tickets/{app.TicketId}/photos", HostileFileTests.Form(HostileFileTests.Png(), "a.png"))).Json.GetProperty("id").GetGuid();
        var before = await app.StoredAsync();
        var wrong = new List<string>();
        foreach (var (ticket, real) in new[] { (app.TicketId, true), (Guid.CreateVersion7(), false) })
        {
            var t = $"/v1/tickets/{ticket}";
            foreach (var who in new[] { others.Owner, others.Tenant, others.Contractors[0].User })
            {
                await RefusedAsync(who, HttpMethod.Get, t);
                await RefusedAsync(who, HttpMethod.Get, $"{t}/history");
                await RefusedAsync(who, HttpMethod.Get, $"{t}/photos");
                await RefusedAsync(who, HttpMethod.Get, $"{t}/photos/{photo}");
                await RefusedAsync(who, HttpMethod.Post, $"{t}/photos", HostileFileTests.Form(HostileFileTests.Png(), "a.png"));
                await RefusedAsync(who, HttpMethod.Post, $"{t}/cancel", new { reason = "mine?" });
                await RefusedAsync(who, HttpMethod.Post, $"{t}/rating", new { stars = 1 }, 403);
            }

            await RefusedAsync(others.Owner, HttpMethod.Post, $"{t}/triage", new { category = "general" });
            await RefusedAsync(others.Owner, HttpMethod.Post, $"{t}/offers", new { });
            await RefusedAsync(others.Owner, HttpMethod.Post, $"{t}/reassign", new { });
            await RefusedAsync(others.Owner, HttpMethod.Get, $"/v1/matching/explain/{ticket}");
            foreach (var act in new[] { "accept", "decline", "start", "complete", "release" })
                await RefusedAsync(others.Contractors[0].User, HttpMethod.Post, $"{t}/{act}", act switch { "complete" => new { note = "x" }, "release" => new { reason = "x" }, "decline" => new { }, _ => null });
            if (real) continue;
            await RefusedAsync(people.Owner, HttpMethod.Get, t);
        }

        // A photo of one ticket under another one.
        var own = (await others.Tenant.PostAsync("/v1/tickets", others.Report())).GetProperty("id").GetGuid();
        before = await app.StoredAsync();
        await RefusedAsync(others.Tenant, HttpMethod.Get, $"/v1/tickets/{own}/photos/{photo}");
        await RefusedAsync(others.Owner, HttpMethod.Get, $"/v1/territories/{territory}");
        await RefusedAsync(others.Owner, HttpMethod.Put, $"/v1/territories/{territory}", new { name = "Mine", area, agents = Array.Empty<object>(), businessId = others.BusinessId });
        await RefusedAsync(others.Owner, HttpMethod.Put, $"/v1/territories/{Guid.CreateVersion7()}", new { name = "Mine", area, agents = Array.Empty<object>(), businessId = people.BusinessId });
        await RefusedAsync(others.Owner, HttpMethod.Post, "/v1/properties", new { name = "Mine", address = "1 Street", location = new { lat = 1, lon = 1 }, businessId = people.BusinessId });
        await RefusedAsync(others.Owner, HttpMethod.Get, $"/v1/businesses/{people.BusinessId}");
        await RefusedAsync(others.Owner, HttpMethod.Get, $"/v1/businesses/{people.BusinessId}/members");
        await RefusedAsync(others.Owner, HttpMethod.Post, $"/v1/businesses/{people.BusinessId}/members", new { email = "a@example.test", role = "agent" });
        await RefusedAsync(others.Owner, HttpMethod.Delete, $"/v1/businesses/{people.BusinessId}/members/{people.Owner.Id}");
        await RefusedAsync(others.Tenant, HttpMethod.Post, "/v1/tickets", new { title = "a", description = "b", location = new { lat = 1, lon = 1 }, businessId = others.BusinessId, propertyId = property });
        await RefusedAsync(others.Tenant, HttpMethod.Post, "/v1/tickets", new { title = "a", description = "b", location = new { lat = 1, lon = 1 }, businessId = Guid.CreateVersion7() });
        wrong.ShouldBeEmpty(string.Join("\n", wrong));
        (await app.StoredAsync()).ShouldBe(before);
        foreach (var list in new[] { "/v1/tickets", "/v1/properties", "/v1/territories" })
            (await others.Owner.GetAsync(list)).GetRawText().ShouldNotContain(people.BusinessId.ToString());

        // 403 stands for a role that the account lacks altogether, whatever the id.
        async Task RefusedAsync(TestUser who, HttpMethod method, string path, object? body = null, int also = 404)
        {
            var answer = await who.Http.TryAsync(method, path, body);
            if (answer.Status != 404 && answer.Status != also) wrong.Add($"{method} {path} answers {answer.Status} {answer.Body}");
            else BadInputApp.Refused(answer, path, 404, also);
        }
    }
}

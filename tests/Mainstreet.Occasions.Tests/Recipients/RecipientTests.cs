using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Recipients;

[Trait("kind", "db")]
public sealed class RecipientTests(OccasionsApps apps)
{
    [Theory, EachEngine]
    public async Task A_recipient_is_made_read_replaced_merged_and_removed(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var made = await shop.Owner.PostAsync("/v1/recipients", new
        {
            firstName = " Aïsha ", lastName = "Okafor", email = "aisha@example.test", phone = "+14155550123", birthday = "--02-29", anniversary = "2010-06-01",
            timeZone = "Africa/Lagos", language = "en-gb", channels = new[] { "email", "sms" },
        });
        made.GetProperty("firstName").GetString().ShouldBe("Aïsha");
        made.GetProperty("language").GetString().ShouldBe("en-GB");
        made.GetProperty("businessId").GetGuid().ShouldBe(shop.BusinessId);
        made.GetProperty("channels").EnumerateArray().Select(c => c.GetString()).ShouldBe(["email", "sms"]);
        var path = $"/v1/recipients/{made.GetProperty("id").GetGuid()}";

        var read = await shop.Owner.SendAsync(HttpMethod.Get, path);
        read.ETag.ShouldBe("\"1\"");
        read.Body.GetProperty("birthday").GetString().ShouldBe("--02-29");

        var merged = await shop.Owner.SendAsync(HttpMethod.Patch, path, Calls.Text("""{"phone":null,"paused":true,"timeZone":"Europe/Paris","id":"x"}""", "application/merge-patch+json"));
        merged.Status.ShouldBe(200);
        merged.Body.GetProperty("phone").ValueKind.ShouldBe(JsonValueKind.Null);
        merged.Body.GetProperty("paused").GetBoolean().ShouldBeTrue();
        merged.Body.GetProperty("email").GetString().ShouldBe("aisha@example.test");

        var replaced = await shop.Owner.PutAsync(path, new { firstName = "Aisha", lastName = "Bello", timeZone = "Africa/Lagos" });
        replaced.GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
        replaced.GetProperty("birthday").ValueKind.ShouldBe(JsonValueKind.Null);
        replaced.GetProperty("paused").GetBoolean().ShouldBeTrue("a PUT that does not speak of pausing does not lift it");
        replaced.GetProperty("version").GetInt32().ShouldBe(3);

        (await shop.Owner.SendAsync(HttpMethod.Delete, path)).Status.ShouldBe(204);
        (await shop.Owner.SendAsync(HttpMethod.Get, path)).Code.ShouldBe("not_found");
        (await shop.Owner.SendAsync(HttpMethod.Delete, path)).Status.ShouldBe(404);
    }

    [Theory, EachEngine]
    public async Task An_unknown_zone_is_refused_with_near_ones(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        foreach (var (typed, near) in new[]
        {
            ("America/NewYork", "America/New_York"), ("america/new_york", "America/New_York"), ("Eastern Standard Time", "America/New_York"),
            ("Kolkata", "Asia/Kolkata"), ("Europe/Berln", "Europe/Berlin"), ("Mars/Olympus_Mons", null), ("UTC+5", null), ("+05:00", null),
        })
        {
            var answer = await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/recipients", $$"""{"firstName":"A","lastName":"B","timeZone":"{{typed}}"}""");
            (answer.Status, answer.Code).ShouldBe((400, "unknown_time_zone"), typed);
            answer.Fields.ShouldBe(["timeZone"]);
            if (near is not null) answer.Body.GetProperty("detail").GetString()!.ShouldContain(near, Case.Sensitive, typed);
        }

        (await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/recipients", """{"firstName":"A","lastName":"B"}""")).Fields.ShouldBe(["timeZone"]);
    }

    [Theory, EachEngine]
    public async Task Wrong_fields_and_types_are_400_and_named(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        const string Zone = "\"timeZone\":\"Europe/Rome\"";
        foreach (var (body, field) in new (string, string)[]
        {
            ($$"""{"firstName":"","lastName":"B",{{Zone}}}""", "firstName"),
            ($$"""{"firstName":"{{new string('x', 201)}}","lastName":"B",{{Zone}}}""", "firstName"),
            ($$"""{"firstName":"A\u0007","lastName":"B",{{Zone}}}""", "firstName"),
            ($$"""{"firstName":"A\u202Eb","lastName":"B",{{Zone}}}""", "firstName"),
            ($$"""{"firstName":"A\u0000","lastName":"B",{{Zone}}}""", "firstName"),
            ($$"""{"firstName":"\ud800","lastName":"B",{{Zone}}}""", "firstName"),
            ($$"""{"firstName":null,"lastName":"B",{{Zone}}}""", "firstName"),
            ($$"""{"lastName":"B",{{Zone}}}""", "body"),
            ($$"""{"firstName":5,"lastName":"B",{{Zone}}}""", "firstName"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"email":"no"}""", "email"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"email":"a@b\r\nBcc: c@d.e"}""", "email"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"phone":"555-1234"}""", "phone"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"birthday":"1990-02-30"}""", "birthday"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"birthday":"2023-02-29"}""", "birthday"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"birthday":"--13-01"}""", "birthday"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"birthday":"9999-01-01"}""", "birthday"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"birthday":"17/05/1990"}""", "birthday"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"anniversary":19900517}""", "anniversary"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"language":"english!"}""", "language"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"channels":["pigeon"]}""", "channels"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"channels":[null]}""", "channels"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"channels":"email"}""", "channels"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"paused":"yes"}""", "paused"),
            ($$"""{"firstName":"A","lastName":"B",{{Zone}},"businessId":"mine"}""", "businessId"),
            ("""[]""", "body"),
            ("""{"firstName":""", "body"),
        })
        {
            var answer = await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/recipients", body);
            answer.Status.ShouldBe(400, body);
            if (field != "body") answer.Fields.ShouldContain(field, body);
        }

        var path = $"/v1/recipients/{(await shop.AddAsync()).GetProperty("id").GetGuid()}";
        foreach (var patch in new[] { """{"firstName":null}""", """{"birthday":5}""", """{"paused":"x"}""", """{"timeZone":"Mars"}""", """[]""", """null""", """{"channels":[1]}""", "{" })
            (await shop.Owner.SendAsync(HttpMethod.Patch, path, Calls.Text(patch, "application/merge-patch+json"))).Status.ShouldBe(400, patch);
        (await shop.Owner.SendAsync(HttpMethod.Patch, path, Calls.Text("a=b", "application/x-www-form-urlencoded"))).Status.ShouldBe(415);
        foreach (var query in new[] { "limit=0", "limit=x", "cursor=zzz", "paused=maybe", "timeZone=Mars", "day=13-40", "language=%21", "businessId=7" })
            (await shop.Owner.SendAsync(HttpMethod.Get, $"/v1/recipients?{query}")).Status.ShouldBe(400, query);
    }

    [Theory, EachEngine]
    public async Task Another_business_does_not_see_them(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var shop = await Shop.MakeAsync(app);
        var other = await Shop.MakeAsync(app);
        var nobody = await TestUser.RegisterAsync(app);
        var path = $"/v1/recipients/{(await shop.AddAsync()).GetProperty("id").GetGuid()}";
        foreach (var (method, body) in new[] { (HttpMethod.Get, null), (HttpMethod.Put, """{"firstName":"A","lastName":"B","timeZone":"UTC"}"""), (HttpMethod.Patch, "{}"), (HttpMethod.Delete, null) })
        {
            (await other.Owner.SendAsync(method, path, body is null ? null : Calls.Text(body, "application/json"))).Status.ShouldBe(404, method.Method);
            (await nobody.SendAsync(method, path, body is null ? null : Calls.Text(body, "application/json"))).Status.ShouldBe(403, method.Method);
        }

        (await other.Owner.SendJsonAsync(HttpMethod.Post, "/v1/recipients", $$"""{"firstName":"A","lastName":"B","timeZone":"UTC","businessId":"{{shop.BusinessId}}"}""")).Code
            .ShouldBe("business_not_found");
        (await other.Owner.GetAsync($"/v1/recipients?businessId={shop.BusinessId}")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await other.Owner.GetAsync("/v1/recipients")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await other.Owner.SendAsync(HttpMethod.Post, $"/v1/recipients/import?businessId={shop.BusinessId}", Calls.Text("firstName,lastName\n", "text/csv"))).Status.ShouldBe(404);
    }

    [Theory, EachEngine]
    public async Task If_Match_keeps_a_stale_change_out(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var path = $"/v1/recipients/{(await shop.AddAsync()).GetProperty("id").GetGuid()}";
        const string Body = """{"firstName":"A","lastName":"B","timeZone":"Europe/Oslo"}""";
        var changed = await shop.Owner.SendJsonAsync(HttpMethod.Put, path, Body, ("If-Match", "\"1\""));
        (changed.Status, changed.ETag).ShouldBe((200, "\"2\""));
        (await shop.Owner.SendJsonAsync(HttpMethod.Put, path, Body, ("If-Match", "\"1\""))).Code.ShouldBe("stale_version");
        (await shop.Owner.SendJsonAsync(HttpMethod.Patch, path, "{}", ("If-Match", "\"1\""))).Status.ShouldBe(412);
        (await shop.Owner.SendAsync(HttpMethod.Delete, path, null, ("If-Match", "\"1\""))).Status.ShouldBe(412);
        (await shop.Owner.SendAsync(HttpMethod.Delete, path, null, ("If-Match", "\"1\", \"2\""))).Status.ShouldBe(204);
    }

    [Theory, EachEngine]
    public async Task Lists_are_searched_filtered_and_paged(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        for (var i = 0; i < 7; i++) await shop.AddAsync($"Nora{i}", "Lindqvist", "1980-03-0" + (i + 1), "Europe/Stockholm");
        await shop.AddAsync("Émile", "Dupont", "1970-03-01", "Europe/Paris", "emile.d@example.test");

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await shop.Owner.GetAsync($"/v1/recipients?limit=3{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(r => r.GetProperty("id").GetGuid()));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        seen.Count.ShouldBe(8);
        seen.Distinct().Count().ShouldBe(8);

        (await CountAsync("search=EMILE")).ShouldBe(1);
        (await CountAsync("search=mile.d%40example")).ShouldBe(1);
        (await CountAsync("search=lindq")).ShouldBe(7);
        (await CountAsync("search=100%25_")).ShouldBe(0);
        (await CountAsync("timeZone=Europe/Paris")).ShouldBe(1);
        (await CountAsync("day=--03-01")).ShouldBe(2);
        (await CountAsync("paused=true")).ShouldBe(0);

        async Task<int> CountAsync(string query) => (await shop.Owner.GetAsync($"/v1/recipients?{query}")).GetProperty("items").GetArrayLength();
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task A_hundred_creates_with_one_key_make_one_recipient(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        const string Body = """{"firstName":"Kenji","lastName":"Tanaka","birthday":"1985-01-02","timeZone":"Asia/Tokyo"}""";
        var key = Guid.CreateVersion7().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/recipients", Body, ("Idempotency-Key", key))));
        answers.ShouldAllBe(a => a.Status == 201 || a.Code == "in_progress");
        answers.Where(a => a.Status == 201).Select(a => a.Body.GetProperty("id").GetGuid()).Distinct().Count().ShouldBe(1);
        (await shop.Owner.GetAsync("/v1/recipients")).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/recipients", Body.Replace("Kenji", "Ken", StringComparison.Ordinal), ("Idempotency-Key", key))).Code
            .ShouldBe("idempotency_key_reused");
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Changes_at_once_all_come_to_pass(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var path = $"/v1/recipients/{(await shop.AddAsync()).GetProperty("id").GetGuid()}";
        string[] zones = ["Asia/Tokyo", "Europe/Rome", "America/Lima", "Pacific/Auckland"];
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => shop.Owner.SendJsonAsync(
            HttpMethod.Put, path, $$"""{"firstName":"N{{i}}","lastName":"B","birthday":"1990-05-1{{i % 10}}","timeZone":"{{zones[i % 4]}}"}""")));
        answers.ShouldAllBe(a => a.Status == 200);
        answers.Select(a => a.Body.GetProperty("version").GetInt32()).Order().ShouldBe(Enumerable.Range(2, 60));
        var last = answers.MaxBy(a => a.Body.GetProperty("version").GetInt32())!.Body;
        var now = await shop.Owner.GetAsync(path);
        now.GetProperty("firstName").GetString().ShouldBe(last.GetProperty("firstName").GetString());
        now.GetProperty("version").GetInt32().ShouldBe(61);
    }

    [Theory, EachEngine]
    public async Task Removal_cancels_what_is_planned_and_keeps_it_as_history(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var id = (await shop.AddAsync(birthday: null)).GetProperty("id").GetGuid();
        var (planned, sent) = (Plans.Message(shop, id, 2031), Plans.Message(shop, id, 2030));
        sent.Status = MessageStatus.Sent;
        await shop.InDbAsync(async db =>
        {
            db.Messages.AddRange(planned, sent);
            return await db.SaveChangesAsync();
        });
        (await shop.Owner.SendAsync(HttpMethod.Delete, $"/v1/recipients/{id}")).Status.ShouldBe(204);
        var left = await shop.InDbAsync(db => db.Messages.AsNoTracking().Where(m => m.RecipientId == id).ToDictionaryAsync(m => m.Id, m => m.Status));
        left[planned.Id].ShouldBe(MessageStatus.Cancelled);
        left[sent.Id].ShouldBe(MessageStatus.Sent);
        (await shop.InDbAsync(db => db.Audit.AnyAsync(a => a.Stream == $"recipient:{id}" && a.Action == "recipient.deleted"))).ShouldBeTrue();
    }
}

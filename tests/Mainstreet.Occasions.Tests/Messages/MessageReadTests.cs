using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Messages;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Messages;

[Trait("kind", "db")]
public sealed class MessageReadTests(OccasionsApps apps)
{
    [Theory, EachEngine]
    public async Task Messages_are_filtered_and_paged_in_due_order(Engine engine)
    {
        var shop = await Shop.MakeAsync(await apps.OnAsync(engine));
        var maya = (await shop.AddAsync(birthday: null)).GetProperty("id").GetGuid();
        var gone = Guid.CreateVersion7();
        var rows = Enumerable.Range(0, 9).Select(i => Plans.Message(shop, i % 3 == 0 ? gone : maya, 2040 + i, i % 2 == 0 ? Occasion.Birthday : Occasion.Anniversary)).ToList();
        rows[0].Status = MessageStatus.Dead;
        rows[1].Status = MessageStatus.Sent;
        rows[2].Status = MessageStatus.Dead;
        await SaveAsync(shop, rows);

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await shop.Owner.GetAsync($"/v1/messages?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(Ids(page));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        seen.ShouldBe(rows.Select(r => r.Id));
        Ids(await shop.Owner.GetAsync("/v1/messages?order=desc")).ShouldBe(rows.Select(r => r.Id).Reverse());
        Ids(await shop.Owner.GetAsync("/v1/messages?status=dead")).ShouldBe([rows[0].Id, rows[2].Id]);
        Ids(await shop.Owner.GetAsync("/v1/messages?status=dead,sent")).ShouldBe([rows[0].Id, rows[1].Id, rows[2].Id]);
        Ids(await shop.Owner.GetAsync($"/v1/messages?recipientId={gone}")).ShouldBe([rows[0].Id, rows[3].Id, rows[6].Id]);
        Ids(await shop.Owner.GetAsync("/v1/messages?occasion=anniversary&dueFrom=2042-01-01T00:00:00Z&dueTo=2046-01-01T00:00:00Z")).ShouldBe([rows[3].Id, rows[5].Id]);
        Ids(await shop.Owner.GetAsync("/v1/messages?localDate=2044-05-17")).ShouldBe([rows[4].Id]);
        var first = (await shop.Owner.GetAsync("/v1/messages?limit=2")).GetProperty("items");
        first[0].GetProperty("recipientName").ValueKind.ShouldBe(JsonValueKind.Null);
        first[1].GetProperty("recipientName").GetString().ShouldBe("Maya Rivera");
        first[1].GetProperty("dueAt").GetString().ShouldBe("2041-05-17T14:00:00Z");

        foreach (var query in new[] { "status=lost", "status=Dead", "occasion=easter", "recipientId=1", "dueFrom=yesterday", "localDate=2044-02-30", "order=up", "cursor=!", "limit=1000", "uncertain=5" })
            (await shop.Owner.SendAsync(HttpMethod.Get, $"/v1/messages?{query}")).Status.ShouldBe(400, query);
    }

    [Theory, EachEngine]
    public async Task One_message_shows_its_attempts_and_other_businesses_do_not_see_it(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var shop = await Shop.MakeAsync(app);
        var message = Plans.Message(shop, Guid.CreateVersion7(), 2050);
        message.Status = MessageStatus.Dead;
        message.Attempts = 2;
        var at = new DateTimeOffset(2050, 5, 17, 14, 0, 0, TimeSpan.Zero);
        message.History = string.Join('\n', new[]
        {
            new MessageAttempt(1, "mail", "email", at, at.AddSeconds(2), "retry", 503, "The provider is busy.", null),
            new MessageAttempt(2, null, null, null, at.AddMinutes(1), "unknown", null, "The worker died.", null),
        }.Select(a => JsonSerializer.Serialize(a, Json.Stored)));
        await SaveAsync(shop, [message]);

        var read = await shop.Owner.SendAsync(HttpMethod.Get, $"/v1/messages/{message.Id}");
        read.ETag.ShouldNotBeNull();
        read.Body.GetProperty("attempts").GetInt32().ShouldBe(2);
        read.Body.GetProperty("history").EnumerateArray().Select(a => a.GetProperty("outcome").GetString()).ShouldBe(["retry", "unknown"]);
        await shop.InDbAsync(async db =>
        {
            var row = await db.Messages.SingleAsync(m => m.Id == message.Id);
            row.Fence++;
            return await db.SaveChangesAsync();
        });
        (await shop.Owner.SendAsync(HttpMethod.Get, $"/v1/messages/{message.Id}")).ETag.ShouldNotBe(read.ETag);

        var other = await Shop.MakeAsync(app);
        (await other.Owner.SendAsync(HttpMethod.Get, $"/v1/messages/{message.Id}")).Code.ShouldBe("not_found");
        Ids(await other.Owner.GetAsync($"/v1/messages?businessId={shop.BusinessId}")).ShouldBeEmpty();
    }

    [Theory, EachEngine]
    public async Task Progress_and_calendar_count_what_is_planned(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var shop = await Shop.MakeAsync(app);
        await shop.AddAsync("A", birthday: "1992-02-29");
        await shop.AddAsync("B", birthday: "--02-28");
        await shop.AddAsync("C", birthday: "1990-02-01");
        var rows = Enumerable.Range(0, 6).Select(i => Plans.Message(shop, Guid.CreateVersion7(), 2060, hour: i < 4 ? 13 : 18)).ToList();
        rows[0].Status = MessageStatus.Sent;
        rows[5].Status = MessageStatus.Dead;
        await SaveAsync(shop, rows);

        var progress = await shop.Owner.GetAsync("/v1/occasions/progress?date=2060-05-17");
        progress.GetProperty("counts").GetProperty("total").GetInt32().ShouldBe(6);
        progress.GetProperty("counts").GetProperty("sent").GetInt32().ShouldBe(1);
        var hours = progress.GetProperty("hours").EnumerateArray().ToList();
        hours.Count.ShouldBe(24);
        hours.Where(h => h.GetProperty("counts").GetProperty("total").GetInt32() > 0).Select(h => h.GetProperty("startsAt").GetString())
            .ShouldBe(["2060-05-17T13:00:00Z", "2060-05-17T18:00:00Z"]);
        (await shop.Owner.GetAsync("/v1/occasions/progress")).GetProperty("counts").GetProperty("dead").GetInt32().ShouldBe(0);

        var may = await shop.Owner.GetAsync("/v1/occasions/calendar?month=2060-05");
        may.GetProperty("days").GetArrayLength().ShouldBe(31);
        var day = may.GetProperty("days")[16];
        (day.GetProperty("date").GetString(), day.GetProperty("messages").GetProperty("dead").GetInt32(), day.GetProperty("birthdays").GetInt32()).ShouldBe(("2060-05-17", 1, 0));
        (await BirthdaysAsync("2027-02")).ShouldBe([(1, 1), (28, 2)]);
        (await BirthdaysAsync("2028-02")).ShouldBe([(1, 1), (28, 1), (29, 1)]);
        (await BirthdaysAsync("2027-03")).ShouldBeEmpty();
        foreach (var query in new[] { "calendar?month=2027-13", "calendar?month=27-01", "progress?date=2027-02-30", "progress?businessId=x" })
            (await shop.Owner.SendAsync(HttpMethod.Get, $"/v1/occasions/{query}")).Status.ShouldBe(400, query);
        var other = await Shop.MakeAsync(app);
        (await other.Owner.SendAsync(HttpMethod.Get, $"/v1/occasions/calendar?businessId={shop.BusinessId}")).Status.ShouldBe(404);

        async Task<List<(int, int)>> BirthdaysAsync(string month) => [.. (await shop.Owner.GetAsync($"/v1/occasions/calendar?month={month}")).GetProperty("days").EnumerateArray()
            .Select((d, i) => (i + 1, d.GetProperty("birthdays").GetInt32())).Where(d => d.Item2 > 0)];
    }

    [Theory, EachEngine]
    public async Task Suppressed_addresses_are_kept_once_listed_and_lifted(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var shop = await Shop.MakeAsync(app);
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/suppressions", """{"channel":"email","address":"Maya@Example.test"}""")));
        answers.Count(a => a.Status == 201).ShouldBe(1);
        answers.Count(a => a.Status == 200).ShouldBe(9);
        answers[0].Body.GetProperty("address").GetString().ShouldBe("maya@example.test");
        for (var i = 0; i < 4; i++) await shop.Owner.PostAsync("/v1/suppressions", new { channel = "sms", address = $"+1415555012{i}", reason = "complained" });

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await shop.Owner.GetAsync($"/v1/suppressions?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(s => s.GetProperty("address").GetString()!));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        seen.Count.ShouldBe(5);
        seen.Distinct().Count().ShouldBe(5);

        (await shop.Owner.SendAsync(HttpMethod.Delete, "/v1/suppressions?channel=email&address=MAYA%40example.test")).Status.ShouldBe(204);
        (await shop.Owner.SendAsync(HttpMethod.Delete, "/v1/suppressions?channel=email&address=maya%40example.test")).Status.ShouldBe(404);
        foreach (var body in new[] { """{"channel":"fax","address":"1"}""", """{"channel":"sms","address":"5551234"}""", """{"channel":"email","address":"x"}""", """{"channel":"email"}""", """{"channel":"email","address":"a@b.test","reason":"x"}""" })
            (await shop.Owner.SendJsonAsync(HttpMethod.Post, "/v1/suppressions", body)).Status.ShouldBe(400, body);
        (await shop.Owner.SendAsync(HttpMethod.Delete, "/v1/suppressions?channel=email")).Status.ShouldBe(400);
        var other = await Shop.MakeAsync(app);
        (await other.Owner.GetAsync("/v1/suppressions")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await other.Owner.SendAsync(HttpMethod.Delete, "/v1/suppressions?channel=sms&address=%2B14155550121")).Status.ShouldBe(404);
    }

    private static Task<int> SaveAsync(Shop shop, List<Message> rows) => shop.InDbAsync(async db =>
    {
        foreach (var row in rows) row.CreatedAt = TimeProvider.System.Now();
        db.Messages.AddRange(rows);
        return await db.SaveChangesAsync();
    });

    private static List<Guid> Ids(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("id").GetGuid())];
}

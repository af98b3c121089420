using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Data;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Messages;
using Mainstreet.Occasions.Recipients;
using Mainstreet.Occasions.Settings;
using Mainstreet.Occasions.Tests.Time;
using Mainstreet.Occasions.Time;
using Mainstreet.Testing;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Occasions.Tests.Planning;

/// <summary>Schedules, test clock, settings and upcoming over HTTP.</summary>
[Trait("kind", "db")]
public sealed class PlanRoutesTests
{
    [Theory, EachEngine]
    public async Task An_administrator_moves_the_clock_and_runs_the_daily_job(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        await using var replica = await TestApp.StartReplicaAsync(app);
        var admin = await AdminAsync(app);
        var owner = await TestUser.RegisterAsync(app);
        var business = await BusinessAsync(owner);

        (await owner.Http.PostAsJsonAsync("/v1/schedules/daily/run", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await owner.Http.PostAsJsonAsync("/v1/test/clock", new { now = "2027-01-01T00:00:00Z" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await app.Http.PostAsJsonAsync("/v1/test/clock", new { now = "2027-01-01T00:00:00Z" })).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await admin.Http.PostAsJsonAsync("/v1/test/clock", new { now = "soon" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        await MoveAsync(admin, "2011-12-29T18:00:00Z");
        await StoreAsync(app, business, "1990-12-30", "Pacific/Apia");
        var run = await ReadAsync(await admin.Http.PostAsync(new Uri("/v1/schedules/daily/run", UriKind.Relative), null));
        run.GetProperty("planned").GetInt32().ShouldBe(1);
        (await ReadAsync(await admin.Http.PostAsync(new Uri("/v1/schedules/daily/run", UriKind.Relative), null))).GetProperty("planned").GetInt32().ShouldBe(0);

        // The other replica follows.
        var clock = replica.Host.Services.GetRequiredService<OccasionClock>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (clock.GetUtcNow().Year != 2011) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);

        var back = await ReadAsync(await admin.Http.PostAsJsonAsync("/v1/test/clock", new { now = (string?)null }));
        back.GetProperty("offsetSeconds").GetDouble().ShouldBe(0);
    }

    [Theory, EachEngine]
    public async Task Settings_have_defaults_versions_and_rules(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var owner = await TestUser.RegisterAsync(app);
        var business = await BusinessAsync(owner);
        var stranger = await TestUser.RegisterAsync(app);
        await BusinessAsync(stranger);

        using var first = await owner.Http.GetAsync(new Uri("/v1/occasions/settings", UriKind.Relative));
        first.Headers.ETag!.Tag.ShouldBe("\"0\"");
        (await ReadAsync(first)).GetProperty("sendAt").GetString().ShouldBe("09:00");
        (await stranger.Http.GetAsync(new Uri($"/v1/occasions/settings?businessId={business}", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        (await PutAsync(owner, Rules(sendAt: "08:00"), "\"7\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);
        using var put = await PutAsync(owner, Rules(sendAt: "08:00"), "\"0\"");
        put.StatusCode.ShouldBe(HttpStatusCode.OK);
        put.Headers.ETag!.Tag.ShouldBe("\"1\"");
        (await PutAsync(owner, Rules(sendAt: "08:30"), "\"0\"")).StatusCode.ShouldBe(HttpStatusCode.PreconditionFailed);

        (await CodeAsync(owner, Rules(sendAt: "8:00"))).ShouldBe("invalid_request");
        (await CodeAsync(owner, Rules(sendAt: "24:00"))).ShouldBe("invalid_request");
        (await CodeAsync(owner, Rules(zone: "Mars/Olympus"))).ShouldBe("unknown_time_zone");
        (await CodeAsync(owner, Rules(quietFrom: "22:00"))).ShouldBe("invalid_request");
        (await CodeAsync(owner, Rules(quietFrom: "22:00", quietUntil: "22:00"))).ShouldBe("invalid_request");
        (await CodeAsync(owner, Rules(channels: ["pigeon"]))).ShouldBe("invalid_request");
        (await CodeAsync(owner, Rules(channels: ["email", "email"]))).ShouldBe("invalid_request");
    }

    [Theory, EachEngine]
    public async Task Upcoming_says_when_and_why(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var admin = await AdminAsync(app);
        var owner = await TestUser.RegisterAsync(app);
        var stranger = await TestUser.RegisterAsync(app);
        var business = await BusinessAsync(owner);
        await MoveAsync(admin, "2027-02-27T00:00:00Z");
        var person = await StoreAsync(app, business, "2000-02-29", "Europe/Berlin");
        await admin.Http.PostAsync(new Uri("/v1/schedules/daily/run", UriKind.Relative), null);

        var items = await UpcomingAsync(owner, person.Id, 2);
        items.Select(i => (i.GetProperty("localDate").GetString(), i.GetProperty("dueAt").GetString(), Reasons(i))).ShouldBe(
            [("2027-02-28", "2027-02-28T08:00:00Z", "leapDay"), ("2028-02-29", "2028-02-29T08:00:00Z", "")]);
        items[0].GetProperty("status").GetString().ShouldBe("scheduled");
        items[1].GetProperty("status").ValueKind.ShouldBe(JsonValueKind.Null);

        await using (var db = Open(app))
        {
            await db.InTransactionAsync(async cancel =>
            {
                await db.Messages.Where(m => m.RecipientId == person.Id).ExecuteUpdateAsync(s => s.SetProperty(m => m.Status, MessageStatus.Sent), cancel);
                await db.Recipients.Where(r => r.Id == person.Id)
                    .ExecuteUpdateAsync(s => s.SetProperty(r => r.Paused, true).SetProperty(r => r.Channels, "email").SetProperty(r => r.Email, "Ada@Example.test"), cancel);
                db.Suppressions.Add(new Suppression { BusinessId = business, Channel = "email", Address = "ada@example.test", Reason = "manual", CreatedAt = DateTimeOffset.UnixEpoch });
                await db.SaveChangesAsync(cancel);
            }, CancellationToken.None);
        }

        await PutAsync(owner, Rules(birthdayPaused: true));
        await Task.Delay(TimeSpan.FromSeconds(2.1), TimeProvider.System);
        items = await UpcomingAsync(owner, person.Id, 2);
        items.Select(Reasons).ShouldBe(["leapDay alreadySent", "paused suppressed occasionPaused"]);

        (await stranger.Http.GetAsync(new Uri($"/v1/recipients/{person.Id}/upcoming", UriKind.Relative))).StatusCode.ShouldNotBe(HttpStatusCode.OK);
        (await owner.Http.GetAsync(new Uri($"/v1/recipients/{person.Id}/upcoming?years=99", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await owner.Http.GetAsync(new Uri($"/v1/recipients/{Guid.CreateVersion7()}/upcoming", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, EachEngine, Trait("kind", "race")]
    public async Task Of_a_thousand_racing_puts_of_zone_and_date_the_last_one_holds_with_one_message(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        await using var replica = await TestApp.StartReplicaAsync(app);
        var admin = await AdminAsync(app);
        var owner = await TestUser.RegisterAsync(app);
        await BusinessAsync(owner);
        await MoveAsync(admin, "2027-05-16T00:00:00Z");
        await admin.Http.PostAsync(new Uri("/v1/schedules/daily/run", UriKind.Relative), null);
        var made = await ReadAsync(await owner.Http.PostAsJsonAsync("/v1/recipients", Person("1990-05-17", "Europe/London")));
        var id = made.GetProperty("id").GetGuid();

        string[] zones = ["Europe/London", "America/New_York", "Pacific/Kiritimati", "Asia/Kolkata"];
        string[] days = ["1990-05-17", "--05-17", "1990-05-18", "1990-11-01"];
        var callers = new[] { owner, owner.On(replica) };
        await Parallel.ForEachAsync(Enumerable.Range(0, 1_000), new ParallelOptions { MaxDegreeOfParallelism = 40 }, async (i, cancel) =>
        {
            var person = Person(days[i / 5 % days.Length], zones[i % zones.Length]);
            using var put = await callers[i % 2].Http.PutAsJsonAsync($"/v1/recipients/{id}", person, cancel);
            put.StatusCode.ShouldBe(HttpStatusCode.OK);
        });

        var last = await ReadAsync(await owner.Http.GetAsync(new Uri($"/v1/recipients/{id}", UriKind.Relative)));
        var next = (await UpcomingAsync(owner, id, 1)).Single();
        var due = Occurrences.Of(
            OccasionDate.Parse(last.GetProperty("birthday").GetString())!.Value, Zones.Find(last.GetProperty("timeZone").GetString())!, OccurrencesTests.Policy(), 2027)!.Value;
        next.GetProperty("dueAt").GetDateTimeOffset().ShouldBe(due.DueAt);
        await using (var db = Open(app))
        {
            var state = await db.PlanStates.AsNoTracking().SingleAsync();
            var messages = await db.Messages.AsNoTracking().Where(m => m.RecipientId == id).ToListAsync();
            messages.Select(m => m.DueAt).ShouldBe(due.DueAt < state.PlannedUntil ? [due.DueAt] : []);
        }

        (await owner.Http.PutAsJsonAsync($"/v1/recipients/{id}", Person("1990-05-17", "Europe/London"))).StatusCode.ShouldBe(HttpStatusCode.OK);
        var message = (await ReadAsync(await owner.Http.GetAsync(new Uri($"/v1/messages?recipientId={id}", UriKind.Relative)))).GetProperty("items").EnumerateArray().Single();
        message.GetProperty("dueAt").GetString().ShouldBe("2027-05-17T08:00:00Z");
    }

    private static object Person(string birthday, string timeZone) => new { firstName = "Ada", lastName = "Byron", birthday, timeZone };

    private static async Task<TestUser> AdminAsync(TestApp app)
    {
        await using var scope = app.Host.Services.CreateAsyncScope();
        var email = $"root-{Guid.CreateVersion7():N}@example.test";
        await scope.ServiceProvider.GetRequiredService<IAdministrators>().CreateAsync(email, "Root", TestUser.Password, CancellationToken.None);
        return await TestUser.SignInAsync(app, email, TestUser.Password);
    }

    private static async Task<Guid> BusinessAsync(TestUser owner) =>
        (await ReadAsync(await owner.Http.PostAsJsonAsync("/v1/businesses", new { name = $"Shop {Guid.CreateVersion7():N}" }))).GetProperty("id").GetGuid();

    private static async Task MoveAsync(TestUser admin, string now) =>
        (await admin.Http.PostAsJsonAsync("/v1/test/clock", new { now })).StatusCode.ShouldBe(HttpStatusCode.OK);

    private static OccasionsDb Open(TestApp app) => app.Host.Services.GetRequiredService<IDbContextFactory<OccasionsDb>>().CreateDbContext();

    private static async Task<Recipient> StoreAsync(TestApp app, Guid business, string birthday, string zone)
    {
        var now = app.Host.Services.GetRequiredService<OccasionClock>().GetUtcNow();
        var person = new Recipient
        {
            Id = Guid.CreateVersion7(), BusinessId = business, FirstName = "Ada", LastName = "Byron", Birthday = birthday,
            BirthdayDay = OccasionDate.Parse(birthday)!.Value.MonthDay, TimeZone = zone, Version = 1, CreatedAt = now, UpdatedAt = now,
        };
        await using var db = Open(app);
        db.Recipients.Add(person);
        await db.SaveChangesAsync();
        return person;
    }

    private static async Task<List<JsonElement>> UpcomingAsync(TestUser user, Guid id, int years) =>
        [.. (await ReadAsync(await user.Http.GetAsync(new Uri($"/v1/recipients/{id}/upcoming?years={years}", UriKind.Relative)))).GetProperty("items").EnumerateArray()];

    private static string Reasons(JsonElement item) => string.Join(' ', item.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()));

    private static object Rules(
        string sendAt = "09:00", string? zone = null, string? quietFrom = null, string? quietUntil = null, string[]? channels = null, bool birthdayPaused = false) => new
        {
            sendAt, leapDay = "february28", misfire = "sendLate", lateLimitMinutes = 720, language = "en", channels = channels ?? ["webhook"], quietFrom, quietUntil,
            defaultTimeZone = zone, paused = false, birthdayPaused, anniversaryPaused = false,
        };

    private static async Task<HttpResponseMessage> PutAsync(TestUser user, object body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/occasions/settings") { Content = JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await user.Http.SendAsync(request);
    }

    private static async Task<string?> CodeAsync(TestUser user, object body)
    {
        using var answer = await PutAsync(user, body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
    }

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }
}

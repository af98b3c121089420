using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Loyalty;

[Trait("kind", "db")]
public sealed class LoyaltyRoutesTests
{
    [Theory, EachEngine]
    public async Task A_customer_sees_balance_and_ledger_and_nobody_elses(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, seed: true);
        var user = await TestUser.RegisterAsync(app);
        var other = await TestUser.RegisterAsync(app);
        var rig = new LedgerRig(app, businessId: DemoIds.Business) { Customer = user.Id };
        await rig.GiveAsync(30);
        await rig.EarnAsync(Guid.CreateVersion7(), 50_000);
        var order = Guid.CreateVersion7();
        await rig.RedeemAsync(order, 10);

        var loyalty = await GetAsync(user, "/v1/loyalty");
        (loyalty.GetProperty("balance").GetInt64(), loyalty.GetProperty("pending").GetInt64(), loyalty.GetProperty("owed").GetInt64()).ShouldBe((20, 5, 0));
        loyalty.GetProperty("expiring").GetArrayLength().ShouldBe(0);
        var shop = loyalty.GetProperty("shops")[0];
        shop.GetProperty("businessId").GetGuid().ShouldBe(DemoIds.Business);
        shop.GetProperty("worth").GetProperty("amount").GetInt64().ShouldBe(2_000);

        var items = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = await GetAsync(user, $"/v1/loyalty/ledger?limit=2&cursor={cursor}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        items.Select(i => i.GetProperty("kind").GetString()).ShouldBe(["redeem", "earn", "confirm", "earn"]);
        items[0].GetProperty("orderId").GetGuid().ShouldBe(order);
        items.ShouldAllBe(i => i.GetProperty("postings").EnumerateObject().Sum(p => p.Value.GetInt64()) == 0);
        items.Sum(i => i.GetProperty("postings").GetProperty("available").GetInt64()).ShouldBe(20);

        (await GetAsync(other, "/v1/loyalty")).GetProperty("shops").GetArrayLength().ShouldBe(0);
        (await GetAsync(other, "/v1/loyalty/ledger")).GetProperty("items").GetArrayLength().ShouldBe(0);
        foreach (var path in new[] { "/v1/loyalty", "/v1/loyalty/ledger", "/v1/loyalty/profile", "/v1/achievements", "/v1/leaderboards/day" })
            (await app.Http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        (await user.Http.GetAsync("/v1/loyalty/ledger?limit=0")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await user.Http.GetAsync("/v1/loyalty/ledger?cursor=zzz")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory, EachEngine]
    public async Task Leaderboards_show_initials_until_somebody_consents(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, seed: true);
        var (first, second) = (await TestUser.RegisterAsync(app), await TestUser.RegisterAsync(app));
        await new LedgerRig(app, businessId: DemoIds.Business) { Customer = first.Id }.GiveAsync(5);
        var strong = new LedgerRig(app, businessId: DemoIds.Business) { Customer = second.Id };
        await strong.GiveAsync(9);
        // Long ago: counts for ever only. Taken back: counts for nobody.
        await new LedgerRig(app, new SetClock(TimeProvider.System.GetUtcNow().AddDays(-20)), DemoIds.Business) { Customer = first.Id }.GiveAsync(100);
        await strong.ReverseAsync(await strong.GiveAsync(40), 400_000, 400_000);
        (await second.Http.PutAsJsonAsync("/v1/loyalty/profile", new { showName = true })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await second.Http.PutAsJsonAsync("/v1/loyalty/profile", new { })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        foreach (var period in new[] { "day", "week" })
        {
            var board = await GetAsync(first, $"/v1/leaderboards/{period}");
            var items = board.GetProperty("items");
            items.GetArrayLength().ShouldBe(2);
            (items[0].GetProperty("rank").GetInt32(), items[0].GetProperty("points").GetInt64(), items[0].GetProperty("you").GetBoolean()).ShouldBe((1, 9, false));
            items[0].GetProperty("name").GetString().ShouldBe(second.Email.Split('@')[0]);
            items[1].GetProperty("name").GetString().ShouldBe("C.");
            (board.GetProperty("you").GetProperty("rank").GetInt32(), board.GetProperty("you").GetProperty("points").GetInt64()).ShouldBe((2, 5));
        }

        var ever = await GetAsync(second, $"/v1/leaderboards/all?businessId={DemoIds.Business}&limit=1");
        ever.GetProperty("items").GetArrayLength().ShouldBe(1);
        ever.GetProperty("items")[0].GetProperty("points").GetInt64().ShouldBe(105);
        ever.GetProperty("you").GetProperty("rank").GetInt32().ShouldBe(2);
        ever.GetProperty("since").ValueKind.ShouldBe(JsonValueKind.Null);

        (await first.Http.PutAsJsonAsync("/v1/loyalty/profile", new { showName = false })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await second.Http.PutAsJsonAsync("/v1/loyalty/profile", new { showName = false })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await GetAsync(first, "/v1/leaderboards/day")).GetProperty("items")[0].GetProperty("name").GetString().ShouldBe("C.");
        (await first.Http.GetAsync("/v1/leaderboards/year")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await first.Http.GetAsync("/v1/leaderboards/day?limit=101")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await first.Http.GetAsync($"/v1/leaderboards/day?businessId={Guid.CreateVersion7()}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory, EachEngine]
    public async Task Achievements_are_reached_once_and_told_live(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, seed: true);
        var user = await TestUser.RegisterAsync(app);
        await using var live = await LiveClient.ConnectAsync(app.Address, user.AccessToken);
        await live.SubscribeAsync($"user:{user.Id}");
        var here = new LedgerRig(app, businessId: DemoIds.Business) { Customer = user.Id };
        await here.GiveAsync(3);
        (await TakeAsync(live, 1)).ShouldBe(["first_order"]);
        // Five shops at once, and ten orders.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new LedgerRig(app) { Customer = user.Id }.GiveAsync(1)));
        (await TakeAsync(live, 2)).ShouldBe(["two_shops", "five_shops"], ignoreOrder: true);
        await here.RedeemAsync(Guid.CreateVersion7(), 2);
        for (var i = 0; i < 5; i++) await here.GiveAsync(0);
        (await TakeAsync(live, 2)).ShouldBe(["first_redemption", "tenth_order"], ignoreOrder: true);

        var items = (await GetAsync(user, "/v1/achievements")).GetProperty("items").EnumerateArray().ToDictionary(i => i.GetProperty("code").GetString()!);
        items["tenth_order"].GetProperty("achievedAt").ValueKind.ShouldBe(JsonValueKind.String);
        (items["hundredth_order"].GetProperty("progress").GetInt64(), items["hundredth_order"].GetProperty("target").GetInt64()).ShouldBe((10, 100));
        items["hundredth_order"].GetProperty("achievedAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("day", "America/New_York", "2026-05-20T03:00:00Z", "2026-05-19T04:00:00Z")]
    [InlineData("week", "America/New_York", "2026-05-20T03:00:00Z", "2026-05-18T04:00:00Z")]
    [InlineData("week", "Asia/Kolkata", "2026-05-17T18:30:00Z", "2026-05-17T18:30:00Z")]
    [InlineData("week", "Asia/Kolkata", "2026-05-17T18:29:59Z", "2026-05-10T18:30:00Z")]
    [InlineData("all", "Asia/Kolkata", "2026-05-17T18:29:59Z", null)]
    public void Periods_begin_by_the_business_own_calendar(string period, string zone, string now, string? began) =>
        ReadLeaderboard.Began(Enum.Parse<ReadLeaderboard.Period>(period, ignoreCase: true), zone, DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture))
            .ShouldBe(began is null ? null : DateTimeOffset.Parse(began, System.Globalization.CultureInfo.InvariantCulture));

    [Theory, InlineData("Maya Rivera", "M. R."), InlineData("maya", "M."), InlineData("Jean Luc van Damme", "J. L. V."), InlineData("  ", "?"), InlineData(null, "?"), InlineData("7up Élodie", "É."), InlineData("आलू", "आ.")]
    public void Initials_say_little(string? name, string initials) => ReadLeaderboard.Initials(name).ShouldBe(initials);

    private static async Task<string[]> TakeAsync(LiveClient live, int count) =>
        [.. (await live.TakeAsync(count)).Select(e => e.Data.GetProperty("code").GetString()!)];

    private static async Task<JsonElement> GetAsync(TestUser user, string path)
    {
        var answer = await user.Http.GetAsync(path);
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }
}

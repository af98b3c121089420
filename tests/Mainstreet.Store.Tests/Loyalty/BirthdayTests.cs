using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Contracts;
using Mainstreet.Foundation.Data;
using Mainstreet.Store.Loyalty;
using Mainstreet.Testing;

using NodaTime;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Loyalty;

/// <summary>From the shop's consent to the recipient of Occasions and back.</summary>
[Trait("kind", "db")]
public sealed class BirthdayTests
{
    private const string Path = "/v1/loyalty/birthday";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory, EachEngine]
    public async Task A_shopper_who_agrees_becomes_a_recipient_until_they_withdraw(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, seed: true);
        var agent = await TestUser.SignInAsync(app, "agent1@demo.test", "Mainstreet-demo-1");
        var shopper = await TestUser.RegisterAsync(app);
        var name = $"Zuleika{Guid.CreateVersion7():N}";

        await RefusedAsync(shopper.Http.PutAsJsonAsync(Path, new { birthday = "1990-05-16", consent = false, lastName = name }), 422, "consent_required");
        await RefusedAsync(shopper.Http.PutAsJsonAsync(Path, new { birthday = "1990-05-16", consent = true }), 400, "invalid_request");
        await RefusedAsync(shopper.Http.PutAsJsonAsync(Path, new { birthday = "2999-05-16", consent = true, lastName = name }), 400, "invalid_request");
        await RefusedAsync(shopper.Http.PutAsJsonAsync(Path, new { birthday = "1990-05-16", consent = true, lastName = name, businessId = Guid.CreateVersion7() }), 404, "business_not_found");

        foreach (var birthday in new[] { "1990-05-16", "--02-29" })
        {
            var said = await shopper.Http.PutAsJsonAsync(Path, new { birthday, consent = true, lastName = name, businessId = DemoIds.Business });
            said.StatusCode.ShouldBe(HttpStatusCode.OK, await said.Content.ReadAsStringAsync());
            var recipient = (await UntilAsync(agent, name, items => items.Count == 1 && items[0].GetProperty("birthday").GetString() == birthday)).ShouldHaveSingleItem();
            recipient.GetProperty("email").GetString().ShouldBe(shopper.Email);
            recipient.GetProperty("timeZone").GetString().ShouldBe("America/New_York");
        }

        var read = await shopper.Http.GetFromJsonAsync<JsonElement>(Path);
        (read.GetProperty("consent").GetBoolean(), read.GetProperty("birthday").GetString()).ShouldBe((true, "--02-29"));
        (await shopper.Http.DeleteAsync($"{Path}?businessId={DemoIds.Business}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await shopper.Http.DeleteAsync(Path)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await UntilAsync(agent, name, items => items.Count == 0);
        (await shopper.Http.GetFromJsonAsync<JsonElement>(Path)).GetProperty("birthday").ValueKind.ShouldBe(JsonValueKind.Null);

        // And again: a new recipient.
        (await shopper.Http.PutAsJsonAsync(Path, new { birthday = "1991-01-01", consent = true, lastName = name })).StatusCode.ShouldBe(HttpStatusCode.OK);
        await UntilAsync(agent, name, items => items.Count == 1);
    }

    [Theory]
    [InlineData("1990-05-16", true), InlineData("2026-05-20", true), InlineData("2026-05-21", false), InlineData("--02-29", true), InlineData("--02-30", false)]
    [InlineData("1799-01-01", false), InlineData("1990-13-01", false), InlineData("16.05.1990", false), InlineData("", false), InlineData("--", false)]
    public void Birthdays_are_days_that_were(string text, bool good) => BirthdayRoutes.IsBirthday(text, new LocalDate(2026, 5, 20)).ShouldBe(good);

    private static async Task<List<JsonElement>> UntilAsync(TestUser agent, string name, Func<List<JsonElement>, bool> done)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var page = await agent.Http.GetFromJsonAsync<JsonElement>($"/v1/recipients?search={name}", patience.Token);
            var items = page.GetProperty("items").EnumerateArray().ToList();
            if (done(items)) return items;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, patience.Token);
        }
    }

    private static async Task RefusedAsync(Task<HttpResponseMessage> request, int status, string code)
    {
        var answer = await request;
        var body = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(status, body);
        JsonDocument.Parse(body).RootElement.GetProperty("code").GetString().ShouldBe(code);
    }
}

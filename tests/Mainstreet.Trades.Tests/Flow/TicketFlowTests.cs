using System.Net.Http.Json;
using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Trades.Tests.Flow;

[Trait("kind", "db")]
public sealed class TicketFlowTests(TradesApps apps)
{
    [Theory, EachEngine]
    public async Task A_ticket_goes_from_report_to_rating_and_every_step_is_in_its_history(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine));
        var report = await street.ReportAsync();
        report.GetProperty("status").GetString().ShouldBe("submitted");
        report.GetProperty("trade").GetProperty("category").GetString().ShouldBe("plumbing");
        report.GetProperty("trade").GetProperty("source").GetString().ShouldBe("classifier");
        var id = report.GetProperty("id").GetGuid();

        var triaged = await street.Owner.PostAsync($"/v1/tickets/{id}/triage", new
        {
            category = "plumbing", priority = "high", estimate = new { min = new { amount = 5_000, currency = "USD" }, max = new { amount = 20_000, currency = "USD" } },
        });
        triaged.GetProperty("status").GetString().ShouldBe("triaged");
        triaged.GetProperty("trade").GetProperty("confidence").GetDouble().ShouldBe(1);

        var wave = await street.Owner.PostAsync($"/v1/tickets/{id}/offers", new { contractorIds = street.Contractors.Select(c => c.Id) });
        wave.GetProperty("offers").GetArrayLength().ShouldBe(3);

        var winner = street.Contractors[1];
        var open = await winner.User.GetAsync("/v1/offers?state=open");
        open.GetProperty("items").EnumerateArray().ShouldContain(o => o.GetProperty("ticketId").GetGuid() == id);
        var accepted = await winner.User.PostAsync($"/v1/tickets/{id}/accept", new { });
        accepted.GetProperty("status").GetString().ShouldBe("accepted");
        accepted.GetProperty("contractorId").GetGuid().ShouldBe(winner.Id);
        var again = await winner.User.PostAsync($"/v1/tickets/{id}/accept", new { });
        again.GetProperty("version").GetInt32().ShouldBe(accepted.GetProperty("version").GetInt32());

        await winner.User.PostAsync($"/v1/tickets/{id}/start", new { });
        var done = await winner.User.PostAsync($"/v1/tickets/{id}/complete", new { note = "New seal.", price = new { amount = 9_900, currency = "USD" } });
        done.GetProperty("price").GetProperty("amount").GetInt64().ShouldBe(9_900);
        var closed = await street.Tenant.PostAsync($"/v1/tickets/{id}/rating", new { stars = 5, comment = "Quick." });
        closed.GetProperty("status").GetString().ShouldBe("closed");

        var history = await street.Tenant.GetAsync($"/v1/tickets/{id}/history");
        history.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("action").GetString()).ShouldBe(
            ["ticket.created", "ticket.triaged", "ticket.offered", "ticket.accepted", "ticket.started", "ticket.completed", "ticket.rated"]);
        var profile = await winner.User.GetAsync("/v1/contractors/me");
        profile.GetProperty("rating").GetDouble().ShouldBe(5);
    }

    [Theory, EachEngine]
    public async Task Strangers_losers_and_other_businesses_get_404(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var street = await Street.MakeAsync(app, 2);
        var other = await Street.MakeAsync(app, 1);
        var id = await street.OfferedAsync();
        foreach (var stranger in new[] { other.Tenant, other.Owner, other.Contractors[0].User })
        {
            (await stranger.TryAsync(HttpMethod.Get, $"/v1/tickets/{id}")).ShouldBe((404, "not_found"));
            (await stranger.TryAsync(HttpMethod.Get, $"/v1/tickets/{id}/history")).ShouldBe((404, "not_found"));
            (await stranger.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/cancel", new { reason = "mine?" })).ShouldBe((404, "not_found"));
        }

        (await other.Owner.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/triage", new { category = "general" })).ShouldBe((404, "not_found"));
        (await other.Owner.TryAsync(HttpMethod.Get, $"/v1/matching/explain/{id}")).ShouldBe((404, "not_found"));
        (await other.Contractors[0].User.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept")).ShouldBe((404, "not_found"));
        (await other.Contractors[0].User.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/decline", new { })).ShouldBe((404, "not_found"));
        (await street.Tenant.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/triage", new { category = "general" })).ShouldBe((403, "forbidden"));
        (await street.Tenant.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept")).ShouldBe((403, "forbidden"));

        await street.Contractors[0].User.PostAsync($"/v1/tickets/{id}/accept", new { });
        (await street.Contractors[1].User.TryAsync(HttpMethod.Get, $"/v1/tickets/{id}")).ShouldBe((404, "not_found"));
        (await street.Contractors[1].User.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept")).ShouldBe((409, "ticket_already_taken"));
    }

    [Theory, EachEngine]
    public async Task Accept_refuses_in_the_order_of_the_contract(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine), 2);
        var (a, b) = (street.Contractors[0], street.Contractors[1]);

        var others = await street.OfferedAsync(count: 1);
        (await a.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{others}/accept")).Status.ShouldBe(200);
        (await b.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{others}/accept")).Status.ShouldBe(404);

        var late = await street.OfferedAsync(expiresInSeconds: 1);
        await UntilAsync(async () => (await street.Owner.GetAsync($"/v1/tickets/{late}/history")).GetProperty("items").EnumerateArray()
            .Any(i => i.GetProperty("action").GetString() == "offer.expired"), TimeSpan.FromSeconds(20));
        (await a.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{late}/accept")).ShouldBe((410, "offer_expired"));

        var cancelled = await street.OfferedAsync();
        await street.Tenant.PostAsync($"/v1/tickets/{cancelled}/cancel", new { reason = "Fixed itself." });
        (await a.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{cancelled}/accept")).ShouldBe((409, "ticket_cancelled"));

        var taken = await street.OfferedAsync();
        await a.User.PostAsync($"/v1/tickets/{taken}/accept", new { });
        (await b.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{taken}/accept")).ShouldBe((409, "ticket_already_taken"));
    }

    [Theory, EachEngine]
    public async Task When_all_decline_the_next_wave_goes_out_and_then_the_agents_are_called(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?> { ["Trades:WaveSize"] = "1", ["Trades:MaxWaves"] = "2" });
        var street = await Street.MakeAsync(app, 3);
        var id = (await street.ReportAsync()).GetProperty("id").GetGuid();
        await street.Owner.PostAsync($"/v1/tickets/{id}/triage", new { category = "plumbing" });
        var first = (await street.Owner.PostAsync($"/v1/tickets/{id}/offers", new { })).GetProperty("offers")[0].GetProperty("contractorId").GetGuid();
        await DeclineAsync(first);
        await UntilAsync(async () => (await street.Owner.GetAsync($"/v1/tickets/{id}")).GetProperty("wave").GetInt32() == 2, TimeSpan.FromSeconds(20));
        var explained = await street.Owner.GetAsync($"/v1/matching/explain/{id}");
        var second = explained.GetProperty("waves")[1].GetProperty("candidates").EnumerateArray()
            .Single(c => c.GetProperty("chosen").GetBoolean()).GetProperty("contractorId").GetGuid();
        second.ShouldNotBe(first);
        explained.GetProperty("waves").EnumerateArray().ShouldAllBe(w => w.GetProperty("reproducible").GetBoolean());
        await DeclineAsync(second);
        await UntilAsync(async () => (await street.Owner.GetAsync($"/v1/tickets/{id}")).GetProperty("escalated").GetBoolean(), TimeSpan.FromSeconds(20));

        // A new try may ask the same good contractors again.
        var again = await street.Owner.PostAsync($"/v1/tickets/{id}/offers", new { waveSize = 3 });
        again.GetProperty("offers").EnumerateArray().Select(o => o.GetProperty("contractorId").GetGuid()).ShouldBe(street.Contractors.Select(c => c.Id), ignoreOrder: true);

        Task DeclineAsync(Guid contractor) =>
            street.Contractors.Single(c => c.Id == contractor).User.PostAsync($"/v1/tickets/{id}/decline", new { reason = "Too far." });
    }

    [Theory, EachEngine]
    public async Task A_release_excludes_the_contractor_and_asks_others_at_once(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        var street = await Street.MakeAsync(app, 3);
        var id = await street.OfferedAsync(count: 1);
        var first = street.Contractors[0];
        await first.User.PostAsync($"/v1/tickets/{id}/accept", new { });
        await first.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/release", new { reason = "Van broke down." });
        var ticket = await street.Owner.GetAsync($"/v1/tickets/{id}");
        ticket.GetProperty("status").GetString().ShouldBe("offered");
        ticket.GetProperty("contractorId").ValueKind.ShouldBe(JsonValueKind.Null);
        (await first.User.TryAsync(HttpMethod.Post, $"/v1/tickets/{id}/accept")).ShouldBe((410, "offer_expired"));
        (await first.User.GetAsync("/v1/offers?state=open")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await street.Contractors[1].User.GetAsync("/v1/offers?state=open")).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task A_contractor_who_does_not_show_up_loses_the_job_by_itself(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?> { ["Trades:StartHoursNormal"] = "0.0003" });
        var street = await Street.MakeAsync(app, 2);
        var id = await street.OfferedAsync(count: 1);
        await street.Contractors[0].User.PostAsync($"/v1/tickets/{id}/accept", new { });
        await UntilAsync(async () => (await street.Owner.GetAsync($"/v1/tickets/{id}")).GetProperty("status").GetString() == "offered", TimeSpan.FromSeconds(20));
        (await street.Contractors[1].User.GetAsync("/v1/offers?state=open")).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await street.Owner.GetAsync($"/v1/tickets/{id}/history")).GetProperty("items").EnumerateArray()
            .Count(i => i.GetProperty("action").GetString() == "ticket.noShow").ShouldBe(1);
    }

    [Theory, EachEngine]
    public async Task Finished_work_that_nobody_rates_closes_by_itself(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine, new Dictionary<string, string?> { ["Trades:CloseAfterDays"] = "0.0001" });
        var street = await Street.MakeAsync(app, 1);
        var id = await street.OfferedAsync();
        foreach (var act in new[] { "accept", "start" }) await street.Contractors[0].User.PostAsync($"/v1/tickets/{id}/{act}", new { });
        await street.Contractors[0].User.PostAsync($"/v1/tickets/{id}/complete", new { note = "Done." });
        await UntilAsync(async () => (await street.Owner.GetAsync($"/v1/tickets/{id}")).GetProperty("status").GetString() == "closed", TimeSpan.FromSeconds(30));
    }

    [Theory, EachEngine]
    public async Task The_same_idempotency_key_reports_one_ticket_whoever_retries_how_often(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine), 0);
        var key = Guid.CreateVersion7().ToString();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync("Sink leaks")));
        var made = new HashSet<string>();
        foreach (var (status, body) in answers)
        {
            if (status == 409) body.GetProperty("code").GetString().ShouldBe("in_progress");
            else made.Add(body.GetProperty("id").GetString()!);
        }

        made.Count.ShouldBe(1);
        var (replayStatus, replay) = await SendAsync("Sink leaks");
        replayStatus.ShouldBe(201);
        replay.GetProperty("id").GetString().ShouldBe(made.Single());
        var (otherStatus, other) = await SendAsync("Another title");
        otherStatus.ShouldBe(422);
        other.GetProperty("code").GetString().ShouldBe("idempotency_key_reused");
        (await street.Tenant.GetAsync("/v1/tickets")).GetProperty("items").GetArrayLength().ShouldBe(1);

        async Task<(int, JsonElement)> SendAsync(string title)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/tickets")
            {
                Content = JsonContent.Create(new { title, description = "Drips.", location = new { lat = 40.7, lon = -74.0 }, businessId = street.BusinessId }),
            };
            request.Headers.Add("Idempotency-Key", key);
            using var answer = await street.Tenant.Http.SendAsync(request);
            return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
        }
    }

    [Theory, EachEngine]
    public async Task A_stale_If_Match_is_412_and_changes_nothing(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine), 0);
        var id = (await street.ReportAsync()).GetProperty("id").GetGuid();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/tickets/{id}/triage") { Content = JsonContent.Create(new { category = "general" }) };
        request.Headers.TryAddWithoutValidation("If-Match", "\"99\"");
        using var answer = await street.Owner.Http.SendAsync(request);
        ((int)answer.StatusCode).ShouldBe(412);
        (await street.Owner.GetAsync($"/v1/tickets/{id}")).GetProperty("status").GetString().ShouldBe("submitted");
    }

    [Theory, EachEngine]
    public async Task Lists_page_by_cursor_without_gap_or_double(Engine engine)
    {
        var street = await Street.MakeAsync(await apps.OnAsync(engine), 0);
        var made = new List<Guid>();
        for (var i = 0; i < 7; i++) made.Add((await street.ReportAsync($"Leak {i}")).GetProperty("id").GetGuid());
        foreach (var query in new[] { "", "&near=40.73,-73.99&withinMeters=500" })
        {
            var seen = new List<Guid>();
            string? cursor = null;
            do
            {
                var page = await street.Tenant.GetAsync($"/v1/tickets?limit=3{query}" + (cursor is null ? "" : $"&cursor={cursor}"));
                seen.AddRange(page.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("id").GetGuid()));
                cursor = page.GetProperty("next").GetString();
            }
            while (cursor is not null);
            seen.ShouldBe(Enumerable.Reverse(made));
        }

        (await street.Tenant.GetAsync("/v1/tickets?near=41.5,-73.99&withinMeters=500")).GetProperty("items").GetArrayLength().ShouldBe(0);
        (await street.Tenant.TryAsync(HttpMethod.Get, "/v1/tickets?limit=0")).ShouldBe((400, "invalid_request"));
        (await street.Tenant.TryAsync(HttpMethod.Get, "/v1/tickets?cursor=abc")).ShouldBe((400, "invalid_request"));
        (await street.Tenant.TryAsync(HttpMethod.Get, "/v1/tickets?status=lost")).ShouldBe((400, "invalid_request"));
    }

    internal static async Task UntilAsync(Func<Task<bool>> holds, TimeSpan within)
    {
        var deadline = TimeProvider.System.GetTimestamp() + (long)(within.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (!await holds())
        {
            if (TimeProvider.System.GetTimestamp() > deadline) throw new TimeoutException($"It did not come true within {within}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}

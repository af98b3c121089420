using Mainstreet.Foundation.Proving;

namespace Mainstreet.Trades.Proof;

/// <summary>The main path of Trades: from the report of a leak to five stars, with everybody's pages on the way.</summary>
internal sealed class TradesSmoke : ISmokePath
{
    private const string NotFound = "not_found";

    private static readonly string[] Plumbing = [ProofCast.Trade];

    public string Name => "trades";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.AccountAsync("owner");
        var tenant = await walk.AccountAsync("tenant");
        var worker = await walk.AccountAsync("contractor", "contractor");
        var spot = ProofCast.Somewhere();
        var place = new { lat = spot.Lat, lon = spot.Lon };
        var business = await walk.SendAsync("business", HttpMethod.Post, $"/v1/businesses", owner, new { name = "Synthetic property management" }, 201, a => a.Is("synthetic", true).Id());

        await walk.RefusedAsync("no profile yet", 404, "profile_missing", HttpMethod.Get, $"/v1/contractors/me", worker);
        object Profile(string status) => new { displayName = "Synthetic contractor", trades = Plumbing, @base = place, serviceRadiusMeters = 20_000, timeZone = "Etc/UTC", status };
        var contractor = await walk.SendAsync("profile", HttpMethod.Put, $"/v1/contractors/me", worker, Profile("available"), 200,
            a => a.Is("displayName", "Synthetic contractor").Is("trades", Plumbing).Is("status", "available").Id("contractorId"));
        await walk.GetAsync("profile read", worker, $"/v1/contractors/me", a => a.Is("contractorId", contractor.Value).Is("serviceRadiusMeters", 20_000));
        await walk.SendAsync("position", HttpMethod.Post, $"/v1/contractors/me/position", worker, place, 204, a => a.Empty(), contractor);
        await walk.PageAsync("page: my profile", worker, $"/profile", "My profile", "<h1>My profile</h1>", "Synthetic contractor");
        var property = await walk.SendAsync("property", HttpMethod.Post, $"/v1/properties", owner, new { name = "Synthetic flats", address = "1 Synthetic Road", location = place, businessId = business }, 201,
            a => a.Is("name", "Synthetic flats").Is("businessId", business.Value).Id());
        await walk.GetAsync("properties", owner, $"/v1/properties", a => a.Count("items", 1).Is("items[0].id", property.Value));
        await walk.GetAsync("territories, none yet", owner, $"/v1/territories", a => a.Count("items", 0).Is("next", null), business);

        var ticket = await walk.SendAsync("report", HttpMethod.Post, $"/v1/tickets", tenant, new
        {
            title = "Synthetic leak", description = "Water drips from the pipe under the kitchen sink.", location = place, businessId = business,
        }, 201, a => a.Is("status", "submitted").Is("title", "Synthetic leak").Is("trade.category", ProofCast.Trade).Is("businessId", business.Value).Id());
        await walk.RefusedAsync("a report of nothing", 400, "invalid_request", HttpMethod.Post, $"/v1/tickets", tenant, new { title = "" });
        await walk.GetAsync("ticket read", tenant, $"/v1/tickets/{ticket}", a => a.Is("id", ticket.Value).Is("title", "Synthetic leak"));
        await walk.GetAsync("tickets listed", tenant, $"/v1/tickets", a => a.Count("items", 1).Is("items[0].id", ticket.Value));
        await walk.RefusedAsync("not for a contractor who was not asked", 404, NotFound, HttpMethod.Get, $"/v1/tickets/{ticket}", worker);
        await walk.RefusedAsync("nor may he accept it", 404, NotFound, HttpMethod.Post, $"/v1/tickets/{ticket}/accept", worker);
        await walk.GetAsync("photos, none yet", tenant, $"/v1/tickets/{ticket}/photos", a => a.Count("items", 0));
        await walk.PageAsync("page: report", tenant, $"/report", "Report a problem", "<h1>Report a problem</h1>", "name=\"description\"");
        await walk.PageAsync("page: my tickets", tenant, $"/tickets", "My tickets", "Synthetic leak");
        await walk.StepAsync("page: the ticket", async () => Ticket(await walk.AskAsync(HttpMethod.Get, $"/tickets/{ticket}", owner, headers: Html)));
        await walk.PageAsync("page: triage", owner, $"/triage", "Triage", "Needs you <span class=\"count\">1</span>", "Synthetic leak");
        await walk.PageAsync("page: map", owner, $"/map", "Map", "Open tickets on the map", "Synthetic leak");
        await walk.FirstEventAsync("live: the ticket's topic", tenant, $"/v1/live/stream?topics=ticket:{ticket}", e => e.Contains("event: state", StringComparison.Ordinal) && e.Contains($"ticket:{ticket}", StringComparison.Ordinal) && e.Contains("\"recovered\"", StringComparison.Ordinal));
        await walk.RefusedAsync("live: another's topic", 403, "topic_forbidden", HttpMethod.Get, $"/v1/live/stream?topics=ticket:{ticket}", worker);
        await walk.GetAsync("live: who is present", owner, $"/v1/live/presence?topic=business:{business}", a => a.Holds(p => p.GetProperty("count").GetInt32() == p.GetProperty("accounts").GetArrayLength() && p.GetProperty("count").GetInt32() == 0, "counts somebody where nobody is"));

        var triaged = await Act("triage", "triaged", owner, "triage", new { category = ProofCast.Trade }, ticket);
        await walk.SendAsync("search contractors", HttpMethod.Post, $"/v1/matching/search", owner, new { location = place, category = ProofCast.Trade, businessId = business }, 200,
            a => a.AtLeast("items", 1).Is("items[0].contractorId", contractor.Value).Holds(m => m.GetProperty("items")[0].GetProperty("score").GetDouble() is > 0 and <= 1, "has a score out of bounds"));
        await walk.GetAsync("why he is first", owner, $"/v1/matching/explain/{ticket}", a => a.Is("ticketId", ticket.Value).Is("waves[0].candidates[0].contractorId", contractor.Value), triaged);
        var offered = await walk.StepAsync("offer", async () => (await walk.AskAsync(HttpMethod.Post, $"/v1/tickets/{ticket}/offers", owner, SmokeWalk.Late(() => new { contractorIds = new[] { contractor.Value } }))).Answered(201)
            .Count("offers", 1).Is("offers[0].contractorId", contractor.Value).Is("offers[0].state", "open"), triaged);
        await walk.GetAsync("my offers", worker, $"/v1/offers?state=open", a => a.Count("items", 1).Is("items[0].ticketId", ticket.Value).Is("items[0].title", "Synthetic leak"), offered);
        await walk.PageAsync("page: my offers", worker, $"/offers", "My offers", "Open now <span class=\"count\">1</span>", "Synthetic leak");
        var accepted = await Act("accept", "accepted", worker, "accept", null, offered);
        await walk.PageAsync("page: my jobs", worker, $"/jobs", "My jobs", "To do <span class=\"count\">1</span>", "Synthetic leak");
        var started = await Act("start", "inProgress", worker, "start", null, accepted);
        await walk.RefusedAsync("not started twice", 409, "wrong_status", HttpMethod.Post, $"/v1/tickets/{ticket}/start", worker, null, started);
        var completed = await Act("complete", "completed", worker, "complete", new { note = "Synthetic repair." }, started);
        var rated = await Act("rate", "closed", tenant, "rating", new { stars = 5 }, completed);
        await walk.RefusedAsync("closed is closed", 409, "wrong_status", HttpMethod.Post, $"/v1/tickets/{ticket}/cancel", owner, new { reason = "Synthetic reason" }, rated);
        await walk.GetAsync("history", owner, $"/v1/tickets/{ticket}/history", a => a.AtLeast("items", 6).Is("items[0].action", "ticket.created").Some("items", i => i.GetProperty("to").GetString() == "closed", "closes the ticket"), rated);
        await walk.GetAsync("tickets by state", owner, $"/v1/tickets?status=closed", a => a.Count("items", 1).Is("items[0].id", ticket.Value), rated);
        await walk.GetAsync("tickets exported", owner, $"/v1/tickets/export", a => a.Media("text/csv").Contains("number,externalId,status,category", ",closed,plumbing,", "Synthetic leak"), rated);

        var second = await walk.SendAsync("a second report", HttpMethod.Post, $"/v1/tickets", tenant, new { title = "Synthetic lamp", description = "The lamp in the hall is dark.", location = place, businessId = business }, 201, a => a.Is("title", "Synthetic lamp").Id());
        await walk.SendAsync("cancelled", HttpMethod.Post, $"/v1/tickets/{second}/cancel", tenant, new { reason = "Synthetic reason" }, 200, a => a.Is("id", second.Value).Is("status", "cancelled"));
        await walk.SendAsync("tidy up", HttpMethod.Put, $"/v1/contractors/me", worker, Profile("offline"), 200, a => a.Is("contractorId", contractor.Value).Is("status", "offline"));

        Task<SmokeResult<SmokeAnswer>> Act(string act, string status, SmokeResult<SyntheticAccount> by, string route, object? body, ISmokeResult after) =>
            walk.SendAsync(act, HttpMethod.Post, $"/v1/tickets/{ticket}/{route}", by, body, 200, a => a.Is("id", ticket.Value).Is("status", status), after);
    }

    private static Dictionary<string, string> Html => new() { ["Accept"] = "text/html" };

    // The title carries the ticket's number, which is the server's to give.
    private static SmokeAnswer Ticket(SmokeAnswer page) =>
        page.Answered(200).Media("text/html").Contains(" Synthetic leak · Mainstreet</title>", "<h1>Synthetic leak</h1>", "Confirm the trade", "<main id=\"main\"");
}

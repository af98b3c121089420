using Mainstreet.Foundation.Proving;

namespace Mainstreet.Trades.Proof;

/// <summary>What Trades shows without being changed.</summary>
internal sealed class TradesReads : ISmokePath
{
    private const string Unauthenticated = "unauthenticated";
    private const string Nothing = "01930000-0000-7000-8000-000000000000";

    public string Name => "trades";

    public bool ReadOnly => true;

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var nobody = SmokeWalk.Nobody;
        await walk.SignInNeededAsync("page: tickets are not for strangers", $"/tickets");
        await walk.SignInNeededAsync("page: strangers do not report", $"/report");
        await walk.RefusedAsync("tickets, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/tickets", nobody);
        await walk.RefusedAsync("offers, without signing in", 401, Unauthenticated, HttpMethod.Get, $"/v1/offers", nobody);

        var reader = await walk.ReaderAsync();
        await walk.GetAsync("my tickets", reader, $"/v1/tickets?limit=5", a => a.Holds(p => p.TryGetProperty("next", out _), "has no next")
            .Each("items", t => t.GetProperty("id").GetGuid() != Guid.Empty && t.GetProperty("number").GetInt64() > 0 && t.GetProperty("status").GetString()!.Length > 0, "has no id, number or status"));
        await walk.RefusedAsync("a ticket that is not there", 404, "not_found", HttpMethod.Get, $"/v1/tickets/{Nothing}", reader);
        await walk.RefusedAsync("its history neither", 404, "not_found", HttpMethod.Get, $"/v1/tickets/{Nothing}/history", reader);
        await walk.RefusedAsync("its photos neither", 404, "not_found", HttpMethod.Get, $"/v1/tickets/{Nothing}/photos", reader);
        await walk.StepAsync("page: tickets", async () =>
        {
            var page = (await walk.AskAsync(HttpMethod.Get, $"/tickets", reader, headers: new Dictionary<string, string> { ["Accept"] = "text/html" })).Answered(200);
            return page.Text.Contains("<title>Tickets ·", StringComparison.Ordinal) ? page.Page("Tickets", "<h1>Tickets</h1>") : page.Page("My tickets", "<h1>My tickets</h1>");
        });
        await walk.PageAsync("page: a ticket that is not there", reader, $"/tickets/{Nothing}", 404, "Nothing here", "<h1>Nothing here</h1>");
    }
}

using Mainstreet.Foundation.Load;
using Mainstreet.Foundation.Proving;

namespace Mainstreet.Trades.Proof;

/// <summary>Tenants who look after their tickets and now and then report another, at a place without contractors.</summary>
internal sealed class TradesLoad : ILoadMix
{
    private const int TicketsEach = 2;

    public string Name => "trades";

    public async Task<LoadPart> PrepareAsync(LoadStage stage, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stage);
        // Of the South Pacific, as the proofs' places are, but farther out: nobody is offered anything there.
        var report = new
        {
            title = "Synthetic leak",
            description = "Water drips from the pipe under the kitchen sink.",
            location = new { lat = -56.5, lon = -126.5 },
            businessId = stage.BusinessId,
        };
        var body = LoadRequest.Json(report);
        var tickets = new List<(SyntheticAccount Tenant, Guid Id)>();
        foreach (var tenant in stage.People)
        {
            for (var i = 0; i < TicketsEach; i++) tickets.Add((tenant, await stage.MakeAsync(tenant, HttpMethod.Post, "/v1/tickets", report, cancel)));
        }

        return new LoadPart(
        [
            new("trades: a ticket", 14, random => One(random, "")),
            new("trades: its history", 4, random => One(random, "/history")),
            new("trades: my tickets", 8, random => new(HttpMethod.Get, "/v1/tickets?mine=true&limit=20", stage.Anybody(random))),
            new("trades: report (write)", 2, random => new(HttpMethod.Post, "/v1/tickets", stage.Anybody(random), body) { Once = true }),
        ], token => TidyAsync(stage, token));

        LoadRequest One(Random random, string of)
        {
            var (tenant, id) = tickets[random.Next(tickets.Count)];
            return new(HttpMethod.Get, $"/v1/tickets/{id}{of}", tenant);
        }
    }

    /// <summary>Cancels every ticket of the business that is not cancelled.</summary>
    private static async Task TidyAsync(LoadStage stage, CancellationToken cancel)
    {
        string? next = null;
        do
        {
            var page = await stage.SendAsync(stage.Owner, HttpMethod.Get, $"/v1/tickets?limit=100{(next is null ? "" : $"&cursor={next}")}", null, cancel);
            var open = page.GetProperty("items").EnumerateArray().Where(t => t.GetProperty("status").GetString() != "cancelled").Select(t => t.GetProperty("id").GetGuid()).ToArray();
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel }, async (id, token) =>
                await stage.SendAsync(stage.Owner, HttpMethod.Post, $"/v1/tickets/{id}/cancel", new { reason = "The load is over." }, token));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
    }
}

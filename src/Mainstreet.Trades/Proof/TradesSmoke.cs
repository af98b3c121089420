using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Trades.Proof;

/// <summary>The main path of Trades: from the report of a leak to five stars.</summary>
internal sealed class TradesSmoke : ISmokePath
{
    public string Name => "trades";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var cast = await walk.StepAsync("register and sign in", () => ProofCast.GatherAsync(walk.Client, walk.Run, 1, cancel));
        var contractor = cast.Racers[0];
        var ticket = await walk.StepAsync("report", async () => (await Post(cast.Tenant, "/v1/tickets", new
        {
            title = "Synthetic leak",
            description = "Water drips from the pipe under the kitchen sink.",
            location = new { lat = cast.Place.Lat, lon = cast.Place.Lon },
            businessId = cast.BusinessId,
        })).GetProperty("id").GetGuid());
        var path = $"/v1/tickets/{ticket}";

        await Step("triage", "triaged", cast.Owner, $"{path}/triage", new { category = ProofCast.Trade });
        await walk.StepAsync("offer", () => Post(cast.Owner, $"{path}/offers", new { contractorIds = new[] { contractor.ContractorId } }));
        await Step("accept", "accepted", contractor.Account, $"{path}/accept", null);
        await Step("start", "inProgress", contractor.Account, $"{path}/start", null);
        await Step("complete", "completed", contractor.Account, $"{path}/complete", new { note = "Synthetic repair." });
        await Step("rate", "closed", cast.Tenant, $"{path}/rating", new { stars = 5 });
        await walk.StepAsync("history", async () =>
        {
            var items = (await Send(HttpMethod.Get, cast.Owner, $"{path}/history", null)).GetProperty("items");
            return items.GetArrayLength() >= 6 ? items : throw new ProofException($"the history has {items.GetArrayLength()} items");
        });
        await walk.StepAsync("tidy up", () => cast.DisbandAsync(cancel));

        Task<JsonElement> Post(SyntheticAccount account, string to, object? body) => Send(HttpMethod.Post, account, to, body);

        async Task<JsonElement> Send(HttpMethod method, SyntheticAccount account, string to, object? body) =>
            (await walk.Client.SendAsync(new ProofCall(to.Split('/')[^1], method, to) { Account = account, Body = body, Once = method == HttpMethod.Post }, cancel)).Require();

        Task<JsonElement> Step(string name, string status, SyntheticAccount account, string to, object? body) => walk.StepAsync(name, async () =>
        {
            var answer = await Post(account, to, body);
            var now = answer.GetProperty("status").GetString();
            return now == status ? answer : throw new ProofException($"{name} left the ticket {now}, not {status}");
        });
    }
}

using System.Text.Json;

using Mainstreet.Foundation.Proving;
using Mainstreet.Trades.Proof;

namespace Mainstreet.Load;

/// <summary>The people and tickets of a drive, made through the API like anybody's, marked synthetic.</summary>
internal sealed class Town : IDisposable
{
    private readonly ProofClient _client;

    private Town(ProofRun run, ProofClient client, ProofCast cast) => (Run, _client, Cast) = (run, client, cast);

    internal ProofRun Run { get; }

    internal ProofCast Cast { get; }

    internal static async Task<Town> FoundAsync(IReadOnlyList<Uri> targets, int racers, CancellationToken cancel)
    {
        var run = new ProofRun(targets, 0, TimeProvider.System);
        var client = new ProofClient(run, new History());
        await client.ServerVersionAsync(cancel);
        Console.Error.WriteLine($"signing in {racers} contractors");
        return new Town(run, client, await ProofCast.GatherAsync(client, run, racers, cancel));
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Makes tickets, triaged, and offered to all racers when asked to.</summary>
    internal async Task<Guid[]> MakeTicketsAsync(int count, bool offered, CancellationToken cancel)
    {
        Console.Error.WriteLine($"making {count} tickets{(offered ? $" with {Cast.Racers.Count} offers each" : "")}");
        var ids = new Guid[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = cancel }, async (i, token) =>
        {
            ids[i] = (await SendAsync(Cast.Tenant, "/v1/tickets", i, new
            {
                title = $"Synthetic leak {i + 1}",
                description = "Water drips from the pipe under the kitchen sink.",
                location = new { lat = Cast.Place.Lat, lon = Cast.Place.Lon },
                businessId = Cast.BusinessId,
            }, token)).GetProperty("id").GetGuid();
            if (!offered) return;
            await SendAsync(Cast.Owner, $"/v1/tickets/{ids[i]}/triage", i, new { category = ProofCast.Trade }, token);
            await SendAsync(Cast.Owner, $"/v1/tickets/{ids[i]}/offers", i, new
            {
                waveSize = Math.Min(50, Cast.Racers.Count), expiresInSeconds = 7200, contractorIds = Cast.Racers.Select(r => r.ContractorId),
            }, token);
        });
        return ids;
    }

    /// <summary>Cancels what is still open and takes the contractors off the market.</summary>
    internal async Task CloseAsync(IReadOnlyList<Guid> tickets, CancellationToken cancel)
    {
        await Parallel.ForEachAsync(tickets, new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = cancel }, async (id, token) =>
            await SendAsync(Cast.Owner, $"/v1/tickets/{id}/cancel", 0, new { reason = "The drive is over." }, token));
        await Cast.DisbandAsync(cancel);
    }

    internal async Task<JsonElement> SendAsync(SyntheticAccount account, string path, int target, object body, CancellationToken cancel) =>
        (await _client.SendAsync(new ProofCall(path.Split('/')[^1], HttpMethod.Post, path) { Account = account, Body = body, Target = target }, cancel)).Require();
}

using System.Security.Cryptography;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Trades.Proof;

/// <summary>A synthetic contractor: its account and its id in Trades.</summary>
internal sealed record Racer(SyntheticAccount Account, Guid ContractorId);

/// <summary>
/// The people of a run: one business with its owner, one tenant, the racers, and an outsider who is never offered anything.
/// They live on a spot of the South Pacific drawn anew for each run, out of reach of everybody else's.
/// </summary>
internal sealed class ProofCast
{
    internal const string Trade = "plumbing";
    private const int ServiceRadiusMeters = 20_000;
    private readonly ProofClient _client;

    private ProofCast(ProofClient client) => _client = client;

    internal required SyntheticAccount Owner { get; init; }

    internal required SyntheticAccount Tenant { get; init; }

    internal required Guid BusinessId { get; init; }

    internal required IReadOnlyList<Racer> Racers { get; init; }

    internal required Racer Outsider { get; init; }

    /// <summary>Where everybody but the outsider is.</summary>
    internal required (double Lat, double Lon) Place { get; init; }

    /// <summary>Contractor ids by account.</summary>
    internal IReadOnlyDictionary<Guid, Guid> Contractors => Racers.Append(Outsider).ToDictionary(r => r.Account.Id, r => r.ContractorId);

    /// <summary>A spot of the South Pacific, drawn anew each time.</summary>
    internal static (double Lat, double Lon) Somewhere() => (-50 + RandomNumberGenerator.GetInt32(10_000) / 1000.0, -140 + RandomNumberGenerator.GetInt32(30_000) / 1000.0);

    internal static async Task<ProofCast> GatherAsync(ProofClient client, ProofRun run, int racers, CancellationToken cancel)
    {
        var place = Somewhere();
        var owner = await SyntheticAccount.CreateAsync(client, "owner", "customer", run.Clock, cancel);
        var business = (await client.SendAsync(new ProofCall("business", HttpMethod.Post, "/v1/businesses")
        {
            Account = owner,
            Body = new { name = "Synthetic property management" },
            Once = true,
        }, cancel)).Require();
        var tenant = await SyntheticAccount.CreateAsync(client, "tenant", "customer", run.Clock, cancel);

        // A few at a time: hashing passwords is the server's most expensive answer.
        var crew = new Racer[racers + 1];
        await Parallel.ForAsync(0, crew.Length, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancel }, async (i, token) =>
        {
            var outsider = i == racers;
            crew[i] = await HireAsync(client, run, outsider ? "outsider" : $"racer {i + 1}", i,
                outsider ? (place.Lat + 40, place.Lon) : (place.Lat + i * 0.0001, place.Lon), outsider ? "carpentry" : Trade, token);
        });
        return new ProofCast(client)
        {
            Owner = owner,
            Tenant = tenant,
            BusinessId = business.GetProperty("id").GetGuid(),
            Racers = crew[..racers],
            Outsider = crew[racers],
            Place = place,
        };
    }

    /// <summary>Takes every contractor of the run off the market, and counts offers that are still open to them.</summary>
    internal async Task<IReadOnlyList<string>> DisbandAsync(CancellationToken cancel)
    {
        var left = new List<string>();
        foreach (var racer in Racers.Append(Outsider))
        {
            await _client.SendAsync(new ProofCall("profile", HttpMethod.Put, "/v1/contractors/me")
            {
                Account = racer.Account,
                Body = Profile(racer.Account.Name, Place, Trade, "offline"),
            }, cancel);
            var open = await _client.SendAsync(new ProofCall("offers", HttpMethod.Get, "/v1/offers?state=open") { Account = racer.Account }, cancel);
            var count = open.Require().GetProperty("items").GetArrayLength();
            if (count > 0) left.Add($"{racer.Account.Name} has {count} open offers");
        }

        return left;
    }

    internal static async Task<Racer> HireAsync(
        ProofClient client, ProofRun run, string name, int target, (double Lat, double Lon) place, string trade, CancellationToken cancel)
    {
        var account = await SyntheticAccount.CreateAsync(client, name, "contractor", run.Clock, cancel);
        var profile = (await client.SendAsync(new ProofCall("profile", HttpMethod.Put, "/v1/contractors/me")
        {
            Account = account,
            Target = target,
            Body = Profile(name, place, trade, "available"),
        }, cancel)).Require();
        return new Racer(account, profile.GetProperty("contractorId").GetGuid());
    }

    private static object Profile(string name, (double Lat, double Lon) place, string trade, string status) => new
    {
        displayName = $"Synthetic {name}",
        trades = new[] { trade },
        @base = new { lat = place.Lat, lon = place.Lon },
        serviceRadiusMeters = ServiceRadiusMeters,
        timeZone = "Etc/UTC",
        status,
    };
}

using System.Text.Json;

namespace Mainstreet.Foundation.Proving;

/// <summary>What stands behind the addresses that are to be walked, as far as it says so itself.</summary>
/// <param name="Modules">The modules that it serves, without <see cref="Foundation"/>.</param>
public sealed record SmokeTarget(IReadOnlySet<string> Modules)
{
    /// <summary>The name of what every module stands on.</summary>
    public const string Foundation = "foundation";

    /// <summary>Asks every target whether it is a Mainstreet, and the first one which modules it serves.</summary>
    /// <exception cref="ProofException">One of them cannot be reached, or is something else; the message is one clear line.</exception>
    public static async Task<SmokeTarget> LookAsync(ProofRun run, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(run);
        using var client = new ProofClient(run, new History());
        for (var target = 0; target < run.Targets.Count; target++)
        {
            var health = await AskAsync(client, run, target, "/health", cancel);
            if (health.Body is not { ValueKind: JsonValueKind.Object } said || !said.TryGetProperty("status", out var status) || status.GetString() is not ("up" or "degraded" or "down"))
                throw new ProofException($"{run.Targets[target]} is no Mainstreet: GET /health was answered {health.Status}{(health.Body is null ? "" : " " + health.Body.Value.GetRawText()[..Math.Min(80, health.Body.Value.GetRawText().Length)])}.");
        }

        var described = await AskAsync(client, run, 0, "/openapi/v1.json", cancel);
        if (described.Body is not { } document || Operations(document) is not { Count: > 0 } operations)
            throw new ProofException($"{run.Targets[0]} does not describe its interface: GET /openapi/v1.json was answered {described.Status}.");
        return new SmokeTarget(operations.Select(o => o.Split('.')[0]).Where(m => m != Foundation).ToHashSet(StringComparer.Ordinal));
    }

    private static async Task<ProofAnswer> AskAsync(ProofClient client, ProofRun run, int target, string path, CancellationToken cancel)
    {
        var answer = await client.SendAsync(new ProofCall(path, HttpMethod.Get, path) { Target = target, SingleAttempt = true }, cancel);
        if (answer.Status != 0) return answer;
        var why = answer.Code switch
        {
            "connection: SecureConnectionError" => "its TLS certificate is not trusted here, or is for another name (SSL_CERT_FILE names further authorities)",
            "connection: NameResolutionError" => "there is no host of that name",
            "connection: ConnectionError" => "nothing answers there",
            "timeout" => "it did not answer in time",
            var other => other,
        };
        throw new ProofException($"{run.Targets[target]} cannot be reached: {why}.");
    }

    // Operations are named module.thing.act.
    private static List<string> Operations(JsonElement document)
    {
        if (document.ValueKind != JsonValueKind.Object || !document.TryGetProperty("paths", out var paths) || paths.ValueKind != JsonValueKind.Object) return [];
        return
        [
            .. paths.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Object).SelectMany(p => p.Value.EnumerateObject())
                .Select(o => o.Value.ValueKind == JsonValueKind.Object && o.Value.TryGetProperty("operationId", out var id) ? id.GetString() : null).OfType<string>(),
        ];
    }
}

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Access.Proof;

/// <summary>Gives a permission in a synthetic business and takes it away, and asks every replica, with the token and without.</summary>
internal sealed class GrantProof(ProofClient client, AccessVisitor visitor, ProofRun run, Verdicts verdicts)
{
    internal static readonly Invariant Given = new("access.grant-given",
        "A grant holds on every replica in the next request that carries its consistency token.");

    internal static readonly Invariant Revoked = new("access.grant-revoked",
        "A revoked grant is refused by every replica in the next request that carries the revocation's token, and within a second without it.");

    private const string Permission = "access.members.read";
    private static readonly TimeSpan Propagation = TimeSpan.FromSeconds(1);

    internal async Task RunAsync(CancellationToken cancel)
    {
        var (owner, friend) = (await visitor.EnterAsync(cancel), await visitor.EnterAsync(cancel));
        var id = (await client.SendAsync(new ProofCall("who am I", HttpMethod.Get, "/v1/auth/me") { Bearer = friend.Access }, cancel)).Require().GetProperty("id").GetGuid();
        var business = (await client.SendAsync(
            new ProofCall("found a business", HttpMethod.Post, "/v1/businesses") { Bearer = owner.Access, Body = new { name = "Synthetic shop" }, Once = true }, cancel))
            .Require().GetProperty("id").GetGuid();
        var asked = new { subject = $"user:{id}", permission = Permission, resource = $"business:{business}" };

        // Once refused with the token, once by waiting.
        foreach (var waits in (bool[])[false, true])
        {
            var given = (await GiveAsync(owner, asked, cancel)).Require();
            var token = given.GetProperty("token").GetString()!;
            for (var replica = 0; replica < run.Targets.Count; replica++)
            {
                var answer = await AskAsync(friend, asked.subject, asked.resource, token, replica, cancel);
                verdicts.Check(Given, answer == "allowed", () => $"replica {replica} answered a new grant's token {answer}");
            }

            var revoked = await client.SendAsync(
                new ProofCall("revoke", HttpMethod.Delete, $"/v1/access/grants/{given.GetProperty("id").GetGuid()}") { Bearer = owner.Access }, cancel);
            // A retry finds the grant gone and has no token to show.
            if (revoked is { Status: 404, Retried: true }) continue;
            var since = run.Clock.GetTimestamp();
            token = revoked.Require().GetProperty("token").GetString()!;
            for (var replica = 0; replica < run.Targets.Count; replica++)
            {
                var answer = await AskAsync(friend, asked.subject, asked.resource, waits ? null : token, replica, cancel);
                while (waits && answer == "allowed" && run.Clock.GetElapsedTime(since) < Propagation)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), run.Clock, cancel);
                    answer = await AskAsync(friend, asked.subject, asked.resource, null, replica, cancel);
                }

                verdicts.Check(Revoked, answer == "refused", () => $"replica {replica} answered {answer} after the revocation, {(waits ? "a second later" : "with its token")}");
            }
        }
    }

    // Another replica may hear of the new business up to a second later.
    private async Task<ProofAnswer> GiveAsync(HeldTokens owner, object grant, CancellationToken cancel)
    {
        var since = run.Clock.GetTimestamp();
        while (true)
        {
            var answer = await client.SendAsync(
                new ProofCall("grant", HttpMethod.Post, "/v1/access/grants") { Bearer = owner.Access, Body = grant, Once = true }, cancel);
            if (answer.Status != 404 || run.Clock.GetElapsedTime(since) > 3 * Propagation) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(50), run.Clock, cancel);
        }
    }

    private async Task<string> AskAsync(HeldTokens friend, string subject, string resource, string? consistency, int replica, CancellationToken cancel)
    {
        var answer = await client.SendAsync(new ProofCall("check", HttpMethod.Post, "/v1/access/check")
        {
            Bearer = friend.Access,
            Body = new { subject, permission = Permission, resource, consistency },
            Target = replica,
        }, cancel);
        return answer is { Ok: true, Body: { } body } ? body.GetProperty("allowed").GetBoolean() ? "allowed" : "refused" : $"{answer.Status} {answer.Code}";
    }
}

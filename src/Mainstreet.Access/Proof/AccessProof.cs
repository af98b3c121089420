using System.Globalization;
using System.Security.Cryptography;
using System.Text;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Access.Proof;

/// <summary>Races registrations, steals refresh tokens, signs out, forges tokens, gives and revokes permissions, and asks every replica who still gets in.</summary>
internal sealed class AccessProof : IProof
{
    private static readonly Invariant OneAccount = new("access.one-account",
        "Of many registrations of one e-mail at once exactly one opens an account, and the others are told email_taken.");

    private static readonly Invariant Theft = new("access.refresh-theft",
        "A used refresh token that comes back from another client ends the session: none of its tokens gets in again.");

    private static readonly Invariant SignOut = new("access.sign-out",
        "Within a second of an acknowledged sign-out no replica lets the session's tokens in.");

    private static readonly Invariant Forgery = new("access.forged-token",
        "A token that was changed, unsigned or signed by somebody else is answered 401 by every replica.");

    private static readonly Invariant NoServerError = new("access.no-server-error",
        "No request is answered 5xx or dropped (with faults: none but 503 with Retry-After, or a lost connection).");

    private static readonly ProofOption Rounds = new("rounds", "Sessions to steal and to end.", 5, 1, 1_000);
    private static readonly ProofOption Racers = new("registrations", "Registrations of one e-mail at once.", 8, 2, 100);
    private static readonly TimeSpan Propagation = TimeSpan.FromSeconds(1);

    public string Name => "access";

    public IReadOnlyList<Invariant> Invariants { get; } = [OneAccount, Theft, SignOut, Forgery, GrantProof.Given, GrantProof.Revoked, NoServerError];

    public IReadOnlyList<ProofOption> Options { get; } = [Rounds, Racers];

    public async Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
    {
        var startedAt = run.Clock.GetUtcNow();
        var start = run.Clock.GetTimestamp();
        var history = new History();
        using var client = new ProofClient(run, history);
        var version = await client.ServerVersionAsync(cancel);
        var visitor = new AccessVisitor(client, run);
        var verdicts = new Verdicts(Invariants);

        for (var round = 0; round < run.Option(Rounds); round++)
        {
            run.Progress($"round {round + 1} of {run.Option(Rounds)}");
            await RaceAsync(visitor, run, verdicts, cancel);
            await StealAsync(visitor, verdicts, cancel);
            await LeaveAsync(visitor, verdicts, cancel);
            await ForgeAsync(visitor, verdicts, cancel);
            await new GrantProof(client, visitor, run, verdicts).RunAsync(cancel);
        }

        verdicts.CheckServerErrors(NoServerError, history.Snapshot(), run.Faults);
        return new ProofReport
        {
            Name = Name,
            Run = run,
            StartedAt = startedAt,
            Took = run.Clock.GetElapsedTime(start),
            Results = verdicts.Results,
            Operations = history.Snapshot(),
            Figures = [new("Rounds", run.Option(Rounds).ToString(CultureInfo.InvariantCulture))],
            ServerVersion = version,
        };
    }

    private static async Task RaceAsync(AccessVisitor visitor, ProofRun run, Verdicts verdicts, CancellationToken cancel)
    {
        var person = AccessVisitor.NewPerson();
        var answers = await Task.WhenAll(Enumerable.Range(0, run.Option(Racers)).Select(i => visitor.RegisterAsync(person, i, cancel)));
        var opened = answers.Count(a => a.Ok);
        // An attempt whose answer was lost may be the one that opened it.
        var right = opened <= 1 && (opened == 1 || answers.Any(a => a.Retried)) && answers.All(a => a.Ok || a is { Status: 409, Code: "email_taken" });
        verdicts.Check(OneAccount, right, () => $"{opened} of {answers.Length} opened an account:\n  {string.Join("\n  ", answers.Select(a => a.Last))}");
    }

    private static async Task StealAsync(AccessVisitor visitor, Verdicts verdicts, CancellationToken cancel)
    {
        var first = await visitor.EnterAsync(cancel);
        var second = AccessVisitor.Read((await visitor.RefreshAsync(first.Refresh, null, cancel)).Require());
        var thief = await visitor.RefreshAsync(first.Refresh, "thief/1.0", cancel);
        verdicts.Check(Theft, thief is { Status: 401, Code: "refresh_reused" }, () => $"a stolen token was answered {thief.Status} {thief.Code}");
        var owner = await visitor.RefreshAsync(second.Refresh, null, cancel);
        verdicts.Check(Theft, owner.Status == 401, () => $"after the theft the session's newest refresh token was answered {owner.Status}");
        await visitor.ExpectOutAsync([first.Access, second.Access], Propagation, (replica, status) =>
            verdicts.Check(Theft, status == 401, () => $"after the theft replica {replica} answered an access token {status}"), cancel);
    }

    private static async Task LeaveAsync(AccessVisitor visitor, Verdicts verdicts, CancellationToken cancel)
    {
        var held = await visitor.EnterAsync(cancel);
        await visitor.ExpectInAsync(held.Access, (replica, status) =>
            verdicts.Check(SignOut, status == 200, () => $"before the sign-out replica {replica} answered a good token {status}"), cancel);
        var left = await visitor.LeaveAsync(held.Refresh, cancel);
        verdicts.Check(SignOut, left.Ok, () => $"signing out was answered {left.Status}");
        var again = await visitor.RefreshAsync(held.Refresh, null, cancel);
        verdicts.Check(SignOut, again.Status == 401, () => $"after the sign-out the refresh token was answered {again.Status}");
        await visitor.ExpectOutAsync([held.Access], Propagation, (replica, status) =>
            verdicts.Check(SignOut, status == 401, () => $"after the sign-out replica {replica} answered the access token {status}"), cancel);
    }

    private static async Task ForgeAsync(AccessVisitor visitor, Verdicts verdicts, CancellationToken cancel)
    {
        var held = await visitor.EnterAsync(cancel);
        foreach (var (how, token) in Forged(held.Access))
        {
            await visitor.ExpectOutAsync([token], TimeSpan.Zero, (replica, status) =>
                verdicts.Check(Forgery, status == 401, () => $"replica {replica} answered a token {how} {status}"), cancel);
        }
    }

    private static IEnumerable<(string How, string Token)> Forged(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) throw new ProofException("The access token is not a JWT.");
        var unsigned = Encode("""{"alg":"none","typ":"JWT"}""");
        yield return ("with alg none", $"{unsigned}.{parts[1]}.");
        yield return ("with alg none and the old signature", $"{unsigned}.{parts[1]}.{parts[2]}");
        yield return ("without its signature", $"{parts[0]}.{parts[1]}.");
        var claims = Encoding.UTF8.GetString(Convert.FromBase64String(Pad(parts[1])));
        yield return ("for another account", $"{parts[0]}.{Encode(claims.Replace("\"sub\":\"0", "\"sub\":\"1", StringComparison.Ordinal) + " ")}.{parts[2]}");
        var key = RandomNumberGenerator.GetBytes(32);
        var hmac = Encode("""{"alg":"HS256","typ":"JWT"}""");
        yield return ("signed by somebody else", $"{hmac}.{parts[1]}.{Url(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{hmac}.{parts[1]}")))}");
    }

    private static string Encode(string text) => Url(Encoding.UTF8.GetBytes(text));

    private static string Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Pad(string text)
    {
        var plain = text.Replace('-', '+').Replace('_', '/');
        return plain.PadRight((plain.Length + 3) / 4 * 4, '=');
    }
}

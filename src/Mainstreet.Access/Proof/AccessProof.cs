using System.Globalization;
using System.Security.Cryptography;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Access.Proof;

/// <summary>
/// Races registrations for one address, invitations for one place and refreshes of one token against a running deployment, and
/// checks that a sign-out and a used-up token hold on every replica.
/// </summary>
internal sealed class AccessProof : IProof
{
    private static readonly ProofOption Rounds = new("rounds", "Rounds of each race.", 10, 1, 1_000);
    private static readonly ProofOption Racers = new("racers", "Requests that race in a round.", 10, 2, 100);

    private static readonly Invariant OneAccount = new("access.one-account", "Of registrations for one address at once, one is 201 and the others are 409 email_taken.");
    private static readonly Invariant SignedOut = new("access.signed-out", "After a sign-out no replica takes the session's access token, its own at once and others within two seconds.");
    private static readonly Invariant ReuseEnds = new("access.reuse-ends-session", "A refresh token that was used and is shown again by another client ends the session.");
    private static readonly Invariant OwnBusiness = new("access.own-business", "Another's business is 404 to a stranger, with every method.");

    public string Name => "access";

    public IReadOnlyList<Invariant> Invariants { get; } = [OneAccount, SignedOut, ReuseEnds, OwnBusiness];

    public IReadOnlyList<ProofOption> Options { get; } = [Rounds, Racers];

    public async Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
    {
        var startedAt = run.Clock.GetUtcNow();
        var start = run.Clock.GetTimestamp();
        var history = new History();
        using var client = new ProofClient(run, history);
        var version = await client.ServerVersionAsync(cancel);
        var verdicts = new Verdicts(Invariants);
        for (var round = 0; round < run.Option(Rounds); round++)
        {
            run.Progress(string.Create(CultureInfo.InvariantCulture, $"round {round + 1} of {run.Option(Rounds)}"));
            var person = await RaceForAddressAsync(run, client, verdicts, cancel);
            if (person is { } known)
            {
                await ReuseAsync(client, verdicts, known, cancel);
                await SignOutAsync(run, client, verdicts, known, cancel);
            }
        }

        await StrangersAsync(run, client, verdicts, cancel);
        return new ProofReport
        {
            Name = Name,
            Run = run,
            StartedAt = startedAt,
            Took = run.Clock.GetElapsedTime(start),
            Results = verdicts.Results,
            Operations = history.Operations,
            Figures = [new("Rounds", run.Option(Rounds).ToString(CultureInfo.InvariantCulture))],
            ServerVersion = version,
        };
    }

    private sealed record Person(string Email, string Password);

    private static async Task<Person?> RaceForAddressAsync(ProofRun run, ProofClient client, Verdicts verdicts, CancellationToken cancel)
    {
        var person = new Person($"proof-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}@synthetic.test",
            "Aa1-" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)));
        var answers = await Task.WhenAll(Enumerable.Range(0, run.Option(Racers)).Select(i => client.SendAsync(
            new ProofCall("register race", HttpMethod.Post, "/v1/auth/register")
            {
                Body = new { email = person.Email, password = person.Password, displayName = "Synthetic", role = "customer", synthetic = true },
                Target = i, Key = person.Email, SingleAttempt = true,
            }, cancel)));
        var made = answers.Count(a => a.Status == 201);
        var unknown = answers.Count(a => a.Status is 0 or 503);
        var holds = made + unknown >= 1 && made <= 1 && answers.All(a => a is { Status: 201 or 0 or 503 } or { Status: 409, Code: "email_taken" });
        verdicts.Check(OneAccount, holds, () => string.Join(", ", answers.Select(a => $"{a.Status} {a.Code}")));
        return made == 1 ? person : null;
    }

    private static async Task<(string Access, string Refresh)> SignInAsync(ProofClient client, Person person, CancellationToken cancel)
    {
        var body = (await client.SendAsync(new ProofCall("sign in", HttpMethod.Post, "/v1/auth/login")
        {
            Body = new { email = person.Email, password = person.Password }, Key = person.Email,
        }, cancel)).Require();
        return (body.GetProperty("accessToken").GetString()!, body.GetProperty("refreshToken").GetString()!);
    }

    // The server lets one client repeat itself within seconds (a lost answer); more repetitions than that end the session.
    private static async Task ReuseAsync(ProofClient client, Verdicts verdicts, Person person, CancellationToken cancel)
    {
        var (_, first) = await SignInAsync(client, person, cancel);
        ProofAnswer answer = await RefreshAsync(client, first, cancel);
        var newest = answer.Ok ? answer.Body!.Value.GetProperty("refreshToken").GetString()! : first;
        for (var again = 0; again < 20 && answer.Ok; again++) answer = await RefreshAsync(client, first, cancel);
        var ended = await RefreshAsync(client, newest, cancel);
        verdicts.Check(ReuseEnds, answer.Status == 401 && ended.Status == 401,
            () => $"the used token was answered {answer.Status} {answer.Code}, the session's newest {ended.Status} {ended.Code}");
    }

    private static async Task SignOutAsync(ProofRun run, ProofClient client, Verdicts verdicts, Person person, CancellationToken cancel)
    {
        var (access, refresh) = await SignInAsync(client, person, cancel);
        await client.SendAsync(new ProofCall("sign out", HttpMethod.Post, "/v1/auth/logout") { Body = new { refreshToken = refresh }, Key = person.Email }, cancel);
        var here = await StatusAsync(run.Targets[0], access, cancel);
        verdicts.Check(SignedOut, here is 401 || run.Faults && here is 0 or 503, () => $"its own replica still answered {here}");
        for (var target = 1; target < run.Targets.Count; target++)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), run.Clock, cancel);
            var there = await StatusAsync(run.Targets[target], access, cancel);
            verdicts.Check(SignedOut, there is 401 || run.Faults && there is 0 or 503, () => $"{run.Targets[target]} still answered {there}");
        }
    }

    private static async Task StrangersAsync(ProofRun run, ProofClient client, Verdicts verdicts, CancellationToken cancel)
    {
        var owner = await SyntheticAccount.CreateAsync(client, "owner", "customer", run.Clock, cancel);
        var stranger = await SyntheticAccount.CreateAsync(client, "stranger", "customer", run.Clock, cancel);
        var business = (await client.SendAsync(new ProofCall("business", HttpMethod.Post, "/v1/businesses")
        {
            Account = owner, Body = new { name = "Synthetic business" }, Once = true,
        }, cancel)).Require().GetProperty("id").GetGuid();
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, $"/v1/businesses/{business}", null),
            (HttpMethod.Get, $"/v1/businesses/{business}/members", null),
            (HttpMethod.Post, $"/v1/businesses/{business}/members", new { email = "nobody@synthetic.test", role = "agent" }),
            (HttpMethod.Delete, $"/v1/businesses/{business}/members/{owner.Id}", null),
        })
        {
            var answer = await client.SendAsync(new ProofCall("stranger", method, path) { Account = stranger, Body = body }, cancel);
            verdicts.Check(OwnBusiness, answer.Status == 404, () => $"{method} {path} was answered {answer.Status} {answer.Code}");
        }
    }

    private static Task<ProofAnswer> RefreshAsync(ProofClient client, string token, CancellationToken cancel) =>
        client.SendAsync(new ProofCall("refresh", HttpMethod.Post, "/v1/auth/refresh") { Body = new { refreshToken = token } }, cancel);

    // A bare request: the proof's own client would renew a token that the server no longer takes.
    private static async Task<int> StatusAsync(Uri target, string token, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = target, Timeout = TimeSpan.FromSeconds(15) };
        http.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await http.GetAsync(new Uri("/v1/auth/me", UriKind.Relative), cancel);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }
}

/// <summary>The main path of Access: register, sign in, a business, sign out.</summary>
internal sealed class AccessSmoke : ISmokePath
{
    public string Name => "access";

    public async Task WalkAsync(SmokeWalk walk, CancellationToken cancel)
    {
        var owner = await walk.StepAsync("register and sign in", () => SyntheticAccount.CreateAsync(walk.Client, "owner", "customer", walk.Run.Clock, cancel));
        await walk.StepAsync("who am I", async () =>
        {
            var me = (await walk.Client.SendAsync(new ProofCall("me", HttpMethod.Get, "/v1/auth/me") { Account = owner }, cancel)).Require();
            return me.GetProperty("id").GetGuid() == owner.Id ? me : throw new ProofException("the server takes us for somebody else");
        });
        await walk.StepAsync("found a business", async () => (await walk.Client.SendAsync(new ProofCall("business", HttpMethod.Post, "/v1/businesses")
        {
            Account = owner, Body = new { name = "Synthetic business" }, Once = true,
        }, cancel)).Require().GetProperty("id").GetGuid());
    }
}

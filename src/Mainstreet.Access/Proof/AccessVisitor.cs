using System.Security.Cryptography;
using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Access.Proof;

/// <summary>A pair of tokens as a client holds it.</summary>
internal sealed record HeldTokens(string Access, string Refresh);

/// <summary>A synthetic person who registers, signs in and out, one request at a time.</summary>
internal sealed class AccessVisitor(ProofClient client, ProofRun run)
{
    private int _target;

    internal sealed record Person(string Email, string Password);

    internal static Person NewPerson() => new(
        $"proof-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}@synthetic.test",
        "Aa1-" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18)));

    internal static HeldTokens Read(JsonElement body) => new(body.GetProperty("accessToken").GetString()!, body.GetProperty("refreshToken").GetString()!);

    internal Task<ProofAnswer> RegisterAsync(Person person, int target, CancellationToken cancel) => client.SendAsync(
        new ProofCall("register", HttpMethod.Post, "/v1/auth/register")
        {
            Body = new { email = person.Email, password = person.Password, displayName = "Synthetic visitor", role = "customer", synthetic = true },
            Target = target,
        }, cancel);

    /// <summary>Registers and signs in as somebody new.</summary>
    internal async Task<HeldTokens> EnterAsync(CancellationToken cancel)
    {
        var person = NewPerson();
        var registered = await RegisterAsync(person, _target++, cancel);
        if (registered is not { Status: 409, Retried: true }) registered.Require();
        return Read((await client.SendAsync(new ProofCall("sign in", HttpMethod.Post, "/v1/auth/login")
        {
            Body = new { email = person.Email, password = person.Password },
            Target = _target++,
        }, cancel)).Require());
    }

    internal Task<ProofAnswer> RefreshAsync(string token, string? userAgent, CancellationToken cancel) => client.SendAsync(
        new ProofCall("refresh", HttpMethod.Post, "/v1/auth/refresh") { Body = new { refreshToken = token }, UserAgent = userAgent, Target = _target++ }, cancel);

    internal Task<ProofAnswer> LeaveAsync(string token, CancellationToken cancel) => client.SendAsync(
        new ProofCall("sign out", HttpMethod.Post, "/v1/auth/logout") { Body = new { refreshToken = token }, Target = _target++ }, cancel);

    /// <summary>Shows the token to every replica.</summary>
    internal async Task ExpectInAsync(string token, Action<int, int> answered, CancellationToken cancel)
    {
        for (var replica = 0; replica < run.Targets.Count; replica++) answered(replica, (await AskAsync(token, replica, cancel)).Status);
    }

    /// <summary>Shows the tokens to every replica until each is refused or the time is up, and tells the last answers.</summary>
    internal async Task ExpectOutAsync(IReadOnlyList<string> tokens, TimeSpan within, Action<int, int> answered, CancellationToken cancel)
    {
        var start = run.Clock.GetTimestamp();
        foreach (var token in tokens)
        {
            for (var replica = 0; replica < run.Targets.Count; replica++)
            {
                var answer = await AskAsync(token, replica, cancel);
                while (answer.Status != 401 && run.Clock.GetElapsedTime(start) < within)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), run.Clock, cancel);
                    answer = await AskAsync(token, replica, cancel);
                }

                answered(replica, answer.Status);
            }
        }
    }

    private Task<ProofAnswer> AskAsync(string token, int replica, CancellationToken cancel) => client.SendAsync(
        new ProofCall("who am I", HttpMethod.Get, "/v1/auth/me") { Bearer = token, Target = replica }, cancel);
}

using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>The server's test clock and its jobs, moved by an administrator; remembers what the clock showed when.</summary>
internal sealed class TestTime
{
    private const string EmailVariable = "MAINSTREET_PROVE_ADMIN";
    private const string PasswordVariable = "MAINSTREET_PROVE_ADMIN_PASSWORD";

    /// <summary>Replicas follow the clock within a quarter of a second.</summary>
    private static readonly TimeSpan Follow = TimeSpan.FromMilliseconds(400);

    private readonly ProofRun _run;
    private readonly ProofClient _client;
    private readonly List<(DateTimeOffset From, TimeSpan Offset)> _moves = [];
    private string? _token;

    private TestTime(ProofRun run, ProofClient client) => (_run, _client) = (run, client);

    /// <summary>What the server's clock shows, as far as this side can tell.</summary>
    internal DateTimeOffset Now => _run.Clock.GetUtcNow() + (_moves is [.., var last] ? last.Offset : TimeSpan.Zero);

    /// <exception cref="ProofException">No administrator, or the server runs outside Development.</exception>
    internal static async Task<TestTime> TakeAsync(ProofRun run, ProofClient client, CancellationToken cancel)
    {
        var time = new TestTime(run, client);
        await time.SignInAsync(cancel);
        var answer = await client.SendAsync(new ProofCall("clock", HttpMethod.Get, "/v1/test/clock") { Bearer = time._token }, cancel);
        if (answer.Status == 404) throw new ProofException("the server has no test clock: it must run in Development");
        time.Note(answer.Require());
        return time;
    }

    /// <summary>Moves the clock and waits until every replica follows.</summary>
    internal async Task MoveAsync(DateTimeOffset? now, CancellationToken cancel)
    {
        await SignInAsync(cancel);
        Note((await _client.SendAsync(new ProofCall("move clock", HttpMethod.Post, "/v1/test/clock") { Bearer = _token, Body = new { now } }, cancel)).Require());
        await Task.Delay(Follow, _run.Clock, cancel);
    }

    /// <summary>Runs a job by hand: <c>daily</c>, <c>minute</c> or <c>recovery</c>.</summary>
    internal async Task<JsonElement> RunAsync(string job, CancellationToken cancel) =>
        (await _client.SendAsync(new ProofCall($"run {job}", HttpMethod.Post, $"/v1/schedules/{job}/run") { Bearer = _token }, cancel)).Require();

    /// <summary>Whether the clock could have shown the instant, or later, at a real time. Generous by the time that a move takes.</summary>
    internal bool HadCome(DateTimeOffset instant, DateTimeOffset at, TimeSpan tolerance)
    {
        for (var i = 0; i < _moves.Count; i++)
        {
            // A move holds from a little before it was noted until the next was followed everywhere.
            var until = i + 1 < _moves.Count ? _moves[i + 1].From + Follow + tolerance : DateTimeOffset.MaxValue;
            if (at >= _moves[i].From - tolerance && at <= until && at + _moves[i].Offset + tolerance >= instant) return true;
        }

        return false;
    }

    private void Note(JsonElement clock) =>
        _moves.Add((_moves.Count == 0 ? DateTimeOffset.UnixEpoch : _run.Clock.GetUtcNow(), TimeSpan.FromSeconds(clock.GetProperty("offsetSeconds").GetDouble())));

    // The demo street's administrator, unless another is named.
    private async Task SignInAsync(CancellationToken cancel)
    {
        var email = Environment.GetEnvironmentVariable(EmailVariable) is { Length: > 0 } named ? named : "admin@demo.test";
        var password = Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } secret ? secret : "Mainstreet-demo-1";
        var answer = await _client.SendAsync(new ProofCall("sign in", HttpMethod.Post, "/v1/auth/login") { Body = new { email, password }, Key = "administrator" }, cancel);
        if (!answer.Ok) throw new ProofException($"an administrator is needed for the test clock: name one by {EmailVariable} and {PasswordVariable} ({answer.Status} {answer.Code})");
        _token = answer.Require().GetProperty("accessToken").GetString();
    }
}

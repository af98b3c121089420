using System.Globalization;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Occasions.Proof;

/// <summary>
/// The server's test clock as the proof moves it. As a <see cref="TimeProvider"/> it shows the latest instant that any replica may show: what arrives before
/// its time by this clock is early by every other. Timers run on real time.
/// </summary>
internal sealed class ProvedClock(ProofClient client, ProofRun run, SyntheticAccount admin) : TimeProvider
{
    private static readonly TimeSpan Propagation = TimeSpan.FromSeconds(10);

    private long _offset;
    private long _latest;
    private TimeSpan? _found;

    /// <summary>How far it was moved in all.</summary>
    internal TimeSpan Travelled { get; private set; }

    /// <summary>What the server's clock shows, as far as the proof knows; at most a request's time ahead of it.</summary>
    internal DateTimeOffset Now => run.Clock.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    public override DateTimeOffset GetUtcNow() => run.Clock.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _latest));

    /// <summary>Notes how the clock stands, to leave it so.</summary>
    /// <exception cref="ProofException">There is no test clock, or the account may not move it.</exception>
    internal async Task FindAsync(CancellationToken cancel)
    {
        var answer = await client.SendAsync(Call(HttpMethod.Get, null, 0), cancel);
        if (answer.Status == 404) throw new ProofException("The server has no test clock: it must run in Development (ASPNETCORE_ENVIRONMENT=Development).");
        if (answer.Status == 403) throw new ProofException($"{admin.Name} may not move the test clock: name an administrator with --admin-email and {OccasionsProof.PasswordVariable}.");
        _found = TimeSpan.FromSeconds(answer.Require().GetProperty("offsetSeconds").GetDouble());
        Set(_found.Value);
    }

    /// <summary>Moves the clock ahead, on every replica; never back.</summary>
    internal async Task MoveAsync(DateTimeOffset to, CancellationToken cancel)
    {
        var present = run.Clock.GetUtcNow();
        var ahead = to - Now;
        if (ahead <= TimeSpan.Zero) return;
        var offset = to - present;
        Interlocked.Exchange(ref _latest, Math.Max(Interlocked.Read(ref _latest), offset.Ticks));
        (await client.SendAsync(Call(HttpMethod.Post, to, 0), cancel)).Require();
        Interlocked.Exchange(ref _offset, offset.Ticks);
        Travelled += ahead;
        for (var target = 1; target < run.Targets.Count; target++) await FollowAsync(target, to, cancel);
    }

    /// <summary>Puts the clock back as it was found.</summary>
    internal async Task PutBackAsync(CancellationToken cancel)
    {
        if (_found is not { } found) return;
        DateTimeOffset? now = Math.Abs(found.TotalSeconds) < 0.001 ? null : run.Clock.GetUtcNow() + found;
        (await client.SendAsync(Call(HttpMethod.Post, now, 0), cancel)).Require();
        _found = null;
    }

    private async Task FollowAsync(int target, DateTimeOffset to, CancellationToken cancel)
    {
        var asked = run.Clock.GetTimestamp();
        while (run.Clock.GetElapsedTime(asked) < Propagation)
        {
            var answer = await client.SendAsync(Call(HttpMethod.Get, null, target) with { SingleAttempt = run.Faults }, cancel);
            if (answer is not { Ok: true, Body: { } body } || body.GetProperty("now").GetDateTimeOffset() >= to) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), run.Clock, cancel);
        }
    }

    private void Set(TimeSpan offset)
    {
        Interlocked.Exchange(ref _offset, offset.Ticks);
        Interlocked.Exchange(ref _latest, offset.Ticks);
    }

    private ProofCall Call(HttpMethod method, DateTimeOffset? now, int target) =>
        new(method == HttpMethod.Get ? "read clock" : "move clock", method, "/v1/test/clock")
        {
            Account = admin,
            Target = target,
            Key = now?.ToString("O", CultureInfo.InvariantCulture),
            Body = method == HttpMethod.Get ? null : new { now },
        };
}

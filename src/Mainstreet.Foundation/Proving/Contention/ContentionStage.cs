using System.Text.Json;

namespace Mainstreet.Foundation.Proving.Contention;

/// <summary>Where contended features play: the replicas, a few synthetic people, and how hard to press.</summary>
public sealed class ContentionStage
{
    private static readonly TimeSpan KnownWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private int _target;

    internal ContentionStage(ProofRun run, ProofClient client, History history, IReadOnlyList<SyntheticAccount> people, int rounds, int clients) =>
        (Run, Client, History, People, Rounds, Clients) = (run, client, history, people, rounds, clients);

    public ProofRun Run { get; }

    public ProofClient Client { get; }

    public History History { get; }

    /// <summary>Four accounts, all customers.</summary>
    public IReadOnlyList<SyntheticAccount> People { get; }

    /// <summary>How often each feature is raced for.</summary>
    public int Rounds { get; }

    /// <summary>Clients at once.</summary>
    public int Clients { get; }

    /// <summary>How long something that follows by itself is waited for.</summary>
    public TimeSpan Patience => TimeSpan.FromSeconds(Run.Faults ? 120 : 20);

    /// <summary>The next replica in turn.</summary>
    public int Next() => Interlocked.Increment(ref _target) & int.MaxValue;

    /// <summary>Asks until the outcome is known; POST under an <c>Idempotency-Key</c>.</summary>
    public Task<ProofAnswer> SendAsync(
        string name, HttpMethod method, string path, SyntheticAccount account, object? body, CancellationToken cancel, int? target = null) =>
        Client.SendAsync(new ProofCall(name, method, path)
        {
            Account = account, Body = body, Once = method == HttpMethod.Post, Target = target ?? Next(),
        }, cancel);

    /// <summary>Asks until a replica knows of what another one made: it hears of new members and businesses a second later.</summary>
    /// <exception cref="ProofException">It was refused for another reason, or not known in time.</exception>
    public async Task<JsonElement> WhenKnownAsync(
        string name, HttpMethod method, string path, SyntheticAccount account, object? body, CancellationToken cancel, int? target = null)
    {
        var start = Run.Clock.GetTimestamp();
        while (true)
        {
            var answer = await SendAsync(name, method, path, account, body, cancel, target);
            if (answer.Status is not (403 or 404) || Run.Clock.GetElapsedTime(start) > KnownWithin) return answer.Require();
            await Task.Delay(Look, Run.Clock, cancel);
        }
    }

    /// <summary>Founds a synthetic business.</summary>
    public async Task<Guid> FoundAsync(SyntheticAccount owner, string name, CancellationToken cancel) =>
        (await SendAsync("found", HttpMethod.Post, "/v1/businesses", owner, new { name }, cancel)).Require().GetProperty("id").GetGuid();
}

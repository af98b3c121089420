using System.Text.Json;

using Mainstreet.Foundation.Proving;

namespace Mainstreet.Foundation.Load;

/// <summary>A module's part of <c>mainstreet load</c>: what its people ask for, on accounts and rows that it makes itself and marks synthetic.</summary>
public interface ILoadMix
{
    /// <summary>The module's name.</summary>
    string Name { get; }

    /// <summary>Makes the rows that its acts need, before the clock starts.</summary>
    /// <exception cref="ProofException">The server refused: the run cannot be made.</exception>
    Task<LoadPart> PrepareAsync(LoadStage stage, CancellationToken cancel);
}

/// <summary>What a mix brings to a run.</summary>
/// <param name="Acts">At least one.</param>
/// <param name="TidyAsync">Takes back what others could stumble over; called once, after the last answer.</param>
public sealed record LoadPart(IReadOnlyList<LoadAct> Acts, Func<CancellationToken, Task> TidyAsync);

/// <summary>One kind of request.</summary>
/// <param name="Name">Begins with the module's name; counts and latencies are grouped by it.</param>
/// <param name="Weight">How often it comes, relative to all other acts.</param>
/// <param name="Next">The next request. Called by one thread at a time, between two starts, so it must not wait or compute.</param>
public sealed record LoadAct(string Name, int Weight, Func<Random, LoadRequest> Next);

/// <summary>A request to start at its instant.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">From the root, with query.</param>
/// <param name="Account">Who asks; null asks without credentials.</param>
/// <param name="Body">JSON, rendered beforehand; empty for none.</param>
public readonly record struct LoadRequest(HttpMethod Method, string Path, SyntheticAccount? Account = null, ReadOnlyMemory<byte> Body = default)
{
    /// <summary>Ask for a page, as a browser does.</summary>
    public bool Page { get; init; }

    /// <summary>Send an <c>Idempotency-Key</c> of its own.</summary>
    public bool Once { get; init; }

    public static ReadOnlyMemory<byte> Json(object body) => JsonSerializer.SerializeToUtf8Bytes(body, Web.Json.Wire);
}

/// <summary>
/// Things that are changed in turn, so that two changes of the same one rarely meet: the mix asks what a server can do, not what it says to a lost race.
/// </summary>
public sealed class LoadRota<T>(IReadOnlyList<T> all)
{
    private int _next = -1;

    public T Next() => all[(int)((uint)++_next % (uint)all.Count)];
}

/// <summary>What mixes share while they prepare: the people, one business of theirs, and a client that asks until it is answered.</summary>
public sealed class LoadStage
{
    internal LoadStage(ProofRun run, ProofClient client, IReadOnlyList<SyntheticAccount> people, Guid businessId) =>
        (Run, Client, People, BusinessId) = (run, client, people, businessId);

    public ProofRun Run { get; }

    public ProofClient Client { get; }

    /// <summary>Customers; the load is spread over them, since servers bound what one account may ask.</summary>
    public IReadOnlyList<SyntheticAccount> People { get; }

    /// <summary>Owns the business.</summary>
    public SyntheticAccount Owner => People[0];

    public Guid BusinessId { get; }

    /// <summary>One of the people.</summary>
    public SyntheticAccount Anybody(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return People[random.Next(People.Count)];
    }

    /// <summary>Asks for what must succeed.</summary>
    /// <exception cref="ProofException">It was refused.</exception>
    public async Task<JsonElement> SendAsync(SyntheticAccount account, HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(method);
        var call = new ProofCall($"{method} {path.Split('?')[0]}", method, path) { Account = account, Body = body, Once = method == HttpMethod.Post };
        return (await Client.SendAsync(call, cancel)).Require();
    }

    /// <summary>The <c>id</c> of what <see cref="SendAsync"/> made.</summary>
    public async Task<Guid> MakeAsync(SyntheticAccount account, HttpMethod method, string path, object? body, CancellationToken cancel) =>
        (await SendAsync(account, method, path, body, cancel)).GetProperty("id").GetGuid();
}

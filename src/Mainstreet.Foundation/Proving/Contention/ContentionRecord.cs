using Mainstreet.Foundation.Proving.Checking;

namespace Mainstreet.Foundation.Proving.Contention;

/// <summary>What the clients of one feature saw; safe for many writers.</summary>
public sealed class ContentionRecord
{
    private readonly Lock _gate = new();
    private readonly List<Transaction> _transactions = [];
    private readonly Dictionary<string, List<RegisterTouch>> _registers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<CounterTouch>> _counters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Ending> _causes = new(StringComparer.Ordinal);
    private readonly List<string> _effects = [];
    private readonly List<Delivered> _delivered = [];
    private readonly List<(Invariant Invariant, string What)> _wrong = [];
    private long _ids;

    public IReadOnlyList<Transaction> Transactions => Copy(_transactions);

    public IReadOnlyList<Delivered> Arrivals => Copy(_delivered);

    /// <summary>What a feature found wrong by itself, such as two answers to one key.</summary>
    public IReadOnlyList<(Invariant Invariant, string What)> Wrong => Copy(_wrong);

    /// <summary>True when the record has causes: their effects are then held against them.</summary>
    public bool HasCauses => _causes.Count > 0;

    /// <summary>How an attempt ended for the client that made it.</summary>
    public static Ending EndingOf(ProofAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return answer.Ok ? Ending.Committed : answer.Last.IsUnknown || answer.Status == 0 ? Ending.Unknown : Ending.Refused;
    }

    /// <summary>Adds a transaction between two instants of the run.</summary>
    public void Add(string client, long start, long end, Ending ending, params Touch[] touches)
    {
        lock (_gate) _transactions.Add(new Transaction(++_ids, ending, touches) { Start = start, End = end, Client = client });
    }

    /// <summary>Adds an act on a register of its own, such as a row's version.</summary>
    public void AddRegister(string key, long start, long end, RegisterAct act, string? expected, string? value, Ending ending)
    {
        lock (_gate) Of(_registers, key).Add(new RegisterTouch(++_ids, start, end, act, expected, value, ending));
    }

    /// <summary>Adds a raise or a read of a counter.</summary>
    public void AddCounter(string key, CounterTouch touch)
    {
        lock (_gate) Of(_counters, key).Add(touch);
    }

    /// <summary>Notes what was asked for, once for each cause.</summary>
    public void AddCause(string cause, Ending ending)
    {
        lock (_gate) _causes.Add(cause, ending);
    }

    public void AddEffect(string cause)
    {
        lock (_gate) _effects.Add(cause);
    }

    public void AddArrival(Delivered delivered)
    {
        lock (_gate) _delivered.Add(delivered);
    }

    public void AddWrong(Invariant invariant, string what)
    {
        lock (_gate) _wrong.Add((invariant, what));
    }

    internal Dictionary<string, Ending> Causes()
    {
        lock (_gate) return new Dictionary<string, Ending>(_causes, StringComparer.Ordinal);
    }

    internal string[] Effects() => Copy(_effects);

    internal IReadOnlyList<(string Key, IReadOnlyList<RegisterTouch> Touches)> Registers()
    {
        lock (_gate) return [.. _registers.Select(r => (r.Key, (IReadOnlyList<RegisterTouch>)[.. r.Value]))];
    }

    internal IReadOnlyList<(string Key, IReadOnlyList<CounterTouch> Touches)> Counters()
    {
        lock (_gate) return [.. _counters.Select(r => (r.Key, (IReadOnlyList<CounterTouch>)[.. r.Value]))];
    }

    private static List<T> Of<T>(Dictionary<string, List<T>> all, string key)
    {
        if (!all.TryGetValue(key, out var list)) all[key] = list = [];
        return list;
    }

    private T[] Copy<T>(List<T> list)
    {
        lock (_gate) return [.. list];
    }
}

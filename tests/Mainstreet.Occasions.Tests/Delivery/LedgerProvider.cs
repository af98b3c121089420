using System.Collections.Concurrent;

using Mainstreet.Foundation.Outbound;

namespace Mainstreet.Occasions.Tests.Delivery;

/// <summary>What providers took, by key: the witness of one effect.</summary>
internal sealed class Ledger(bool honoursKeys = true)
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<DateTimeOffset>> _effects = new(StringComparer.Ordinal);

    internal bool HonoursKeys => honoursKeys;

    internal IReadOnlyDictionary<string, ConcurrentQueue<DateTimeOffset>> Effects => _effects;

    internal void Take(string key)
    {
        var effects = _effects.GetOrAdd(key, _ => new());
        lock (effects)
        {
            if (honoursKeys && !effects.IsEmpty) return;
            effects.Enqueue(DateTimeOffset.UtcNow);
        }
    }
}

/// <summary>A provider without a network: each attempt comes to what the test says.</summary>
internal sealed class LedgerProvider(Ledger ledger, string name = "first", string channel = "webhook") : IProvider
{
    private long _calls;
    private int _inFlight;
    private int _mostInFlight;

    public string Name => name;

    public string Channel => channel;

    public bool HonoursKeys => ledger.HonoursKeys;

    public int Concurrency { get; init; } = 100;

    public DateTimeOffset? ClosedUntil { get; set; }

    /// <summary>What an attempt comes to, and whether it has an effect; default: accepted.</summary>
    public Func<OutboundMessage, long, (SendResult Result, bool Effect)> Judge { get; set; } = static (_, _) => (new SendResult(SendOutcome.Accepted, 200), true);

    /// <summary>Time before the effect, and before the answer.</summary>
    public Func<(TimeSpan Before, TimeSpan After)> Delay { get; set; } = static () => default;

    internal long Calls => Interlocked.Read(ref _calls);

    internal int MostInFlight => _mostInFlight;

    internal ConcurrentQueue<OutboundMessage> Seen { get; } = new();

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancel)
    {
        var call = Interlocked.Increment(ref _calls);
        var inFlight = Interlocked.Increment(ref _inFlight);
        if (inFlight > _mostInFlight) _mostInFlight = inFlight;
        try
        {
            Seen.Enqueue(message);
            var (before, after) = Delay();
            if (before > TimeSpan.Zero) await Task.Delay(before, TimeProvider.System, CancellationToken.None);
            var (result, effect) = Judge(message, call);
            if (effect) ledger.Take(message.IdempotencyKey);
            if (after > TimeSpan.Zero) await Task.Delay(after, TimeProvider.System, CancellationToken.None);
            return result;
        }
        finally
        {
            Interlocked.Decrement(ref _inFlight);
        }
    }
}

internal sealed class LedgerProviders(params IProvider[] providers) : IProviders
{
    public IReadOnlyList<IProvider> All => providers;

    public IReadOnlyList<IProvider> For(string channel) => [.. providers.Where(p => p.Channel == channel)];

    public IProvider? Find(string name) => providers.FirstOrDefault(p => p.Name == name);
}

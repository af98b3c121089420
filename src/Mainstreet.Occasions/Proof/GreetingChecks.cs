using Mainstreet.Foundation.Proving;

using static Mainstreet.Occasions.Proof.OccasionsInvariants;

namespace Mainstreet.Occasions.Proof;

/// <summary>What the provider is to see of somebody's greeting.</summary>
internal enum Wish
{
    Once,
    Never,

    /// <summary>Once when the server says sent, never when it says cancelled.</summary>
    AsStored,
}

/// <summary>A recipient of the run, and what is to become of its greeting.</summary>
internal sealed class Greeted(Guid recipientId, Guid businessId, Slot slot)
{
    internal Guid RecipientId { get; } = recipientId;

    internal Guid BusinessId { get; } = businessId;

    internal Slot Slot { get; set; } = slot;

    /// <summary>When it may go out, reckoned without the server.</summary>
    internal DateTimeOffset DueAt { get; set; } = slot.DueAt;

    internal Wish Wish { get; set; }

    /// <summary>What is broken when the wish is not granted.</summary>
    internal Invariant Promise { get; set; } = OneEffect;

    internal bool IsDeleted { get; set; }
}

/// <summary>Everything that is known of one recipient's greeting when the run is over.</summary>
/// <param name="Greeted">The recipient.</param>
/// <param name="Messages">Its messages, as stored.</param>
/// <param name="Arrivals">What came to the provider, in order.</param>
/// <param name="Effects">How many of them had an effect.</param>
internal sealed record GreetingEvidence(Greeted Greeted, IReadOnlyList<SeenMessage> Messages, IReadOnlyList<Arrival> Arrivals, int Effects)
{
    internal string Tell(string what) =>
        $"{what}: recipient {Greeted.RecipientId}, due {Greeted.DueAt:yyyy-MM-dd HH:mm:ss}Z ({Greeted.Slot.Zone})" +
        string.Concat(Messages.Select(m => $"\n  {m}")) +
        string.Concat(Arrivals.Select(a => $"\n  arrived {a.At:MM-dd HH:mm:ss.fff}Z {a.Key} {a.Fate}"));
}

/// <summary>Holds the evidence against the invariants that concern one greeting alone.</summary>
internal static class GreetingChecks
{
    /// <param name="evidence">Every recipient of the run.</param>
    /// <param name="tolerance">By how much the clocks of server and proof may differ.</param>
    /// <param name="verdicts">Receives the findings.</param>
    internal static void Run(IReadOnlyList<GreetingEvidence> evidence, TimeSpan tolerance, Verdicts verdicts)
    {
        var owners = new Dictionary<string, Guid>(StringComparer.Ordinal);
        foreach (var one in evidence)
        {
            CheckEffects(one, verdicts);
            CheckKeys(one, owners, verdicts);
            CheckPlan(one, verdicts);
            CheckStored(one, verdicts);
            foreach (var arrival in one.Arrivals)
            {
                verdicts.Check(NeverEarly, arrival.At + tolerance >= one.Greeted.DueAt, () => one.Tell("arrived before its time"));
            }
        }
    }

    private static void CheckEffects(GreetingEvidence one, Verdicts verdicts)
    {
        var uncertain = one.Messages.Any(m => m.Uncertain);
        var granted = one.Greeted.Wish switch
        {
            Wish.Once => one.Effects == 1,
            Wish.Never => one.Effects == 0,
            // Cancelled after an attempt whose outcome nobody knows: the provider may have had it.
            _ => one.Messages is [{ Status: "sent" }] ? one.Effects == 1 : one.Messages is [{ Status: "cancelled" }] && one.Effects <= (uncertain ? 1 : 0),
        };
        verdicts.Check(one.Greeted.Promise, granted, () => one.Tell($"{one.Effects} effects"));
        if (one.Greeted.Promise != OneEffect) verdicts.Check(OneEffect, one.Effects <= 1, () => one.Tell($"{one.Effects} effects"));
    }

    private static void CheckKeys(GreetingEvidence one, Dictionary<string, Guid> owners, Verdicts verdicts)
    {
        if (one.Arrivals.Count == 0) return;
        var keys = one.Arrivals.Select(a => a.Key).Distinct(StringComparer.Ordinal).ToArray();
        verdicts.Check(OneKey, keys is [{ Length: > 0 }], () => one.Tell($"{keys.Length} keys"));
        foreach (var key in keys)
        {
            if (owners.TryAdd(key, one.Greeted.RecipientId)) continue;
            verdicts.Break(OneKey, one.Tell($"{key} is also the key of {owners[key]}"));
        }
    }

    private static void CheckPlan(GreetingEvidence one, Verdicts verdicts) => verdicts.Check(
        DueInstant, one.Messages is [var message] && message.DueAt == one.Greeted.DueAt, () => one.Tell($"{one.Messages.Count} messages"));

    private static void CheckStored(GreetingEvidence one, Verdicts verdicts)
    {
        foreach (var message in one.Messages)
        {
            var right = message.Status switch
            {
                "sent" => one.Effects >= 1,
                "skipped" or "cancelled" => one.Effects == 0 || message.Uncertain,
                _ => false,
            };
            verdicts.Check(Stored, right, () => one.Tell($"stored as {message.Status} with {one.Effects} effects"));
        }
    }
}

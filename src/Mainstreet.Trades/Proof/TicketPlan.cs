namespace Mainstreet.Trades.Proof;

/// <summary>What is mixed into the race for a ticket.</summary>
internal enum TicketMode
{
    /// <summary>Accepts only.</summary>
    Race,

    /// <summary>The tenant cancels among the accepts.</summary>
    TenantCancels,

    /// <summary>The owner cancels among the accepts.</summary>
    OwnerCancels,

    /// <summary>The owner cancels after somebody won; everybody tries again.</summary>
    CancelledAfterWin,

    /// <summary>The accepts come around the instant at which the offers expire.</summary>
    Expires,

    /// <summary>The owner reassigns among the accepts; then everybody tries again.</summary>
    Reassigned,

    /// <summary>The winner gives the ticket back; then everybody tries again.</summary>
    Released,
}

/// <summary>One ticket's part in the run, drawn from the seed.</summary>
/// <param name="Index">0, 1, 2, …</param>
/// <param name="Mode">What is mixed in.</param>
/// <param name="Delays">How long each racer holds its first accept back, after the barrier (or around expiry). May be negative there.</param>
/// <param name="Disturbance">How long the cancel or reassignment is held back.</param>
/// <param name="AssignTo">Index of the racer whom the reassignment names; <c>null</c> names nobody.</param>
/// <param name="Late">Indices of racers who try once more when it is over.</param>
internal sealed record TicketPlan(
    int Index, TicketMode Mode, IReadOnlyList<TimeSpan> Delays, TimeSpan Disturbance, int? AssignTo, IReadOnlyList<int> Late)
{
    /// <summary>Of every 20 tickets.</summary>
    private static readonly TicketMode[] Block =
    [
        .. Enumerable.Repeat(TicketMode.Race, 7),
        .. Enumerable.Repeat(TicketMode.TenantCancels, 2),
        .. Enumerable.Repeat(TicketMode.OwnerCancels, 2),
        .. Enumerable.Repeat(TicketMode.CancelledAfterWin, 2),
        .. Enumerable.Repeat(TicketMode.Expires, 3),
        .. Enumerable.Repeat(TicketMode.Reassigned, 3),
        .. Enumerable.Repeat(TicketMode.Released, 1),
    ];

    /// <summary>Plans for all tickets of a run: the same seed gives the same plans.</summary>
    internal static IReadOnlyList<TicketPlan> Draw(int seed, int tickets, int racers)
    {
        var random = new Random(seed);
        var plans = new List<TicketPlan>(tickets);
        while (plans.Count < tickets)
        {
            var block = Block.ToArray();
            random.Shuffle(block);
            foreach (var mode in block.Take(tickets - plans.Count)) plans.Add(Draw(random, plans.Count, mode, racers));
        }

        return plans;
    }

    private static TicketPlan Draw(Random random, int index, TicketMode mode, int racers)
    {
        // Around expiry: on some tickets mostly before, on some on both sides, on some after it, so that nobody wins.
        var centre = 80 * random.Next(-1, 2);
        var delays = Enumerable.Range(0, racers).Select(_ => mode == TicketMode.Expires
            ? TimeSpan.FromMilliseconds(centre + random.Next(-60, 60))
            : random.Next(4) == 0 ? TimeSpan.FromMilliseconds(random.Next(0, 12)) : TimeSpan.Zero).ToArray();
        return new TicketPlan(
            index, mode, delays, TimeSpan.FromMilliseconds(random.Next(0, 25)),
            random.Next(2) == 0 ? random.Next(racers) : null,
            [.. Enumerable.Range(0, Math.Min(3, racers)).Select(_ => random.Next(racers)).Distinct()]);
    }
}

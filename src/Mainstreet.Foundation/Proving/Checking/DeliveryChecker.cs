namespace Mainstreet.Foundation.Proving.Checking;

/// <summary>What may be wrong with effects and deliveries.</summary>
public enum DeliveryFault
{
    /// <summary>One cause, several effects.</summary>
    Doubled,

    /// <summary>Acknowledged, and without effect; or missing in a stream.</summary>
    Lost,

    /// <summary>An effect whose cause was refused or never given.</summary>
    WithoutCause,

    /// <summary>A later event came before an earlier one.</summary>
    OutOfOrder,

    /// <summary>Two readers were told different things under one number.</summary>
    Disagreed,
}

/// <param name="Fault">What it is.</param>
/// <param name="Subject">The cause, or the place in the stream.</param>
/// <param name="Explanation">One line.</param>
public sealed record DeliveryFinding(DeliveryFault Fault, string Subject, string Explanation);

/// <summary>An event as one reader received it.</summary>
/// <param name="Reader">Who.</param>
/// <param name="Topic">The stream; order is per topic.</param>
/// <param name="Offset">Counts up by one.</param>
/// <param name="Content">All that it says, as text.</param>
public sealed record Delivered(string Reader, string Topic, long Offset, string Content);

/// <summary>Exactly-once: causes against the bag of their effects, and streams against their numbers. Linear.</summary>
public static class DeliveryChecker
{
    /// <summary>
    /// Each acknowledged cause has one effect, each refused one none, one of unknown ending either.
    /// </summary>
    /// <param name="causes">Each once.</param>
    /// <param name="effects">The cause that each effect names, in any order.</param>
    public static IReadOnlyList<DeliveryFinding> CheckEffects(IReadOnlyDictionary<string, Ending> causes, IEnumerable<string> effects)
    {
        ArgumentNullException.ThrowIfNull(causes);
        ArgumentNullException.ThrowIfNull(effects);
        var findings = new List<DeliveryFinding>();
        var counts = effects.GroupBy(e => e, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        foreach (var (cause, ending) in causes)
        {
            var count = counts.GetValueOrDefault(cause);
            if (count > 1) findings.Add(new DeliveryFinding(DeliveryFault.Doubled, cause, $"{cause} was asked for once ({ending}) and has {count} effects"));
            if (count == 0 && ending == Ending.Committed) findings.Add(new DeliveryFinding(DeliveryFault.Lost, cause, $"{cause} was acknowledged and has no effect"));
            if (count > 0 && ending == Ending.Refused) findings.Add(new DeliveryFinding(DeliveryFault.WithoutCause, cause, $"{cause} was refused and has an effect"));
        }

        foreach (var stranger in counts.Keys.Where(e => !causes.ContainsKey(e)))
            findings.Add(new DeliveryFinding(DeliveryFault.WithoutCause, stranger, $"{stranger} has an effect and nobody asked for it"));
        return findings;
    }

    /// <summary>
    /// Each reader gets each number of a topic once and in order, from the first that it got, and all readers the same under one number.
    /// </summary>
    /// <param name="arrivals">Each reader's events in the order of arrival.</param>
    public static IReadOnlyList<DeliveryFinding> CheckStreams(IEnumerable<Delivered> arrivals)
    {
        ArgumentNullException.ThrowIfNull(arrivals);
        var findings = new List<DeliveryFinding>();
        var told = new Dictionary<(string Topic, long Offset), Delivered>();
        var ends = new List<(string Reader, string Topic, long Last)>();
        foreach (var stream in arrivals.GroupBy(a => (a.Reader, a.Topic)))
        {
            var (reader, topic) = stream.Key;
            var got = new HashSet<long>();
            var (first, last) = (long.MaxValue, long.MinValue);
            foreach (var one in stream)
            {
                var place = $"{topic} #{one.Offset}";
                if (!got.Add(one.Offset)) findings.Add(new DeliveryFinding(DeliveryFault.Doubled, place, $"{reader} was told {place} twice: {one.Content}"));
                else if (one.Offset < last) findings.Add(new DeliveryFinding(DeliveryFault.OutOfOrder, place, $"{reader} was told {place} after #{last}: {one.Content}"));
                (first, last) = (Math.Min(first, one.Offset), Math.Max(last, one.Offset));
                if (!told.TryAdd((topic, one.Offset), one) && told[(topic, one.Offset)] is var other && other.Content != one.Content)
                    findings.Add(new DeliveryFinding(DeliveryFault.Disagreed, place, $"{place} is {other.Content} for {other.Reader} and {one.Content} for {reader}"));
            }

            ends.Add((reader, topic, last));
            for (var (missing, before) = (first, findings.Count); missing < last && findings.Count < before + 20; missing++)
            {
                if (!got.Contains(missing)) findings.Add(new DeliveryFinding(DeliveryFault.Lost, $"{topic} #{missing}", $"{reader} was never told {topic} #{missing}, between #{first} and #{last}"));
            }
        }

        foreach (var topic in ends.GroupBy(e => e.Topic, StringComparer.Ordinal))
        {
            var furthest = topic.Max(e => e.Last);
            foreach (var (reader, _, last) in topic.Where(e => e.Last < furthest))
                findings.Add(new DeliveryFinding(DeliveryFault.Lost, $"{topic.Key} #{last + 1}", $"{reader} was told nothing of {topic.Key} after #{last}; another reader went on to #{furthest}"));
        }

        return findings;
    }
}

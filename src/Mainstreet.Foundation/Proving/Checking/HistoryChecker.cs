namespace Mainstreet.Foundation.Proving.Checking;

/// <summary>
/// Looks for anomalies in a history of transactions on registers and lists, as Elle does (Kingsbury and Alvaro, VLDB 2020): values
/// name their writers, reads tell the order of versions, and what follows from both is a graph whose cycles are Adya's phenomena.
/// It says nothing of what it cannot infer, so it never accuses a history that some order in keeping with real time explains.
/// Time and memory grow linearly with the history but for sorting, and for each of the cycles that are reported.
/// </summary>
public static class HistoryChecker
{
    /// <summary>Cycles that one check reports; what comes after them is more of the same.</summary>
    public const int MostCycles = 50;

    /// <param name="transactions">In any order.</param>
    /// <param name="realTime">Whether what ended before another began must come before it (strict serializability).</param>
    /// <returns>What is wrong; empty when nothing is known to be.</returns>
    /// <exception cref="ArgumentException">A value of a key was written twice.</exception>
    public static IReadOnlyList<Finding> Check(IReadOnlyList<Transaction> transactions, bool realTime = true)
    {
        ArgumentNullException.ThrowIfNull(transactions);
        var findings = new List<Finding>();
        var index = new HistoryIndex(transactions, findings);
        var graph = new DependencyGraph(transactions.Count);
        var writers = Enumerable.Range(0, transactions.Count).Where(n => index.Counts[n])
            .SelectMany(n => index.WritesOf(n).Select(w => (Node: n, w.Key, w.IsList, w.Values)))
            .GroupBy(w => w.Key).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
        var lost = new HashSet<(string Key, int Node)>();
        var seen = index.All.ToLookup(s => s.Key, StringComparer.Ordinal);
        foreach (var key in seen.Select(s => s.Key).Union(writers.Keys, StringComparer.Ordinal))
        {
            var wrote = writers.GetValueOrDefault(key, []);
            var nodes = wrote.Select(w => w.Node).ToHashSet();
            var reads = seen[key].ToArray();
            FindLostUpdates(index, key, reads, nodes, lost);
            foreach (var read in reads)
            {
                if (read.Value is { } value && index.WriterOf(key, value) is { } writer) graph.Add(writer, read.Node, Why.Read, key);
            }

            if (wrote.Any(w => w.IsList) || reads.Any(r => r.Values is not null)) AddList(index, graph, key, reads, nodes);
            else AddRegister(index, graph, reads, nodes, key, lost);
        }

        if (realTime) AddRealTime(index, graph);
        FindCycles(index, graph, findings);
        return findings;
    }

    private static void FindLostUpdates(HistoryIndex index, string key, Seen[] reads, HashSet<int> writers, HashSet<(string Key, int Node)> lost)
    {
        foreach (var version in reads.Where(r => writers.Contains(r.Node)).GroupBy(r => (r.Value, r.Values?.Count)))
        {
            var both = version.Select(r => r.Node).Distinct().ToArray();
            if (both.Length < 2) continue;
            index.Report(Anomaly.LostUpdate, both, $"{both.Length} transactions read {key} as {version.Key.Value ?? "nothing"} and all of them wrote it");
            foreach (var node in both.Skip(1)) lost.Add((key, node));
        }
    }

    /// <summary>Of a register only read-modify-writes tell which version follows which; all come after the state before any write.</summary>
    private static void AddRegister(
        HistoryIndex index, DependencyGraph graph, Seen[] reads, HashSet<int> writers, string key, HashSet<(string Key, int Node)> lost)
    {
        foreach (var version in reads.GroupBy(r => r.Value))
        {
            var readers = version.Select(r => r.Node).Distinct().ToArray();
            var next = version.Key is null ? writers : [.. readers.Where(r => writers.Contains(r) && !lost.Contains((key, r)))];
            if (version.Key is { } value && index.WriterOf(key, value) is { } writer)
            {
                foreach (var one in next) graph.Add(writer, one, Why.Overwritten, key);
            }

            graph.AddOvertaken(readers, next, key);
        }
    }

    /// <summary>The longest read of a list is its order; what nobody has seen of it comes after that.</summary>
    private static void AddList(HistoryIndex index, DependencyGraph graph, string key, Seen[] reads, HashSet<int> writers)
    {
        var longest = reads.MaxBy(r => r.Values!.Count);
        var order = longest?.Values ?? [];
        var readers = new List<int>[order.Count + 1];
        foreach (var read in reads)
        {
            var values = read.Values!;
            var same = 0;
            while (same < values.Count && values[same] == order[same]) same++;
            if (same < values.Count)
            {
                index.Report(Anomaly.DivergedOrder, [longest!.Node, read.Node], $"{key} has {order[same]} at place {same + 1} in one read and {values[same]} in another");
                continue;
            }

            (readers[values.Count] ??= []).Add(read.Node);
        }

        var placed = new HashSet<int>();
        for (var place = 0; place < order.Count; place++)
        {
            if (index.WriterOf(key, order[place]) is not { } writer) continue;
            placed.Add(writer);
            if (place > 0 && index.WriterOf(key, order[place - 1]) is { } before) graph.Add(before, writer, Why.Overwritten, key);
            // A transaction that appends in the middle of its own appends is told by the first of them.
            if (readers[place] is { } overtaken) graph.AddOvertaken(overtaken, [writer], key);
        }

        if (readers[order.Count] is { } last) graph.AddOvertaken(last, [.. writers.Where(w => !placed.Contains(w))], key);
    }

    /// <summary>Ends in their order are a chain of nodes; a transaction hangs on it where it ends and where it begins, so that edges stay few.</summary>
    private static void AddRealTime(HistoryIndex index, DependencyGraph graph)
    {
        var ended = Enumerable.Range(0, index.Transactions.Count)
            .Where(n => index.Transactions[n].Ending == Ending.Committed && index.Transactions[n].End != long.MaxValue)
            .OrderBy(n => index.Transactions[n].End).ToArray();
        var (ends, chain) = (new long[ended.Length], new int[ended.Length]);
        for (var i = 0; i < ended.Length; i++)
        {
            (ends[i], chain[i]) = (index.Transactions[ended[i]].End, graph.AddNode());
            graph.Add(ended[i], chain[i], Why.Before, "");
            if (i > 0) graph.Add(chain[i - 1], chain[i], Why.Before, "");
        }

        for (var node = 0; node < index.Transactions.Count; node++)
        {
            if (!index.Counts[node]) continue;
            var found = Array.BinarySearch(ends, index.Transactions[node].Start);
            var earlier = found < 0 ? ~found : found;
            // Ends that equal the start are concurrent with it.
            while (earlier > 0 && ends[earlier - 1] >= index.Transactions[node].Start) earlier--;
            if (earlier > 0) graph.Add(chain[earlier - 1], node, Why.Before, "");
        }
    }

    private static void FindCycles(HistoryIndex index, DependencyGraph graph, List<Finding> findings)
    {
        const Why dependencies = Why.Overwritten | Why.Read;
        const Why all = dependencies | Why.Overtaken | Why.Onward;
        var most = findings.Count + MostCycles;
        foreach (var (kinds, through) in new[]
        {
            (Why.Overwritten, Why.Overwritten), (dependencies, Why.Read), (all, Why.Overtaken), (all | Why.Before, all & ~Why.Onward),
        })
        {
            while (findings.Count < most && graph.FindCycle(kinds, through) is { } cycle)
            {
                var overtaken = cycle.Count(e => e.Why == Why.Overtaken);
                var kind = cycle.Any(e => e.Why == Why.Before) ? Anomaly.StaleRead
                    : overtaken > 1 ? Anomaly.WriteSkew
                    : overtaken == 1 ? Anomaly.ReadSkew
                    : cycle.Any(e => e.Why == Why.Read) ? Anomaly.CircularFlow : Anomaly.WriteCycle;
                var nodes = cycle.Select(e => e.From).Where(n => n < index.Transactions.Count).ToArray();
                index.Report(kind, nodes, string.Join("; ", cycle.Where(e => e.From < index.Transactions.Count).Select(e => Tell(index, cycle, e))));
                cycle.First(e => (e.Why & through) != 0).Gone = true;
            }
        }
    }

    private static string Tell(HistoryIndex index, List<Edge> cycle, Edge edge)
    {
        var at = cycle.IndexOf(edge);
        var step = edge;
        while (step.To >= index.Transactions.Count) step = cycle[at = (at + 1) % cycle.Count];
        var (from, to) = (index.Transactions[edge.From].Id, index.Transactions[step.To].Id);
        return edge.Why switch
        {
            Why.Overwritten => $"T{to} wrote {edge.Key} after T{from}",
            Why.Read => $"T{to} read {edge.Key} as T{from} wrote it",
            Why.Overtaken => $"T{from} read {edge.Key} before T{to} wrote it",
            _ => $"T{from} was acknowledged before T{to} began",
        };
    }
}

namespace Mainstreet.Foundation.Proving.Checking;

/// <summary>What a transaction read of a key before it wrote it itself: the version that it built on.</summary>
/// <param name="Node">The reader's node.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">Of a register; of a list its last element; <c>null</c> for nothing yet.</param>
/// <param name="Values">Of a list.</param>
internal sealed record Seen(int Node, string Key, string? Value, IReadOnlyList<string>? Values);

/// <summary>
/// Who wrote what and who read what, and the anomalies that need no cycle. A transaction of unknown ending counts as committed
/// once something of it was read by one that counts, and else as if it had not been: it may come after everything.
/// </summary>
internal sealed class HistoryIndex
{
    private readonly Dictionary<(string Key, string Value), int> _writers = [];
    private readonly HashSet<(string Key, string Value)> _overwritten = [];
    private readonly List<Seen>[] _seenBy;

    internal HistoryIndex(IReadOnlyList<Transaction> transactions, List<Finding> findings)
    {
        (Transactions, Findings) = (transactions, findings);
        Counts = new bool[transactions.Count];
        _seenBy = new List<Seen>[transactions.Count];
        for (var node = 0; node < transactions.Count; node++) IndexWrites(node);
        var waiting = new Queue<int>(Enumerable.Range(0, transactions.Count).Where(n => transactions[n].Ending == Ending.Committed));
        foreach (var node in waiting) Counts[node] = true;
        while (waiting.TryDequeue(out var node))
        {
            _seenBy[node] = ReadsOf(node);
            foreach (var writer in _seenBy[node].SelectMany(WritersOf))
            {
                if (Counts[writer] || transactions[writer].Ending != Ending.Unknown) continue;
                Counts[writer] = true;
                waiting.Enqueue(writer);
            }
        }

        foreach (var seen in All) Check(seen);
    }

    internal IReadOnlyList<Transaction> Transactions { get; }

    /// <summary>By node: committed, or unknown and seen.</summary>
    internal bool[] Counts { get; }

    internal IEnumerable<Seen> All => _seenBy.Where(s => s is not null).SelectMany(s => s);

    private List<Finding> Findings { get; }

    /// <summary>Keys that a counting transaction writes, with the values in program order.</summary>
    internal IEnumerable<(string Key, bool IsList, IReadOnlyList<string> Values)> WritesOf(int node) =>
        Transactions[node].Touches.Where(t => t is WriteOf or AppendTo).GroupBy(t => t.Key)
            .Select(g => (g.Key, g.First() is AppendTo, (IReadOnlyList<string>)[.. g.Select(ValueOf)]));

    internal int? WriterOf(string key, string value) => _writers.TryGetValue((key, value), out var node) ? node : null;

    internal void Report(Anomaly kind, IReadOnlyList<int> nodes, string what)
    {
        var who = nodes.Select(n => Transactions[n]).ToArray();
        Findings.Add(new Finding(kind, [.. who.Select(t => t.Id)], $"{what}\n  {string.Join("\n  ", who.Select(t => t.ToString()))}"));
    }

    private static string ValueOf(Touch touch) => touch is WriteOf write ? write.Value : ((AppendTo)touch).Value;

    private void IndexWrites(int node)
    {
        foreach (var (key, _, values) in WritesOf(node))
        {
            foreach (var value in values)
            {
                if (!_writers.TryAdd((key, value), node))
                    throw new ArgumentException($"The value {value} of {key} was written twice: a value must name its writer.");
            }

            foreach (var value in values.SkipLast(1)) _overwritten.Add((key, value));
        }
    }

    private IEnumerable<int> WritersOf(Seen seen)
    {
        IEnumerable<string> values = seen.Values ?? (seen.Value is { } value ? [value] : []);
        return values.Select(v => WriterOf(seen.Key, v)).OfType<int>();
    }

    private List<Seen> ReadsOf(int node)
    {
        var seen = new List<Seen>();
        var own = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var touch in Transactions[node].Touches)
        {
            var mine = own.GetValueOrDefault(touch.Key);
            switch (touch)
            {
                case WriteOf or AppendTo:
                    if (mine is null) own[touch.Key] = mine = [];
                    mine.Add(ValueOf(touch));
                    break;
                case ReadOf read when mine is null:
                    seen.Add(new Seen(node, read.Key, read.Value, null));
                    break;
                case ReadOf read when read.Value != mine[^1]:
                    Report(Anomaly.Internal, [node], $"{read.Key} was written as {mine[^1]} and then read as {read.Value ?? "nothing"} by the same transaction");
                    break;
                case ListOf list:
                    var outside = list.Values.Count - (mine?.Count ?? 0);
                    if (mine is not null && (outside < 0 || !list.Values.Skip(outside).SequenceEqual(mine)))
                    {
                        Report(Anomaly.Internal, [node], $"{list.Key} does not end with what the same transaction had appended");
                        break;
                    }

                    IReadOnlyList<string> others = mine is null ? list.Values : [.. list.Values.Take(outside)];
                    seen.Add(new Seen(node, list.Key, others.Count == 0 ? null : others[^1], others));
                    break;
            }
        }

        return seen;
    }

    private void Check(Seen seen)
    {
        IEnumerable<string> values = seen.Values ?? (seen.Value is { } one ? [one] : []);
        var met = seen.Values is null ? null : new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            if (met?.Add(value) == false) Report(Anomaly.DoubledAppend, [seen.Node], $"{seen.Key} holds {value} twice");
            if (WriterOf(seen.Key, value) is not { } writer) Report(Anomaly.ReadOfNothing, [seen.Node], $"{value} of {seen.Key} was read, and nobody wrote it");
            else if (Transactions[writer].Ending == Ending.Refused) Report(Anomaly.AbortedRead, [writer, seen.Node], $"{value} of {seen.Key} was refused, and read");
        }

        // A list that goes on after the value holds what came later too; of a register only the last write may be seen.
        if (seen.Value is { } last && _overwritten.Contains((seen.Key, last)) && WriterOf(seen.Key, last) is { } from && from != seen.Node)
            Report(Anomaly.IntermediateRead, [from, seen.Node], $"{last} of {seen.Key} was read between two writes of one transaction");
    }
}

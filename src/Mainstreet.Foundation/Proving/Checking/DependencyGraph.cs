namespace Mainstreet.Foundation.Proving.Checking;

/// <summary>Why one transaction must come before another.</summary>
[Flags]
internal enum Why
{
    /// <summary>Its write was overwritten by the other's (ww).</summary>
    Overwritten = 1,

    /// <summary>The other read its write (wr).</summary>
    Read = 2,

    /// <summary>The other overwrote what it had read (rw, anti-dependency).</summary>
    Overtaken = 4,

    /// <summary>It was acknowledged before the other began.</summary>
    Before = 8,

    /// <summary>The second half of an edge that passes a node of no transaction.</summary>
    Onward = 16,
}

/// <param name="From">Node.</param>
/// <param name="To">Node.</param>
/// <param name="Why">The kind.</param>
/// <param name="Key">The key that the two share; empty for real time.</param>
internal sealed record Edge(int From, int To, Why Why, string Key)
{
    internal bool Gone { get; set; }
}

/// <summary>
/// Direct dependencies between transactions. Nodes from <c>transactions</c> on belong to no transaction: many readers and many
/// writers of one version meet there, which keeps the number of edges linear.
/// </summary>
internal sealed class DependencyGraph(int transactions)
{
    private readonly int _transactions = transactions;
    private readonly List<List<Edge>> _out = [.. Enumerable.Range(0, transactions).Select(_ => new List<Edge>())];

    internal int AddNode()
    {
        _out.Add([]);
        return _out.Count - 1;
    }

    internal void Add(int from, int to, Why why, string key)
    {
        if (from != to) _out[from].Add(new Edge(from, to, why, key));
    }

    /// <summary>
    /// Every reader of a version comes before every writer of a later one, itself excepted. Of readers that also write at most the
    /// first is told apart: two of them are a lost update, which is reported as such.
    /// </summary>
    internal void AddOvertaken(IReadOnlyCollection<int> readers, IReadOnlyCollection<int> writers, string key)
    {
        if (readers.Count == 0 || writers.Count == 0) return;
        var both = writers.ToHashSet();
        both.IntersectWith(readers);
        var pure = readers.Where(r => !both.Contains(r)).ToArray();
        if (pure.Length > 0)
        {
            var meeting = AddNode();
            foreach (var reader in pure) Add(reader, meeting, Why.Overtaken, key);
            foreach (var writer in writers) Add(meeting, writer, Why.Onward, key);
        }

        if (both.Count == 0) return;
        var first = both.Min();
        foreach (var writer in writers.Where(w => !both.Contains(w))) Add(first, writer, Why.Overtaken, key);
    }

    /// <summary>A cycle of edges of these kinds, the one with the fewest overtaken reads of those that were looked at; <c>null</c> when there is none.</summary>
    internal List<Edge>? FindCycle(Why kinds, Why through)
    {
        const int looks = 32;
        foreach (var component in Components(kinds))
        {
            var inside = component.ToHashSet();
            List<Edge>? best = null;
            var lightest = int.MaxValue;
            foreach (var edge in component.SelectMany(n => _out[n]).Where(e => !e.Gone && (e.Why & through) != 0 && inside.Contains(e.To)).Take(looks))
            {
                if (PathBack(edge, kinds, inside) is not { } cycle) continue;
                var weight = cycle.Count(e => e.Why == Why.Overtaken) * 1_000_000 + cycle.Count(e => e.From < _transactions);
                if (weight < lightest) (best, lightest) = (cycle, weight);
            }

            if (best is not null) return best;
        }

        return null;
    }

    /// <summary>From the edge's end back to its beginning with as few overtaken reads, and then as few transactions, as can be (Dijkstra).</summary>
    private List<Edge>? PathBack(Edge closing, Why kinds, HashSet<int> inside)
    {
        const long overtaken = 1_000_000_000;
        var distance = new Dictionary<int, long> { [closing.To] = 0 };
        var cameBy = new Dictionary<int, Edge>();
        var waiting = new PriorityQueue<int, long>([(closing.To, 0L)]);
        while (waiting.TryDequeue(out var node, out var cost) && node != closing.From)
        {
            if (cost > distance[node]) continue;
            foreach (var edge in _out[node])
            {
                if (edge.Gone || (edge.Why & kinds) == 0 || !inside.Contains(edge.To)) continue;
                var reached = cost + (edge.Why == Why.Overtaken ? overtaken : 0) + (edge.To < _transactions ? 1 : 0);
                if (distance.TryGetValue(edge.To, out var known) && known <= reached) continue;
                (distance[edge.To], cameBy[edge.To]) = (reached, edge);
                waiting.Enqueue(edge.To, reached);
            }
        }

        if (!cameBy.ContainsKey(closing.From)) return null;
        var path = new List<Edge>();
        for (var node = closing.From; node != closing.To; node = cameBy[node].From) path.Add(cameBy[node]);
        path.Add(closing);
        path.Reverse();
        return path;
    }

    /// <summary>Strongly connected components of two nodes or more (Tarjan 1972, without recursion).</summary>
    private List<List<int>> Components(Why kinds)
    {
        var (count, found) = (_out.Count, new List<List<int>>());
        var (index, low, at) = (new int[count], new int[count], new int[count]);
        var onStack = new bool[count];
        var (stack, calls, next) = (new Stack<int>(), new Stack<int>(), 0);
        for (var root = 0; root < count; root++)
        {
            if (index[root] != 0) continue;
            calls.Push(root);
            while (calls.TryPeek(out var node))
            {
                if (index[node] == 0)
                {
                    index[node] = low[node] = ++next;
                    stack.Push(node);
                    onStack[node] = true;
                }

                var deeper = false;
                for (; at[node] < _out[node].Count; at[node]++)
                {
                    var edge = _out[node][at[node]];
                    if (edge.Gone || (edge.Why & kinds) == 0) continue;
                    if (index[edge.To] == 0)
                    {
                        calls.Push(edge.To);
                        deeper = true;
                        break;
                    }

                    if (onStack[edge.To]) low[node] = Math.Min(low[node], low[edge.To]);
                }

                if (deeper) continue;
                calls.Pop();
                if (calls.TryPeek(out var parent)) low[parent] = Math.Min(low[parent], low[node]);
                if (low[node] != index[node]) continue;
                var component = new List<int>();
                int member;
                do
                {
                    member = stack.Pop();
                    onStack[member] = false;
                    component.Add(member);
                }
                while (member != node);
                if (component.Count > 1) found.Add(component);
            }
        }

        return found;
    }
}

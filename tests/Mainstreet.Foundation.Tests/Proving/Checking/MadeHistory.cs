using Mainstreet.Foundation.Proving.Checking;

namespace Mainstreet.Foundation.Tests.Proving.Checking;

/// <summary>Histories drawn from a seed: right ones, from one store that does one transaction at a time, and whatever ones.</summary>
internal static class MadeHistory
{
    /// <summary>
    /// Transactions done one after another at instants 10, 20, 30, …, seen by clients over longer spans that overlap; some refused, some of
    /// unknown ending, of which some were done.
    /// </summary>
    internal static List<Transaction> Right(int seed, int count, int keys = 3)
    {
        var random = new Random(seed);
        var registers = new Dictionary<string, string>();
        var lists = new Dictionary<string, List<string>>();
        var made = new List<Transaction>();
        for (var id = 1; id <= count; id++)
        {
            var ending = random.Next(100) switch { < 70 => Ending.Committed, < 82 => Ending.Refused, _ => Ending.Unknown };
            var isDone = ending == Ending.Committed || (ending == Ending.Unknown && random.Next(2) == 0);
            var (ownRegisters, ownLists) = (new Dictionary<string, string>(), new Dictionary<string, List<string>>());
            var touches = new List<Touch>();
            for (var i = random.Next(1, 5); i > 0; i--)
            {
                var (register, list, value) = ($"r{random.Next(keys)}", $"l{random.Next(keys)}", $"{id}.{i}");
                var values = ownLists.GetValueOrDefault(list) ?? lists.GetValueOrDefault(list) ?? [];
                switch (random.Next(4))
                {
                    case 0:
                        touches.Add(new ReadOf(register, ownRegisters.GetValueOrDefault(register) ?? registers.GetValueOrDefault(register)));
                        break;
                    case 1:
                        touches.Add(new WriteOf(register, value));
                        ownRegisters[register] = value;
                        break;
                    case 2:
                        touches.Add(new ListOf(list, [.. values]));
                        break;
                    default:
                        touches.Add(new AppendTo(list, value));
                        ownLists[list] = [.. values, value];
                        break;
                }
            }

            if (isDone)
            {
                foreach (var (register, value) in ownRegisters) registers[register] = value;
                foreach (var (list, values) in ownLists) lists[list] = values;
            }

            made.Add(new Transaction(id, ending, touches) { Start = id * 10 - random.Next(80), End = id * 10 + random.Next(80) });
        }

        return [.. made.OrderBy(_ => random.Next())];
    }

    /// <summary>A few transactions on lists whose reads are drawn blindly: some histories can be explained, many cannot.</summary>
    internal static List<Transaction> Whatever(int seed)
    {
        var random = new Random(seed);
        var count = random.Next(2, 6);
        var appends = Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 2).Where(_ => random.Next(3) > 0).Select(k => $"l{k}").ToArray()).ToArray();
        var orders = Enumerable.Range(0, 2).ToDictionary(k => $"l{k}", k => Enumerable.Range(0, count).Where(t => appends[t].Contains($"l{k}")).OrderBy(_ => random.Next()).Select(t => $"{t}").ToList());
        var made = new List<Transaction>();
        for (var id = 0; id < count; id++)
        {
            var touches = new List<Touch>();
            foreach (var key in orders.Keys.Where(_ => random.Next(2) == 0))
            {
                var order = random.Next(12) == 0 ? orders[key].OrderBy(_ => random.Next()).ToList() : orders[key];
                // Mostly what could have been there before the transaction's own.
                var own = order.IndexOf($"{id}");
                var most = own >= 0 && random.Next(4) > 0 ? own : order.Count;
                touches.Add(new ListOf(key, [.. order.Take(random.Next(most + 1)).Where(v => v != $"{id}")]));
            }

            touches.AddRange(appends[id].Select(key => new AppendTo(key, $"{id}")));
            var start = random.Next(30);
            made.Add(new Transaction(id, random.Next(8) switch { 0 => Ending.Refused, 1 => Ending.Unknown, _ => Ending.Committed }, touches)
            {
                Start = start, End = start + random.Next(40),
            });
        }

        return made;
    }

    /// <summary>The slow, obvious judge: tries every order of every choice of unknown transactions against a store that does one at a time.</summary>
    internal static bool IsExplained(IReadOnlyList<Transaction> history)
    {
        var sure = history.Where(t => t.Ending == Ending.Committed).ToArray();
        var unsure = history.Where(t => t.Ending == Ending.Unknown).ToArray();
        return Enumerable.Range(0, 1 << unsure.Length).Any(choice =>
            Orders([.. sure, .. unsure.Where((_, i) => (choice >> i & 1) == 1)]).Any(Fits));
    }

    internal static IEnumerable<T[]> Orders<T>(T[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany((first, i) => Orders([.. items[..i], .. items[(i + 1)..]]).Select(rest => (T[])[first, .. rest]));

    private static bool Fits(Transaction[] order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            for (var j = i + 1; j < order.Length; j++)
            {
                if (order[j].Ending == Ending.Committed && order[j].End < order[i].Start) return false;
            }
        }

        var lists = new Dictionary<string, List<string>>();
        foreach (var touch in order.SelectMany(t => t.Touches))
        {
            var list = lists.TryGetValue(touch.Key, out var known) ? known : lists[touch.Key] = [];
            if (touch is ListOf read && !read.Values.SequenceEqual(list)) return false;
            if (touch is AppendTo append) list.Add(append.Value);
        }

        return true;
    }
}

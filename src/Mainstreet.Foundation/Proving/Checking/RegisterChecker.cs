namespace Mainstreet.Foundation.Proving.Checking;

/// <summary>What is done to a register.</summary>
public enum RegisterAct
{
    /// <summary>Answers what it holds.</summary>
    Read,

    /// <summary>Holds another value from then on.</summary>
    Write,

    /// <summary>Holds another value if it held the expected one, and is refused if not (If-Match).</summary>
    CompareAndSet,
}

/// <summary>An act on one register.</summary>
/// <param name="Id">Names it in the explanation.</param>
/// <param name="Start">Before it could take effect.</param>
/// <param name="End">After it had; ignored for an unknown ending.</param>
/// <param name="Act">What was asked.</param>
/// <param name="Expected">Of a compare-and-set.</param>
/// <param name="Value">What was read, or is to be held.</param>
/// <param name="Ending">Refused is an answer for a compare-and-set alone: the register did not hold what was expected.</param>
public sealed record RegisterTouch(long Id, long Start, long End, RegisterAct Act, string? Expected, string? Value, Ending Ending);

/// <summary>Whether some order explains every answer.</summary>
public enum RegisterVerdict
{
    Linearizable,
    NotLinearizable,

    /// <summary>The search was given up at its bound.</summary>
    Undecided,
}

/// <summary>
/// Linearizability of one register (Herlihy and Wing 1990): the search of Wing and Gong (1993) with the memory of Lowe (2017), as in
/// Porcupine. Registers are judged one by one, since linearizability is local. Exponential at worst in acts at once; bounded.
/// </summary>
public static class RegisterChecker
{
    /// <summary>Configurations that are remembered before the search is given up.</summary>
    public const int Bound = 500_000;

    /// <param name="touches">In any order; reads of unknown ending are ignored.</param>
    /// <param name="initial">What it holds in the beginning.</param>
    /// <param name="bound">Configurations to visit at most.</param>
    /// <returns>The verdict, and for a history that nothing explains where the longest explanation ends.</returns>
    public static (RegisterVerdict Verdict, string Explanation) Check(IReadOnlyList<RegisterTouch> touches, string? initial, int bound = Bound)
    {
        ArgumentNullException.ThrowIfNull(touches);
        var acts = touches.Where(t => t is { Act: RegisterAct.CompareAndSet } or { Ending: Ending.Committed } or { Act: RegisterAct.Write, Ending: Ending.Unknown })
            .OrderBy(t => t.Start).ToArray();
        return new Search(acts, initial).Run(bound);
    }

    /// <summary>Begins and ends in their order, as a doubly linked list from which an act is lifted when it is placed.</summary>
    private sealed class Search
    {
        private readonly RegisterTouch[] _acts;
        private readonly int[] _next;
        private readonly int[] _before;
        private readonly int _head;
        private readonly ulong[] _placed;
        private readonly HashSet<(Bits Placed, string? State)> _visited = [];
        private string? _state;
        private int _left;

        internal Search(RegisterTouch[] acts, string? initial)
        {
            (_acts, _state, _head) = (acts, initial, acts.Length * 2);
            _placed = new ulong[(acts.Length + 63) / 64];
            (_next, _before) = (new int[_head + 1], new int[_head + 1]);
            // Entry i begins act i, entry n + i ends it. At one instant beginnings come first: such acts are at once.
            var order = Enumerable.Range(0, _head).OrderBy(e => e < acts.Length ? acts[e].Start : EndOf(acts[e - acts.Length])).ThenBy(e => e >= acts.Length).ToArray();
            var last = _head;
            foreach (var entry in order)
            {
                (_next[last], _before[entry]) = (entry, last);
                last = entry;
            }

            (_next[last], _before[_head]) = (_head, last);
            _left = acts.Count(a => a.Ending != Ending.Unknown);
        }

        internal (RegisterVerdict Verdict, string Explanation) Run(int bound)
        {
            var done = new Stack<(int Act, string? State)>();
            var (entry, furthest, stuck) = (_next[_head], -1, "");
            // Acts of unknown ending need no place: they may never have been.
            while (_left > 0)
            {
                if (entry < _acts.Length)
                {
                    if (!Holds(_acts[entry], out var after) || !Visit(entry, after))
                    {
                        entry = _next[entry];
                        continue;
                    }

                    done.Push((entry, _state));
                    (_state, entry) = (after, Lift(entry));
                    if (_visited.Count > bound) return (RegisterVerdict.Undecided, $"given up after {bound} configurations of {_acts.Length} acts");
                    continue;
                }

                if (done.Count > furthest) (furthest, stuck) = (done.Count, Tell(done.Count, entry - _acts.Length));
                if (!done.TryPop(out var undone)) return (RegisterVerdict.NotLinearizable, stuck);
                Restore(undone.Act);
                (_state, entry) = (undone.State, _next[undone.Act]);
            }

            return (RegisterVerdict.Linearizable, "");
        }

        private static long EndOf(RegisterTouch act) => act.Ending == Ending.Unknown ? long.MaxValue : act.End;

        private bool Holds(RegisterTouch act, out string? after)
        {
            after = act.Act == RegisterAct.Read || act.Ending == Ending.Refused ? _state : act.Value;
            return act.Act switch
            {
                RegisterAct.Read => _state == act.Value,
                RegisterAct.Write => true,
                _ => _state == act.Expected == (act.Ending != Ending.Refused),
            };
        }

        private bool Visit(int act, string? after)
        {
            var placed = (ulong[])_placed.Clone();
            placed[act / 64] |= 1UL << (act % 64);
            return _visited.Add((new Bits(placed), after));
        }

        private int Lift(int act)
        {
            _placed[act / 64] |= 1UL << (act % 64);
            if (_acts[act].Ending != Ending.Unknown) _left--;
            foreach (var entry in (ReadOnlySpan<int>)[act, act + _acts.Length]) (_next[_before[entry]], _before[_next[entry]]) = (_next[entry], _before[entry]);
            return _next[_head];
        }

        private void Restore(int act)
        {
            _placed[act / 64] &= ~(1UL << (act % 64));
            if (_acts[act].Ending != Ending.Unknown) _left++;
            foreach (var entry in (ReadOnlySpan<int>)[act + _acts.Length, act]) (_next[_before[entry]], _before[_next[entry]]) = (entry, entry);
        }

        private string Tell(int placed, int stuck) =>
            $"{placed} of {_acts.Length} acts fit, then it holds {_state ?? "nothing"}; nothing explains {_acts[stuck]}";
    }

    /// <summary>A set of acts, compared by its members.</summary>
    private readonly record struct Bits(ulong[] Words)
    {
        public bool Equals(Bits other) => Words.AsSpan().SequenceEqual(other.Words);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            foreach (var word in Words) hash.Add(word);
            return hash.ToHashCode();
        }
    }
}

namespace Mainstreet.Studio.Projects.Diffs;

/// <summary>What became of a line.</summary>
internal enum LineFate
{
    Kept,
    Removed,
    Added,
}

/// <param name="Text">With its line end.</param>
internal readonly record struct DiffLine(LineFate Fate, string Text);

/// <summary>
/// The fewest lines to remove and add between two texts (E. W. Myers, An O(ND) Difference Algorithm and Its Variations, 1986). Texts that differ in more
/// than <see cref="MostEdits"/> lines are given as removed and added in one piece, apart from what they begin and end with in common: right, though not the fewest.
/// </summary>
internal static class LineDiff
{
    internal const int MostEdits = 1_000;

    internal static List<string> Lines(string text)
    {
        var lines = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            var next = end < 0 ? text.Length : end + 1;
            lines.Add(text[at..next]);
            at = next;
        }

        return lines;
    }

    internal static List<DiffLine> Compare(string before, string after) => Compare(Lines(before), Lines(after));

    internal static List<DiffLine> Compare(List<string> before, List<string> after)
    {
        var head = 0;
        while (head < before.Count && head < after.Count && before[head] == after[head]) head++;
        var tail = 0;
        while (tail < before.Count - head && tail < after.Count - head && before[^(tail + 1)] == after[^(tail + 1)]) tail++;
        var old = before.GetRange(head, before.Count - head - tail);
        var now = after.GetRange(head, after.Count - head - tail);

        var lines = new List<DiffLine>(before.Count + after.Count);
        lines.AddRange(before.Take(head).Select(l => new DiffLine(LineFate.Kept, l)));
        lines.AddRange(Middle(old, now));
        lines.AddRange(before.Skip(before.Count - tail).Select(l => new DiffLine(LineFate.Kept, l)));
        return lines;
    }

    private static List<DiffLine> Middle(List<string> old, List<string> now)
    {
        if (old.Count > 0 && now.Count > 0 && Trace(old, now) is { } trace) return Walk(old, now, trace);
        return [.. old.Select(l => new DiffLine(LineFate.Removed, l)), .. now.Select(l => new DiffLine(LineFate.Added, l))];
    }

    /// <summary>For each number of edits, how far along the old text each diagonal gets; null when there are too many edits.</summary>
    private static List<int[]>? Trace(List<string> old, List<string> now)
    {
        var most = Math.Min(old.Count + now.Count, MostEdits);
        var furthest = new int[(2 * most) + 3];
        var trace = new List<int[]>();
        for (var edits = 0; edits <= most; edits++)
        {
            for (var diagonal = -edits; diagonal <= edits; diagonal += 2)
            {
                var x = Down(furthest, most, diagonal, edits) ? furthest[most + 1 + diagonal + 1] : furthest[most + 1 + diagonal - 1] + 1;
                while (x < old.Count && x - diagonal < now.Count && x - diagonal >= 0 && old[x] == now[x - diagonal]) x++;
                furthest[most + 1 + diagonal] = x;
                if (x >= old.Count && x - diagonal >= now.Count)
                {
                    trace.Add(Part(furthest, most, edits));
                    return trace;
                }
            }

            trace.Add(Part(furthest, most, edits));
        }

        return null;
    }

    private static List<DiffLine> Walk(List<string> old, List<string> now, List<int[]> trace)
    {
        var lines = new List<DiffLine>();
        var (x, y) = (old.Count, now.Count);
        for (var edits = trace.Count - 1; edits > 0; edits--)
        {
            // Each kept part is centred on its own number of edits.
            var furthest = trace[edits - 1];
            var centre = edits;
            var diagonal = x - y;
            var down = diagonal == -edits || (diagonal != edits && furthest[centre + diagonal - 1] < furthest[centre + diagonal + 1]);
            var from = down ? diagonal + 1 : diagonal - 1;
            var startX = furthest[centre + from];
            var startY = startX - from;
            var (afterX, afterY) = down ? (startX, startY + 1) : (startX + 1, startY);
            while (x > afterX && y > afterY)
            {
                lines.Add(new DiffLine(LineFate.Kept, old[--x]));
                y--;
            }

            lines.Add(down ? new DiffLine(LineFate.Added, now[startY]) : new DiffLine(LineFate.Removed, old[startX]));
            (x, y) = (startX, startY);
        }

        while (x > 0) lines.Add(new DiffLine(LineFate.Kept, old[--x]));
        lines.Reverse();
        return lines;
    }

    private static bool Down(int[] furthest, int most, int diagonal, int edits) =>
        diagonal == -edits || (diagonal != edits && furthest[most + diagonal] < furthest[most + 2 + diagonal]);

    /// <summary>The diagonals -edits-1 to edits+1, so that memory grows with the edits made and not with those allowed.</summary>
    private static int[] Part(int[] furthest, int most, int edits) => furthest.AsSpan(most - edits, (2 * edits) + 3).ToArray();
}

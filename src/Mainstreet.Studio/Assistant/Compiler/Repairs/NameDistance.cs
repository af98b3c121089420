namespace Mainstreet.Studio.Assistant.Compiler.Repairs;

/// <summary>How far two names are apart.</summary>
internal static class NameDistance
{
    /// <summary>Edits (insertion, deletion, replacement, swap of neighbours) from one to the other, without regard to case.</summary>
    /// <remarks>Optimal string alignment. Source: https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance</remarks>
    internal static int Between(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var now = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Same(a[i - 1], b[j - 1]) ? 0 : 1;
                now[j] = Math.Min(Math.Min(last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) now[j] = Math.Min(now[j], before[j - 2] + 1);
            }
            (before, last, now) = (last, now, before);
        }
        return last[b.Length];
    }

    /// <summary>Names near enough to be slips of the pen, nearest first.</summary>
    internal static IEnumerable<string> Near(string name, IEnumerable<string> others)
    {
        var most = name.Length switch { <= 3 => 1, <= 6 => 2, _ => 3 };
        return others.Where(other => other != name && Math.Abs(other.Length - name.Length) <= most)
            .Select(other => (Name: other, Distance: Between(name, other)))
            .Where(other => other.Distance <= most)
            .OrderBy(other => other.Distance).ThenBy(other => other.Name, StringComparer.Ordinal)
            .Select(other => other.Name);
    }

    private static bool Same(char a, char b) => char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}

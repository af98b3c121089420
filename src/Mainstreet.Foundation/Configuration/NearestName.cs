namespace Mainstreet.Foundation.Configuration;

/// <summary>The name that was probably meant, by restricted edit distance (Damerau 1964: insert, delete, change, swap neighbours).</summary>
public static class NearestName
{
    /// <summary>The nearest of the names, or null when none is near: at most two slips, and fewer than half of the word.</summary>
    public static string? Among(IEnumerable<string> names, string typed)
    {
        var (best, distance) = ((string?)null, 3);
        foreach (var name in names)
        {
            var d = Distance(name.ToUpperInvariant(), typed.ToUpperInvariant());
            if (d < distance && d * 2 < Math.Max(name.Length, 3)) (best, distance) = (name, d);
        }

        return best;
    }

    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }

        return d[a.Length, b.Length];
    }
}

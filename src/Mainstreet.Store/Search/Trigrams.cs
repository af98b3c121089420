namespace Mainstreet.Store.Search;

/// <summary>The trigrams of one word as pg_trgm cuts them: two spaces in front, one behind, each once.</summary>
internal static class Trigrams
{
    internal static IReadOnlyCollection<string> Of(string word)
    {
        var padded = $"  {word} ";
        var trigrams = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + 3 <= padded.Length; i++) trigrams.Add(padded.Substring(i, 3));
        return trigrams;
    }

    /// <summary>Shared trigrams to all trigrams of two words.</summary>
    internal static float Similarity(string a, string b)
    {
        var (left, right) = (Of(a), Of(b));
        var shared = left.Count(right.Contains);
        return (float)shared / (left.Count + right.Count - shared);
    }
}

namespace Mainstreet.Studio.Assistant.Search;

/// <summary>A few lines of a file that have to do with a question. Lines count from 1.</summary>
internal sealed record Place(string Path, int FromLine, int ToLine, string Text, double Score);

/// <summary>
/// Finds the lines of a project that share most with a question: BM25 over windows of lines, in which words of identifiers count by their
/// parts. Source: Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), k1 = 1.2, b = 0.75.
/// </summary>
internal static class ProjectSearch
{
    private const int Window = 12, Step = 6, MostFiles = 500, MostWindows = 20_000;
    private const double K1 = 1.2, B = 0.75;

    // Words of questions that say nothing about code.
    private static readonly HashSet<string> Empty = new(
        ["the", "a", "an", "is", "are", "was", "do", "does", "did", "how", "what", "where", "which", "who", "why", "when", "can", "could", "should", "would", "i", "we", "you", "it", "this", "that", "to", "of", "in", "on", "for", "with", "and", "or", "my", "me", "please", "code", "file", "show", "tell", "about", "find"],
        StringComparer.OrdinalIgnoreCase);

    internal static IReadOnlyList<Place> Find(IReadOnlyDictionary<string, string> files, string question, int most)
    {
        var wanted = Words(question).Where(word => !Empty.Contains(word)).Distinct(StringComparer.Ordinal).ToList();
        if (wanted.Count == 0) return [];
        var windows = new List<(string Path, int From, string[] Lines, Dictionary<string, int> Counts, int Length)>();
        foreach (var (path, text) in files.OrderBy(file => file.Key, StringComparer.Ordinal).Take(MostFiles))
        {
            var lines = text.Split('\n');
            for (var from = 0; from < lines.Length && windows.Count < MostWindows; from += Step)
            {
                var part = lines[from..Math.Min(lines.Length, from + Window)];
                var counts = new Dictionary<string, int>(StringComparer.Ordinal);
                var length = 0;
                // The file's name speaks for each of its windows.
                foreach (var word in part.SelectMany(Words).Concat(Words(path)))
                {
                    counts[word] = counts.GetValueOrDefault(word) + 1;
                    length++;
                }
                windows.Add((path, from, part, counts, length));
                if (from + Window >= lines.Length) break;
            }
        }
        if (windows.Count == 0) return [];

        var average = windows.Average(w => (double)w.Length);
        var rarity = wanted.ToDictionary(word => word, word =>
        {
            var with = windows.Count(w => w.Counts.ContainsKey(word));
            return Math.Log(1 + ((windows.Count - with + 0.5) / (with + 0.5)));
        }, StringComparer.Ordinal);
        var places = new List<Place>();
        foreach (var window in windows.Select(w => (Window: w, Score: wanted.Sum(word => rarity[word] * Weight(w.Counts.GetValueOrDefault(word), w.Length, average))))
            .Where(w => w.Score > 0).OrderByDescending(w => w.Score).ThenBy(w => w.Window.Path, StringComparer.Ordinal).ThenBy(w => w.Window.From))
        {
            var (path, from, lines, _, _) = window.Window;
            if (places.Exists(place => place.Path == path && Math.Abs(place.FromLine - 1 - from) < Window)) continue;
            places.Add(new Place(path, from + 1, from + lines.Length, string.Join('\n', lines).TrimEnd(), window.Score));
            if (places.Count == most) break;
        }
        return places;
    }

    /// <summary>Words in lower case; <c>stockClaims</c> and <c>stock_claims</c> are also <c>stock</c> and <c>claims</c>.</summary>
    internal static IEnumerable<string> Words(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                if (start < 0) start = i;
                continue;
            }
            if (start < 0) continue;
            var whole = text[start..i];
            start = -1;
            if (whole.Length is < 2 or > 60) continue;
            yield return Stem(whole.ToLowerInvariant());
            var parts = Parts(whole);
            if (parts.Count > 1)
            {
                foreach (var part in parts.Where(part => part.Length > 1)) yield return Stem(part.ToLowerInvariant());
            }
        }
    }

    private static double Weight(int count, int length, double average) =>
        count == 0 ? 0 : count * (K1 + 1) / (count + (K1 * (1 - B + (B * length / average))));

    // Plural and singular are one word to whoever asks.
    private static string Stem(string word) => word.Length > 3 && word[^1] == 's' && word[^2] != 's' ? word[..^1] : word;

    private static List<string> Parts(string word)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 1; i <= word.Length; i++)
        {
            if (i < word.Length && !(char.IsUpper(word[i]) && (!char.IsUpper(word[i - 1]) || (i + 1 < word.Length && char.IsLower(word[i + 1]))))) continue;
            parts.Add(word[start..i]);
            start = i;
        }
        return parts;
    }
}

using Mainstreet.Studio.Assistant.Compiler;

namespace Mainstreet.Studio.Assistant.Search;

/// <summary>Completion by the words that a project uses, for languages that no compiler here knows: nearest and most used first.</summary>
internal static class WordCompleter
{
    private const int MostLetters = 4_000_000;

    internal static CompletionResult Complete(IReadOnlyDictionary<string, string> files, string path, int offset)
    {
        var text = files.GetValueOrDefault(path, "");
        var from = offset;
        while (from > 0 && IsLetter(text[from - 1])) from--;
        var typed = text[from..offset];
        if (typed.Length == 0) return new CompletionResult(from, offset, []);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var left = MostLetters;
        foreach (var (name, content) in files.OrderBy(file => file.Key == path ? 0 : 1).ThenBy(file => file.Key, StringComparer.Ordinal))
        {
            if ((left -= content.Length) < 0) break;
            foreach (var (start, end) in Spans(content))
            {
                if (end - start <= typed.Length || (name == path && start == from) || !content.AsSpan(start).StartsWith(typed, StringComparison.OrdinalIgnoreCase)) continue;
                var word = content[start..end];
                counts[word] = counts.GetValueOrDefault(word) + (name == path ? 3 : 1);
            }
        }
        return new CompletionResult(from, offset,
            [.. counts.OrderByDescending(word => word.Value).ThenBy(word => word.Key, StringComparer.Ordinal).Take(CSharpCompleter.Most).Select(word => new CompletionChoice(word.Key, word.Key, "word"))]);
    }

    private static IEnumerable<(int Start, int End)> Spans(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsLetter(text[i])) continue;
            var start = i;
            while (i < text.Length && IsLetter(text[i])) i++;
            yield return (start, i);
        }
    }

    private static bool IsLetter(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '$';
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.Text;

namespace Mainstreet.Studio.Assistant.Compiler;

/// <param name="Label">As a list shows it.</param>
/// <param name="Insert">What takes the place of the word before the cursor.</param>
/// <param name="Kind">method, property, local, keyword and so on.</param>
internal sealed record CompletionChoice(string Label, string Insert, string Kind);

/// <param name="From">Where the word before the cursor begins, in UTF-16 units.</param>
/// <param name="Choices">Best first; at most <see cref="CSharpCompleter.Most"/>.</param>
internal sealed record CompletionResult(int From, int To, IReadOnlyList<CompletionChoice> Choices);

/// <summary>What may come next at the cursor, by the compiler's knowledge of the types; names that the file uses often come first.</summary>
internal static class CSharpCompleter
{
    internal const int Most = 50;

    internal static async Task<CompletionResult> CompleteAsync(ProjectCode code, int offset, CancellationToken cancel)
    {
        var text = await code.Document.GetTextAsync(cancel);
        var at = Math.Clamp(offset, 0, text.Length);
        var from = at;
        while (from > 0 && (char.IsLetterOrDigit(text[from - 1]) || text[from - 1] == '_')) from--;
        var typed = text.ToString(TextSpan.FromBounds(from, at));
        if (CompletionService.GetService(code.Document) is not { } service) return new CompletionResult(from, at, []);
        var list = await service.GetCompletionsAsync(code.Document, at, cancellationToken: cancel);
        if (list is null || list.ItemsList.Count == 0) return new CompletionResult(from, at, []);

        var used = Used(text);
        var choices = list.ItemsList
            .Where(item => !item.IsComplexTextEdit && Fits(item.FilterText, typed))
            .OrderByDescending(item => item.Rules.MatchPriority > 0)
            .ThenByDescending(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal))
            .ThenByDescending(item => used.GetValueOrDefault(item.FilterText))
            .ThenBy(item => item.SortText, StringComparer.OrdinalIgnoreCase)
            .Take(Most)
            .Select(item => new CompletionChoice(item.DisplayText, Insert(item), item.Tags.Length > 0 ? item.Tags[0].ToLowerInvariant() : "word"));
        return new CompletionResult(from, at, [.. choices]);
    }

    /// <summary>Loads everything that the first completion loads, so that nobody waits for it.</summary>
    internal static Task WarmUpAsync(CancellationToken cancel)
    {
        const string code = "using System;\nusing System.Collections.Generic;\nusing System.Linq;\nclass Warm { int Up(List<string> words) { return words. } }";
        return CompleteAsync(ProjectCode.OfSnippet(code), code.IndexOf("words. ", StringComparison.Ordinal) + "words.".Length, cancel);
    }

    private static string Insert(CompletionItem item) =>
        item.Properties.TryGetValue("InsertionText", out var insertion) && insertion.Length > 0 ? insertion : item.DisplayText;

    // Every letter that was typed in this order, the first one first: `wl` finds WriteLine.
    private static bool Fits(string name, string typed)
    {
        if (typed.Length == 0) return true;
        if (name.Length == 0 || char.ToLowerInvariant(name[0]) != char.ToLowerInvariant(typed[0])) return false;
        var at = 0;
        foreach (var letter in name)
        {
            if (at < typed.Length && char.ToLowerInvariant(letter) == char.ToLowerInvariant(typed[at])) at++;
        }
        return at == typed.Length;
    }

    private static Dictionary<string, int> Used(SourceText text)
    {
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        var content = text.ToString();
        for (var i = 0; i < content.Length; i++)
        {
            if (!char.IsLetter(content[i])) continue;
            var start = i;
            while (i < content.Length && (char.IsLetterOrDigit(content[i]) || content[i] == '_')) i++;
            var word = content[start..i];
            used[word] = used.GetValueOrDefault(word) + 1;
        }
        return used;
    }
}

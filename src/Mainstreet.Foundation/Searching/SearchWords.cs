using System.Globalization;
using System.Text;

namespace Mainstreet.Foundation.Searching;

/// <summary>
/// Cuts text into words as searches compare them, on both engines and in memory: lower case, compatibility forms and Latin accents folded
/// (Indian vowel signs stay), apostrophes dropped. Done here because the engines' own parsers differ.
/// </summary>
public static class SearchWords
{
    /// <summary>Words of the name carry it in front, as a second form; no word holds one by itself.</summary>
    public const char NameMark = '.';

    private const int LongestWord = 60;

    /// <summary>A run of word characters in the original text and its folded form.</summary>
    public readonly record struct Word(int Start, int Length, string Text);

    /// <summary>The words in order, each as often as it stands there.</summary>
    public static IEnumerable<Word> In(string? text)
    {
        if (text is null) yield break;
        for (var i = 0; i < text.Length;)
        {
            if (!IsWord(text, i))
            {
                i++;
                continue;
            }

            var start = i;
            while (i < text.Length && (IsWord(text, i) || (IsApostrophe(text[i]) && i + 1 < text.Length && IsWord(text, i + 1)))) i++;
            if (Fold(text.AsSpan(start, i - start)) is { Length: > 0 } folded) yield return new Word(start, i - start, folded);
        }
    }

    /// <summary>The folded words with single spaces between: for sorting and for comparing phrases.</summary>
    public static string Key(string? text) => string.Join(' ', In(text).Select(w => w.Text));

    /// <summary>The same with every word cut to its stem.</summary>
    public static string StemKey(string? text) => string.Join(' ', In(text).Select(w => Stem(w.Text)));

    /// <summary>
    /// The singular of an English plural, by the S-stemmer (Harman 1991) with the plurals of a grocery added; other words as they are.
    /// Text and query are cut alike, so a wrong stem still finds itself.
    /// </summary>
    public static string Stem(string word)
    {
        if (word.Length < 4 || !word.All(char.IsAsciiLetter)) return word;
        if (word.EndsWith("ies", StringComparison.Ordinal)) return word.Length == 4 ? word[..^1] : word[..^3] + "y";
        if (word.EndsWith("ie", StringComparison.Ordinal) && word.Length > 4) return word[..^2] + "y";
        if (EndsWithAny(word, "oes", "xes", "ches", "shes", "sses", "zes")) return word[..^2];
        return word.EndsWith('s') && !EndsWithAny(word, "us", "ss", "is") ? word[..^1] : word;
    }

    /// <summary>
    /// What something is found by: words and stems of all its texts, those of the name with <see cref="NameMark"/> in front as well; each once, in
    /// ordinal order, single spaces between.
    /// </summary>
    public static string Indexed(string name, params ReadOnlySpan<string?> others)
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var word in In(name))
        {
            foreach (var form in Forms(word.Text))
            {
                words.Add(form);
                words.Add(NameMark + form);
            }
        }

        foreach (var other in others)
        {
            foreach (var word in In(other)) words.UnionWith(Forms(word.Text));
        }

        return string.Join(' ', words);
    }

    private static IEnumerable<string> Forms(string word) => Stem(word) is var stem && stem == word ? [word] : [word, stem];

    private static bool EndsWithAny(string word, params ReadOnlySpan<string> ends)
    {
        foreach (var end in ends)
        {
            if (word.EndsWith(end, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static bool IsApostrophe(char c) => c is '\'' or '\u2019' or '\u02BC';

    private static bool IsWord(string text, int at) => CharUnicodeInfo.GetUnicodeCategory(text[at]) switch
    {
        UnicodeCategory.Surrogate => char.IsSurrogatePair(text, at) ? Rune.IsLetterOrDigit(new Rune(text[at], text[at + 1]))
            : at > 0 && char.IsSurrogatePair(text, at - 1) && Rune.IsLetterOrDigit(new Rune(text[at - 1], text[at])),
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.Format => text[at] is not ('\u02BC' or '\uFEFF'),
        _ => false,
    };

    private static string Fold(ReadOnlySpan<char> run)
    {
        var folded = new StringBuilder(run.Length);
        foreach (var rune in run.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            // The combining accents of European scripts; the marks of Indian ones are letters to their readers.
            if (rune.Value is >= 0x0300 and <= 0x036F) continue;
            if (!Rune.IsLetterOrDigit(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)) continue;
            if (folded.Length < LongestWord) folded.Append(Rune.ToLowerInvariant(rune));
        }

        return folded.ToString();
    }
}

using System.Globalization;
using System.Text;

namespace Mainstreet.Careers.Skills;

/// <summary>One word of a text.</summary>
/// <param name="Text">Folded: lower case, no accents, no possessive ending; signs that belong to a name stay (<c>c++</c>, <c>c#</c>, <c>.net</c>, <c>r&amp;d</c>).</param>
/// <param name="Start">Where it begins in the text.</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="InAddress">Part of a web or mail address: names no skill.</param>
internal readonly record struct TextWord(string Text, int Start, int End, bool InAddress = false)
{
    /// <summary>Splits a text into words, in order. Letters and digits make words; so do <c>+</c> and <c>#</c> at the end of one and a dot before one.</summary>
    internal static List<TextWord> Split(string text)
    {
        var words = new List<TextWord>(text.Length / 5 + 4);
        var folded = new StringBuilder();
        var addressEnd = 0;
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if ((at == 0 || char.IsWhiteSpace(text[at - 1])) && !char.IsWhiteSpace(c)) addressEnd = AddressEnd(text, at);
            var dotted = c == '.' && at + 1 < text.Length && char.IsLetter(text[at + 1]);
            if (!char.IsLetterOrDigit(c) && !dotted)
            {
                at++;
                continue;
            }
            var start = at;
            folded.Clear();
            if (dotted)
            {
                folded.Append('.');
                at++;
            }
            at = ReadWord(text, at, folded);
            words.Add(new TextWord(folded.ToString(), start, at, start < addressEnd));
        }
        return words;
    }

    private static int ReadWord(string text, int at, StringBuilder folded)
    {
        while (at < text.Length)
        {
            var c = text[at];
            if (char.IsLetterOrDigit(c))
            {
                folded.Append(Fold(c));
                at++;
            }
            else if (c is '\'' or '’' && at + 1 < text.Length && char.IsLetter(text[at + 1]))
            {
                if (text[at + 1] is 's' or 'S' && !IsWordAt(text, at + 2)) return at + 2;
                at++;
            }
            else if (c == '&' && folded.Length <= 2 && folded.Length > 0 && char.IsLetter(text[at - 1]) && ShortWordAt(text, at + 1))
            {
                folded.Append('&');
                at++;
            }
            else if (CategoryOf(c) == UnicodeCategory.NonSpacingMark)
            {
                at++;
            }
            else
            {
                break;
            }
        }
        if (at < text.Length && text[at] == '#' && !IsWordAt(text, at + 1) && at > 0 && char.IsLetter(text[at - 1]))
        {
            folded.Append('#');
            return at + 1;
        }
        if (at + 1 < text.Length && text[at] == '+' && text[at + 1] == '+' && char.IsLetter(text[at - 1]))
        {
            folded.Append("++");
            return at + 2;
        }
        return at;
    }

    private static UnicodeCategory CategoryOf(char c) => c < 0x300 ? UnicodeCategory.OtherNotAssigned : CharUnicodeInfo.GetUnicodeCategory(c);

    private static bool IsWordAt(string text, int at) => at < text.Length && char.IsLetterOrDigit(text[at]);

    // "R&D" and "P&L" are one word; "HTML&CSS" is two.
    private static bool ShortWordAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
        return end > at && end - at <= 2;
    }

    private static int AddressEnd(string text, int at)
    {
        var end = at;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        var chunk = text.AsSpan(at, end - at);
        if (chunk.Contains("://", StringComparison.Ordinal) || chunk.StartsWith("www.", StringComparison.OrdinalIgnoreCase)) return end;
        var sign = chunk.IndexOf('@');
        return sign > 0 && chunk[(sign + 1)..].Contains('.') ? end : at;
    }

    private static char Fold(char c)
    {
        if (c < 128) return char.ToLowerInvariant(c);
        if (char.IsSurrogate(c)) return c;
        return char.ToLowerInvariant(c.ToString().Normalize(NormalizationForm.FormKD)[0]);
    }
}

namespace Mainstreet.Studio.Assistant.Checks;

/// <summary>
/// CSS as far as its grammar reaches: comments, texts and brackets that end, and declarations that have a name and a value. Which properties
/// there are is not judged. Source: https://www.w3.org/TR/css-syntax-3/
/// </summary>
internal static class StyleCheck
{
    internal static IReadOnlyList<string> Css(string text)
    {
        var open = new Stack<(char Bracket, int Line)>();
        var line = 1;
        var declaration = -1;
        var colon = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\n') line++;
            else if (c == '/' && i + 1 < text.Length && text[i + 1] == '*')
            {
                var end = text.IndexOf("*/", i + 2, StringComparison.Ordinal);
                if (end < 0) return [$"line {line}: the comment has no end"];
                line += text.AsSpan(i, end - i).Count('\n');
                i = end + 1;
            }
            else if (c is '"' or '\'')
            {
                var end = EndOfText(text, i);
                if (end < 0) return [$"line {line}: the text has no end"];
                i = end;
                if (declaration < 0) declaration = i;
            }
            else if (c == '\\') i++;
            else if (c is '{' or '(' or '[')
            {
                open.Push((c, line));
                if (c == '{') (declaration, colon) = (-1, false);
            }
            else if (c is '}' or ')' or ']')
            {
                if (open.Count == 0 || open.Pop().Bracket != Partner(c)) return [$"line {line}: '{c}' closes nothing"];
                if (c == '}')
                {
                    if (declaration >= 0 && !colon) return [$"line {line}: a declaration has no ':'"];
                    (declaration, colon) = (-1, false);
                }
            }
            // Within round brackets it is part of an address.
            else if (c == ';' && (open.Count == 0 || open.Peek().Bracket == '{'))
            {
                if (declaration >= 0 && !colon && open.Count > 0 && text[declaration] != '@') return [$"line {line}: a declaration has no ':'"];
                (declaration, colon) = (-1, false);
            }
            else if (c == ':' && declaration >= 0) colon = true;
            else if (!char.IsWhiteSpace(c) && declaration < 0) declaration = i;
        }
        return open.Count > 0 ? [$"line {open.Peek().Line}: '{open.Peek().Bracket}' is not closed"] : [];
    }

    private static int EndOfText(string text, int start)
    {
        for (var i = start + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == text[start]) return i;
        }
        return -1;
    }

    private static char Partner(char close) => close switch { '}' => '{', ')' => '(', _ => '[' };
}

using System.Buffers;
using System.Net;
using System.Text;

namespace Mainstreet.Careers.Jobs.Reading;

/// <summary>
/// Makes plain text of HTML that strangers wrote. Tags, comments, and all that stands in script, style and their like are dropped; blocks become
/// lines, list items bullets. One pass over the text, whatever it holds: a parser that builds a tree takes quadratic time for deep nesting.
/// What comes out is text and is encoded wherever it is shown, so that nothing in it can run.
/// </summary>
internal static class InertText
{
    /// <summary>Elements whose content is no text for readers.</summary>
    private static readonly HashSet<string> Dropped = new(StringComparer.OrdinalIgnoreCase)
        { "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "title", "head", "textarea", "select", "noembed", "noframes", "xmp" };

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
        { "p", "div", "br", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "section", "article", "header", "footer", "blockquote", "pre", "hr", "main", "aside", "figure", "address" };

    private static readonly string[] LineMakers = ["<p", "<br", "<div", "<li", "<h"];

    private static readonly SearchValues<char> Entity = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789#");

    /// <summary>True when the text has a tag or an entity in it.</summary>
    internal static bool IsHtml(string text)
    {
        var lastClose = text.LastIndexOf('>');
        for (var at = text.AsSpan().IndexOfAny('<', '&'); at >= 0 && at < text.Length - 2;)
        {
            if (text[at] == '<')
            {
                if (at < lastClose && (char.IsAsciiLetter(text[at + 1]) || text[at + 1] is '/' or '!')) return true;
            }
            else if (text.AsSpan(at + 1, Math.Min(10, text.Length - at - 1)) is var behind && behind.IndexOf(';') is > 0 and var end && !behind[..end].ContainsAnyExcept(Entity))
            {
                return true;
            }

            var next = text.AsSpan(at + 1).IndexOfAny('<', '&');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    /// <summary>Text or HTML, whichever it is.</summary>
    internal static string Of(string source, int most) => IsHtml(source) ? OfHtml(source, most) : OfText(source, most);

    /// <param name="html">HTML, also broken. Where no tag makes lines, those of the text stay.</param>
    /// <param name="most">Longest result; the rest is left away.</param>
    internal static string OfHtml(string html, int most)
    {
        var text = new StringBuilder(Math.Min(html.Length, most));
        var flows = Array.Exists(LineMakers, tag => html.Contains(tag, StringComparison.OrdinalIgnoreCase));
        for (var at = 0; at < html.Length && text.Length < most * 2;)
        {
            var open = html.IndexOf('<', at);
            if (open < 0) open = html.Length;
            foreach (var c in html.AsSpan(at, open - at)) text.Append(flows && c is ('\n' or '\r' or '\t') ? ' ' : c);
            if (open == html.Length) break;
            at = Tag(html, open, text);
        }

        return OfText(WebUtility.HtmlDecode(text.ToString()), most);
    }

    /// <summary>Lines without the spaces at their ends, at most one empty line together, no control characters.</summary>
    internal static string OfText(string text, int most)
    {
        var clean = new StringBuilder(Math.Min(text.Length, most));
        var (blank, begun) = (0, false);
        foreach (var range in text.AsSpan().SplitAny('\n', '\r', '\u2028', '\u2029', '\f'))
        {
            var line = Line(text.AsSpan(range));
            if (line.Length == 0)
            {
                blank++;
                continue;
            }

            if (begun) clean.Append(blank > 0 ? "\n\n" : "\n");
            (blank, begun) = (0, true);
            clean.Append(line);
            if (clean.Length >= most) break;
        }

        if (clean.Length > most) clean.Length = char.IsHighSurrogate(clean[most - 1]) ? most - 1 : most;
        return clean.ToString();
    }

    /// <summary>One line: all spaces single, no control characters, nothing that turns the direction of text; null when nothing is left.</summary>
    internal static string? OfLine(string? text, int most)
    {
        if (text is null) return null;
        var line = Of(text, most * 2).Replace('\n', ' ');
        if (line.Length > most) line = line[..(char.IsHighSurrogate(line[most - 1]) ? most - 1 : most)];
        return line.Trim() is { Length: > 0 } rest ? rest : null;
    }

    private static string Line(ReadOnlySpan<char> raw)
    {
        var line = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            var c = raw[i];
            if (char.IsWhiteSpace(c) || c == '\u200B')
            {
                if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
                continue;
            }

            // Overrides of the direction of text make it read otherwise than it is; halves of a character are none.
            if (char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\uFEFF' or '\uFFFE' or '\uFFFF') continue;
            if (char.IsSurrogate(c))
            {
                if (i + 1 >= raw.Length || !char.IsSurrogatePair(c, raw[i + 1])) continue;
                line.Append(c);
                c = raw[++i];
            }

            line.Append(c);
        }

        while (line.Length > 0 && line[^1] == ' ') line.Length--;
        return line.ToString();
    }

    /// <summary>Reads what begins with a pointed bracket.</summary>
    /// <returns>Where the text goes on.</returns>
    private static int Tag(string html, int open, StringBuilder text)
    {
        var rest = html.AsSpan(open + 1);
        if (rest.StartsWith("!--"))
        {
            var end = html.IndexOf("-->", open + 4, StringComparison.Ordinal);
            return end < 0 ? html.Length : end + 3;
        }

        var isEnd = rest.StartsWith("/");
        if (isEnd) rest = rest[1..];
        if (rest.IsEmpty || !(char.IsAsciiLetter(rest[0]) || rest[0] is '!' or '?'))
        {
            // Less than, as in "<3 years".
            text.Append('<');
            return open + 1;
        }

        var length = 0;
        while (length < rest.Length && length < 24 && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] is '-')) length++;
        var name = rest[..length].ToString();
        var after = TagEnd(html, open + 1);
        if (!isEnd && Dropped.Contains(name)) return Behind(html, after, name);
        if (name.Equals("li", StringComparison.OrdinalIgnoreCase)) text.Append(isEnd ? "" : "\n- ");
        else if (name.Equals("td", StringComparison.OrdinalIgnoreCase) || name.Equals("th", StringComparison.OrdinalIgnoreCase)) text.Append(' ');
        else if (Blocks.Contains(name)) text.Append(name.Equals("p", StringComparison.OrdinalIgnoreCase) || name is ['h' or 'H', >= '1' and <= '6'] ? "\n\n" : "\n");
        return after;
    }

    /// <summary>Behind the bracket that ends a tag; one inside quotes does not, as long as the quotes are closed before the next tag opens.</summary>
    private static int TagEnd(string html, int at)
    {
        var quote = '\0';
        for (; at < html.Length; at++)
        {
            var c = html[at];
            if (quote != '\0')
            {
                if (c == quote) quote = '\0';
            }
            else if (c is '"' or '\'' && html[at - 1] == '=')
            {
                quote = c;
            }
            else if (c == '>')
            {
                return at + 1;
            }
        }

        return html.Length;
    }

    /// <summary>Behind the end tag of an element that is dropped; the end of the text when it is never closed.</summary>
    private static int Behind(string html, int at, string name)
    {
        while (true)
        {
            var end = html.IndexOf("</", at, StringComparison.Ordinal);
            if (end < 0) return html.Length;
            if (html.AsSpan(end + 2).StartsWith(name, StringComparison.OrdinalIgnoreCase)
                && (end + 2 + name.Length >= html.Length || html[end + 2 + name.Length] is '>' or '/' or ' ' or '\t' or '\n' or '\r')) return TagEnd(html, end + 2);
            at = end + 2;
        }
    }
}

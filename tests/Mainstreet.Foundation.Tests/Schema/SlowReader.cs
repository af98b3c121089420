using System.Text.RegularExpressions;

namespace Mainstreet.Foundation.Tests.Schema;

/// <summary>
/// PostgreSQL's statements by one regular expression for what a semicolon may stand in, tried at every position from the start: slow, and written from the
/// manual's chapter on lexical structure alone. Knows no bodies of functions in SQL.
/// </summary>
internal static class SlowReader
{
    private static readonly Regex Token = new(
        """
        \G(?:
          (?<blank> [\ \t\n\v\f\r]+ | --[^\n]*\n? )
        | (?<comment> /\* )
        | [eE]' (?> \\[\s\S] | '' | [^'\\] )* (?: \\?\z | '(?!') )
        | '  (?> '' | [^'] )* (?: \z | '(?!') )
        | "  (?> "" | [^"] )* (?: \z | "(?!") )
        | (?<tag> \$ (?:[A-Za-z_\x80-\uffff][A-Za-z0-9_\x80-\uffff]*)? \$ ) [\s\S]*? (?: \k<tag> | \z )
        | [A-Za-z0-9_\x80-\uffff] [A-Za-z0-9_$\x80-\uffff]*
        | (?<end> ; ) | (?<open> \( ) | (?<close> \) ) | [\s\S]
        )
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant);

    private static readonly Regex Edge = new(@"/\*|\*/", RegexOptions.CultureInvariant);

    internal static List<string> Split(string sql)
    {
        var (found, start, end, depth) = (new List<string>(), -1, -1, 0);
        for (var at = 0; at < sql.Length;)
        {
            var token = Token.Match(sql, at);
            at = token.Groups["comment"].Success ? EndOfComment(sql, at) : at + token.Length;
            if (token.Groups["blank"].Success || token.Groups["comment"].Success) continue;
            if (token.Groups["end"].Success && depth == 0)
            {
                if (start >= 0) found.Add(sql[start..end]);
                (start, end) = (-1, -1);
                continue;
            }

            depth = token.Groups["open"].Success ? depth + 1 : token.Groups["close"].Success ? Math.Max(0, depth - 1) : depth;
            if (start < 0) start = token.Index;
            end = token.Index + token.Length;
        }

        if (start >= 0) found.Add(sql[start..end]);
        return found;
    }

    // They nest.
    private static int EndOfComment(string sql, int at)
    {
        var depth = 0;
        foreach (Match edge in Edge.Matches(sql, at))
        {
            depth += edge.Value == "/*" ? 1 : -1;
            if (depth == 0) return edge.Index + 2;
        }

        return sql.Length;
    }
}

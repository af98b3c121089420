using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Schema;

internal enum SqlTokenKind
{
    Space,
    Comment,

    /// <summary>A text literal, dollar quotes included.</summary>
    Text,

    /// <summary>A quoted identifier.</summary>
    Name,

    /// <summary>An identifier, keyword or number.</summary>
    Word,
    Symbol,
}

internal readonly record struct SqlToken(SqlTokenKind Kind, int Start, int Length)
{
    internal int End => Start + Length;
}

/// <summary>
/// Cuts SQL into tokens by the lexical rules of the engine, as far as it takes to know what is quoted or a comment and what is not: PostgreSQL's chapter
/// "Lexical Structure", SQLite's <c>tokenize.c</c>. What is left open runs to the end of the text. Every character belongs to exactly one token.
/// </summary>
internal static class SqlTokens
{
    internal static IEnumerable<SqlToken> Of(string sql, Engine engine)
    {
        for (var at = 0; at < sql.Length;)
        {
            var (kind, end) = Next(sql, at, engine == Engine.Postgres);
            yield return new SqlToken(kind, at, end - at);
            at = end;
        }
    }

    private static (SqlTokenKind Kind, int End) Next(string sql, int at, bool postgres)
    {
        var (here, next) = (sql[at], at + 1 < sql.Length ? sql[at + 1] : '\0');
        switch (here)
        {
            case '-' when next == '-': return (SqlTokenKind.Comment, To(sql, sql.IndexOf('\n', at), 1));
            case '/' when next == '*': return (SqlTokenKind.Comment, postgres ? Nested(sql, at) : To(sql, sql.IndexOf("*/", at + 2, StringComparison.Ordinal), 2));
            case '\'': return (SqlTokenKind.Text, Quoted(sql, at, '\'', escapes: false));
            case '"': return (SqlTokenKind.Name, Quoted(sql, at, '"', escapes: false));
            case '`' when !postgres: return (SqlTokenKind.Name, Quoted(sql, at, '`', escapes: false));
            case '[' when !postgres: return (SqlTokenKind.Name, To(sql, sql.IndexOf(']', at), 1));
            case 'e' or 'E' when postgres && next == '\'': return (SqlTokenKind.Text, Quoted(sql, at + 1, '\'', escapes: true));
            case '$' when postgres && Tag(sql, at) is { } tag: return (SqlTokenKind.Text, To(sql, sql.IndexOf(tag, at + tag.Length, StringComparison.Ordinal), tag.Length));
        }

        if (IsSpace(here)) return (SqlTokenKind.Space, Run(sql, at, IsSpace));
        return IsWord(here) ? (SqlTokenKind.Word, Run(sql, at, c => IsWord(c) || c == '$')) : (SqlTokenKind.Symbol, at + 1);
    }

    private static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');

    // Both engines take everything beyond ASCII for a letter.
    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_' || c >= 0x80;

    private static int Run(string sql, int at, Func<char, bool> belongs)
    {
        while (at < sql.Length && belongs(sql[at])) at++;
        return at;
    }

    private static int To(string sql, int found, int length) => found < 0 ? sql.Length : found + length;

    private static int Quoted(string sql, int at, char quote, bool escapes)
    {
        for (at++; at < sql.Length; at++)
        {
            if (escapes && sql[at] == '\\') at++;
            else if (sql[at] == quote && at + 1 < sql.Length && sql[at + 1] == quote) at++;
            else if (sql[at] == quote) return at + 1;
        }

        return sql.Length;
    }

    private static int Nested(string sql, int at)
    {
        var depth = 0;
        while (at + 1 < sql.Length)
        {
            if (sql[at] == '/' && sql[at + 1] == '*') (depth, at) = (depth + 1, at + 2);
            else if (sql[at] == '*' && sql[at + 1] == '/') (depth, at) = (depth - 1, at + 2);
            else at++;
            if (depth == 0) return at;
        }

        return sql.Length;
    }

    // $$ or $name$; a parameter such as $1 is none.
    private static string? Tag(string sql, int at)
    {
        var end = Run(sql, at + 1, IsWord);
        if (end >= sql.Length || sql[end] != '$' || (end > at + 1 && char.IsAsciiDigit(sql[at + 1]))) return null;
        return sql[at..(end + 1)];
    }
}

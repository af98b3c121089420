using System.Text;
using System.Text.RegularExpressions;

using Mainstreet.Foundation.Data;

namespace Mainstreet.Foundation.Schema;

/// <summary>One statement of a script.</summary>
/// <param name="Line">Where its first word stands, from 1.</param>
/// <param name="Text">As it is written, from its first word to its last, without the semicolon.</param>
/// <param name="Shape">For rules: lower case, single blanks, without comments, literals emptied to <c>''</c>, quotes of plain names taken off.</param>
/// <param name="Notes">The line comments directly before it, without their dashes.</param>
public sealed record SqlStatement(int Line, string Text, string Shape, IReadOnlyList<string> Notes);

/// <summary>A migration's file, cut into its statements.</summary>
public static partial class SqlScript
{
    /// <summary>A file that opens with this line is run statement by statement, each committed by itself (PostgreSQL only).</summary>
    public const string NoTransaction = "-- no transaction";

    public static bool IsOutsideTransaction(string sql) =>
        sql.AsSpan().TrimStart().StartsWith(NoTransaction, StringComparison.Ordinal);

    /// <summary>The statements in order. A semicolon in quotes, comments, parentheses (PostgreSQL) or the body of a trigger or function ends none.</summary>
    public static IReadOnlyList<SqlStatement> Split(string sql, Engine engine)
    {
        var statements = new List<SqlStatement>();
        var (tokens, notes, body) = (new List<SqlToken>(), new List<string>(), new Body(engine));
        foreach (var token in SqlTokens.Of(sql, engine))
        {
            var text = sql.AsSpan(token.Start, token.Length);
            if (tokens.Count == 0)
            {
                if (token.Kind == SqlTokenKind.Space) continue;
                if (token.Kind == SqlTokenKind.Comment)
                {
                    if (text.StartsWith("--")) notes.Add(text[2..].Trim().ToString());
                    continue;
                }
            }

            if (text is ";" && !body.IsOpen) End();
            else
            {
                if (token.Kind is SqlTokenKind.Word or SqlTokenKind.Symbol) body.See(text);
                tokens.Add(token);
            }
        }

        End();
        return statements;

        void End()
        {
            while (tokens.Count > 0 && tokens[^1].Kind is (SqlTokenKind.Space or SqlTokenKind.Comment)) tokens.RemoveAt(tokens.Count - 1);
            if (tokens.Count > 0)
            {
                var start = tokens[0].Start;
                statements.Add(new SqlStatement(1 + sql.AsSpan(0, start).Count('\n'), sql[start..tokens[^1].End], Shape(sql, tokens), [.. notes]));
            }

            tokens.Clear();
            notes.Clear();
            body = new Body(engine);
        }
    }

    /// <summary>The same statement however it is laid out: without comments, with single blanks; what is quoted stays as it is.</summary>
    public static string Normalize(string sql, Engine engine)
    {
        var (text, blank, bare) = (new StringBuilder(sql.Length), false, true);
        foreach (var token in SqlTokens.Of(sql, engine))
        {
            if (token.Kind is SqlTokenKind.Space or SqlTokenKind.Comment)
            {
                blank = true;
                continue;
            }

            // Blanks at brackets and commas carry nothing; SQLite keeps them as the author of an ALTER wrote them.
            var bracket = token.Kind == SqlTokenKind.Symbol && sql[token.Start] is ('(' or ')' or ',');
            if (blank && !bare && !bracket) text.Append(' ');
            text.Append(sql, token.Start, token.Length);
            (blank, bare) = (false, bracket);
        }

        return text.ToString();
    }

    private static string Shape(string sql, List<SqlToken> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            var part = sql.AsSpan(token.Start, token.Length);
            switch (token.Kind)
            {
                case SqlTokenKind.Text: text.Append("''"); break;
                case SqlTokenKind.Name when part.Length > 2 && PlainName().IsMatch(part[1..^1]): text.Append(part[1..^1]); break;
                case SqlTokenKind.Name: text.Append(part); break;
                case SqlTokenKind.Word or SqlTokenKind.Symbol: text.Append(part.ToString().ToLowerInvariant()); break;
                default: if (text.Length > 0 && text[^1] != ' ') text.Append(' '); break;
            }
        }

        return text.ToString();
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex PlainName();

    /// <summary>Whether the statement so far is inside something in which a semicolon ends nothing.</summary>
    private sealed class Body(Engine engine)
    {
        private int _words;
        private int _depth;
        private int _brackets;
        private bool _creates;
        private bool _hasBody;
        private string _last = "";

        internal bool IsOpen => _depth > 0 || _brackets > 0;

        internal void See(ReadOnlySpan<char> text)
        {
            if (text is "(" or ")")
            {
                if (engine == Engine.Postgres) _brackets = Math.Max(0, _brackets + (text is "(" ? 1 : -1));
                return;
            }

            var word = text.ToString().ToUpperInvariant();
            if (++_words == 1) _creates = word == "CREATE";
            // CREATE [OR REPLACE | TEMP | TEMPORARY] TRIGGER | FUNCTION | PROCEDURE
            else if (_creates && _words <= 4) _hasBody |= engine == Engine.Sqlite ? word == "TRIGGER" && _words <= 3 : word is "FUNCTION" or "PROCEDURE";
            if (_hasBody)
            {
                // Every CASE inside has an END of its own.
                if (_depth > 0 && word == "CASE") _depth++;
                else if (_depth > 0 && word == "END") _depth--;
                else if (_depth == 0 && (engine == Engine.Sqlite ? word == "BEGIN" : word == "ATOMIC" && _last == "BEGIN")) _depth = 1;
            }

            _last = word;
        }
    }
}

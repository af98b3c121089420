using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Mainstreet.Studio.CSharp;

/// <summary>
/// Looks at C# before the compiler does. Its parser has recursions without a check of the stack, which end the process, and looks ahead in ways that double with each level of generics,
/// which never ends; code of strangers must not reach either. Only the lexer runs here, whose recursions (texts with holes, directives) are bounded by the length of the text, on a thread
/// with stack for all of it. The bounds are far above what people write.
/// </summary>
internal static class SourceGuard
{
    internal const int MostCharacters = 500_000, DeepestBracket = 150, DeepestGeneric = 12;

    private const int LongestDirective = 500, MostInStatement = 400, MostInText = 1_000, MostHoles = 2_000;
    private const long MostCopied = 1_000_000_000;
    private const int Stack = 512 << 20;

    private static readonly CSharpParseOptions Lexing = new(LanguageVersion.Latest, DocumentationMode.None);

    /// <summary>Why the compiler must not see one of the texts; null when it may.</summary>
    /// <param name="texts">Paths and texts.</param>
    internal static string? WhyNot(IEnumerable<(string Path, string Text)> texts)
    {
        var all = texts.ToList();
        foreach (var (path, text) in all)
        {
            if (Outside(text) is { } fault) return $"{path}: {fault}";
        }
        string? found = null;
        Exception? failed = null;
        var thread = new Thread(() =>
        {
            try
            {
                found = all.Select(file => Inside(file.Text) is { } fault ? $"{file.Path}: {fault}" : null).FirstOrDefault(fault => fault is not null);
            }
            catch (Exception exception)
            {
                failed = exception;
            }
        }, Stack) { IsBackground = true, Name = "source guard" };
        thread.Start();
        thread.Join();
        return failed is null ? found : throw new InvalidOperationException("The lexer failed.", failed);
    }

    // What can be told without the lexer, and what the lexer itself must not see.
    private static string? Outside(string text)
    {
        if (text.Length > MostCharacters) return $"more than {MostCharacters} characters are not compiled";
        var holes = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.Length > LongestDirective && line.TrimStart().StartsWith("#")) return "the directive is too long";
            for (var i = line.IndexOf('$'); i >= 0 && i < line.Length; i++)
            {
                if (line[i] == '$') holes++;
            }
        }
        // The lexer copies the rest of the text for each text within a hole.
        if (holes > 0 && (long)text.Length * text.AsSpan().Count('"') > MostCopied) return "there are too many texts for one file";
        return holes > MostHoles ? "there are too many texts with holes" : null;
    }

    private static string? Inside(string text)
    {
        var outer = new Stack<int>();
        int angles = 0, inStatement = 0;
        foreach (var token in SyntaxFactory.ParseTokens(text, options: Lexing))
        {
            switch (token.Kind())
            {
                case SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.OpenBraceToken:
                    outer.Push(angles);
                    if (token.IsKind(SyntaxKind.OpenBraceToken)) inStatement = 0;
                    break;
                case SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.CloseBraceToken:
                    angles = outer.TryPop(out var before) ? before : 0;
                    break;
                case SyntaxKind.LessThanToken:
                    angles++;
                    break;
                case SyntaxKind.GreaterThanToken:
                    angles = Math.Max(outer.TryPeek(out var least) ? least : 0, angles - 1);
                    break;
                case SyntaxKind.SemicolonToken or SyntaxKind.AmpersandAmpersandToken or SyntaxKind.BarBarToken:
                    angles = outer.TryPeek(out var ground) ? ground : 0;
                    if (token.IsKind(SyntaxKind.SemicolonToken)) inStatement = 0;
                    break;
                // Each of them is a level of its own to the parser, without any bracket.
                case SyntaxKind.QuestionToken or SyntaxKind.ExclamationToken or SyntaxKind.EqualsGreaterThanToken or SyntaxKind.ElseKeyword:
                    inStatement++;
                    break;
                case SyntaxKind.IdentifierToken when token.ValueText == "not":
                    inStatement++;
                    break;
                case SyntaxKind.InterpolatedStringToken when InHoles(token.Text) is { } fault:
                    return fault;
            }
            if (outer.Count > DeepestBracket) return "brackets nest too deep";
            if (angles > DeepestGeneric) return "generics nest too deep";
            if (inStatement > MostInStatement) return "a statement is too long";
        }
        return null;
    }

    /// <summary>
    /// The lexer gives a text with holes as one token. What opens in its holes is followed with plain texts and letters left out; where a hole has anything else that could hide
    /// a bracket, all that opens from there on counts and nothing closes.
    /// </summary>
    private static string? InHoles(string text)
    {
        const string fault = "a text with holes has too many brackets";
        var verbatim = text.StartsWith("$@", StringComparison.Ordinal) || text.StartsWith("@$", StringComparison.Ordinal);
        var outer = new Stack<int>();
        int angles = 0, hidden = -1, hiddenAngles = 0, opened = 0;
        for (var i = text.IndexOf('"') + 1; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '(' or '[' or '{')
            {
                outer.Push(angles);
                opened++;
                if (hidden >= 0) hidden++;
            }
            else if (c is ')' or ']' or '}') angles = outer.TryPop(out var before) ? before : 0;
            else if (outer.Count > 0 && c == '<') angles++;
            else if (outer.Count > 0 && hidden < 0 && c is '"' or '\'' or '/' && EndOfPlain(text, i, verbatim) is var end)
            {
                if (end < 0) hidden = 0;
                else i = end;
            }
            if (hidden >= 0 && c == '<') hiddenAngles++;
            if (opened > MostInText || outer.Count > DeepestBracket || angles > DeepestGeneric || Math.Min(hidden, hiddenAngles) > DeepestGeneric) return fault;
        }
        return null;
    }

    // The last character of a plain text, letter or division that begins here; -1 when it is none of these.
    private static int EndOfPlain(string text, int at, bool verbatim)
    {
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        if (text[at] == '/') return next is '/' or '*' ? -1 : at;
        if (text[at] == '\'')
            return next != '\\' && at + 2 < text.Length && text[at + 2] == '\'' ? at + 2 : next == '\\' && at + 3 < text.Length && text[at + 3] == '\'' ? at + 3 : -1;
        if (verbatim || next == '"' || text[at - 1] is '@' or '$') return -1;
        for (var i = at + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') return i;
        }
        return -1;
    }
}

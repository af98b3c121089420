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

    /// <summary>Each lambda within another multiplies the ways in which both may be meant.</summary>
    internal const int DeepestLambda = 8;

    private const int LongestDirective = 500, MostInStatement = 600, MostNames = 8, DeepestQuestion = 8, DeepestHole = 8, MostInText = 1_000, MostHoles = 2_000;
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
        }, Stack)
        { IsBackground = true, Name = "source guard" };
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
        var outer = new Stack<Level>();
        var at = default(Level);
        Level? before = null;
        var names = 0;
        foreach (var token in SyntaxFactory.ParseTokens(text, options: Lexing))
        {
            // What goes on after a brace is one level more to the parser; anything else begins anew.
            if (before is { } left)
            {
                at = Continues(token) ? left with { Tokens = left.Tokens + 1 } : outer.TryPeek(out var around) ? around with { Tokens = 0 } : default;
                before = null;
            }
            // `partial partial` may begin in ever more ways.
            names = token.IsKind(SyntaxKind.IdentifierToken) ? names + 1 : 0;
            switch (token.Kind())
            {
                case SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.OpenBraceToken:
                    at.Tokens++;
                    outer.Push(at);
                    if (at.Asked) at.Questions++;
                    at.Asked = false;
                    if (token.IsKind(SyntaxKind.OpenBraceToken)) at.Tokens = 0;
                    break;
                case SyntaxKind.QuestionToken:
                    at.Asked = true;
                    at.Tokens++;
                    break;
                case SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken:
                    at = outer.TryPop(out var restored) ? restored with { Tokens = at.Tokens } : default;
                    break;
                case SyntaxKind.CloseBraceToken:
                    before = outer.TryPop(out var opened) ? opened : default(Level);
                    break;
                case SyntaxKind.LessThanToken:
                    at.Angles++;
                    at.Tokens++;
                    break;
                case SyntaxKind.GreaterThanToken:
                    at.Angles = Math.Max(outer.TryPeek(out var least) ? least.Angles : 0, at.Angles - 1);
                    break;
                case SyntaxKind.AmpersandAmpersandToken or SyntaxKind.BarBarToken:
                    at.Angles = outer.TryPeek(out var ground) ? ground.Angles : 0;
                    // Chains of these are no levels.
                    at.Tokens = 0;
                    break;
                case SyntaxKind.SemicolonToken or SyntaxKind.CommaToken:
                    if (token.IsKind(SyntaxKind.SemicolonToken)) at.Angles = outer.TryPeek(out var floor) ? floor.Angles : 0;
                    at.Lambdas = outer.TryPeek(out var within) ? within.Lambdas : 0;
                    (at.Asked, at.Tokens) = (false, 0);
                    break;
                case SyntaxKind.EqualsGreaterThanToken:
                    at.Lambdas++;
                    at.Tokens++;
                    break;
                case SyntaxKind.IdentifierToken when token.ValueText is not ("not" or "and" or "or" or "with"):
                case SyntaxKind.StringLiteralToken or SyntaxKind.NumericLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.EndOfFileToken:
                    break;
                case SyntaxKind.InterpolatedStringToken when InHoles(token.Text) is { } fault:
                    return fault;
                default:
                    at.Tokens++;
                    break;
            }
            if (outer.Count > DeepestBracket) return "brackets nest too deep";
            if (at.Angles > DeepestGeneric) return "generics nest too deep";
            if (at.Lambdas > DeepestLambda) return "lambdas nest too deep";
            if (at.Questions > DeepestQuestion) return "conditions nest too deep";
            if (at.Tokens > MostInStatement || names > MostNames) return "a statement is too long";
        }
        return null;
    }

    private static bool Continues(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.IdentifierToken => token.ValueText is "with" or "and" or "or",
        SyntaxKind.ElseKeyword or SyntaxKind.SwitchKeyword or SyntaxKind.IsKeyword or SyntaxKind.AsKeyword or SyntaxKind.CatchKeyword or SyntaxKind.FinallyKeyword => true,
        SyntaxKind.CloseBraceToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken or SyntaxKind.SemicolonToken or SyntaxKind.CommaToken => true,
        SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken or SyntaxKind.OpenBraceToken or SyntaxKind.EndOfFileToken => false,
        var kind => SyntaxFacts.IsPunctuation(kind),
    };

    /// <summary>
    /// The lexer gives a text with holes as one token. What opens in its holes is followed with plain texts and letters left out; where a hole has anything else that could hide
    /// a bracket, all that opens from there on counts and nothing closes.
    /// </summary>
    private static string? InHoles(string text)
    {
        const string fault = "a text with holes has too many brackets";
        var verbatim = text.StartsWith("$@", StringComparison.Ordinal) || text.StartsWith("@$", StringComparison.Ordinal);
        var outer = new Stack<int>();
        int angles = 0, hidden = -1, hiddenAngles = 0, opened = 0, nested = 0;
        for (var i = text.IndexOf('"') + 1; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '$' && i + 1 < text.Length && text[i + 1] is '"' or '@' && (outer.Count > DeepestHole || (hidden >= 0 && ++nested > DeepestHole))) return fault;
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

    /// <summary>What is open at a place. Tokens are those since the last <c>;</c> or <c>,</c> that may each be a level of the parser's.</summary>
    private record struct Level(int Angles, int Lambdas, int Questions, bool Asked, int Tokens);
}

using Mainstreet.Foundation.Configuration;

namespace Mainstreet.Occasions.Templates;

/// <summary>Where a template is wrong and why; line and column from 1.</summary>
internal readonly record struct TemplateError(int Line, int Column, string Message)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"line {Line}, column {Column}: {Message}");
}

/// <summary>
/// What a template may hold: text, variables (<c>{{firstName}}</c>) and conditions on them (<c>{{#if years}} .. {{else}} .. {{/if}}</c>, also
/// <c>unless</c>). Everything else of the engine's language (loops, partials, inline blocks, decorators, helpers, paths) is refused before the
/// engine sees it, so that a template can neither loop nor reach anything but the variables: its output is bounded by its length.
/// </summary>
internal static class TemplateText
{
    internal const int LongestSubject = 200;
    internal const int LongestBody = 10_000;

    private const int MostExpressions = 100;
    private const int DeepestNesting = 8;

    /// <summary>The first error, or null.</summary>
    internal static TemplateError? Check(string text)
    {
        var open = new Stack<Block>();
        var expressions = 0;
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var start)
        {
            if (++expressions > MostExpressions) return Wrong(text, start, $"there are more than {MostExpressions} expressions in braces");
            if (Cut(text, start, out var inner, out var end, out var isTriple) is { } broken) return broken;
            if (Read(text, start, inner, isTriple, open) is { } wrong) return wrong;
            at = end;
        }

        return open.TryPop(out var left) ? Wrong(text, left.At, $"the {{{{#{left.Name}}}}} is never closed with {{{{/{left.Name}}}}}") : null;
    }

    /// <summary>Finds the expression that opens at <paramref name="start"/>.</summary>
    private static TemplateError? Cut(string text, int start, out string inner, out int end, out bool isTriple)
    {
        (inner, end) = ("", start);
        isTriple = text.AsSpan(start).StartsWith("{{{");
        if (start > 0 && text[start - 1] == '\\') return Wrong(text, start - 1, "a backslash before {{ is not taken");
        var (opening, closing) = isTriple ? (3, "}}}") : (2, "}}");
        var close = text.IndexOf(closing, start + opening, StringComparison.Ordinal);
        if (close < 0) return Wrong(text, start, "the braces are never closed");
        inner = text[(start + opening)..close];
        end = close + closing.Length;
        if (inner.AsSpan().ContainsAny('{', '}')) return Wrong(text, start, "braces may not stand inside braces");
        return end < text.Length && text[end] == '}' ? Wrong(text, end, "there is a closing brace too many") : null;
    }

    private static TemplateError? Read(string text, int start, string inner, bool isTriple, Stack<Block> open)
    {
        if (!isTriple)
        {
            // A tilde eats the white space beside it.
            if (inner.StartsWith('~')) inner = inner[1..];
            if (inner.EndsWith('~')) inner = inner[..^1];
        }

        var words = inner.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return Wrong(text, start, "there is nothing between the braces");
        var first = words[0];
        if (isTriple || (first[0] is not ('#' or '/') && first != "else")) return Variable(text, start, words, inner);
        if (inner[0] is ' ' or '\t' && first != "else") return Wrong(text, start, $"no space may stand before {first[0]}");
        switch (first)
        {
            case "#if" or "#unless" when words.Length == 2:
                if (open.Count == DeepestNesting) return Wrong(text, start, $"conditions are nested more than {DeepestNesting} deep");
                open.Push(new Block(first[1..], start, false));
                return Known(text, start, words[1]);
            case "#if" or "#unless":
                return Wrong(text, start, $"{{{{{first}}}}} takes one variable");
            case "else" when words.Length == 1 && open.TryPeek(out var block) && !block.HasElse:
                open.Push(open.Pop() with { HasElse = true });
                return null;
            case "else":
                return Wrong(text, start, words.Length > 1 ? "{{else}} stands alone; nest another {{#if}} in it" : "there is no {{#if}} for this {{else}}");
            case "/if" or "/unless" when words.Length == 1 && open.TryPeek(out var block) && block.Name == first[1..]:
                open.Pop();
                return null;
            case "/if" or "/unless":
                return Wrong(text, start, $"there is no {{{{#{first[1..]}}}}} for this {{{{{first}}}}}");
            default:
                return Wrong(text, start, $"{Shown(first)} is not taken; conditions are {{{{#if ..}}}} and {{{{#unless ..}}}}");
        }
    }

    private static TemplateError? Variable(string text, int start, string[] words, string inner)
    {
        if (words[0][0] is '>' or '*' or '&' or '!' or '^' or '@' || inner.Contains('|', StringComparison.Ordinal))
            return Wrong(text, start, $"{Shown(inner.Trim())} is not taken; use text, variables, {{{{#if ..}}}} and {{{{#unless ..}}}}");
        return words.Length > 1 ? Wrong(text, start, "a variable stands alone between its braces") : Known(text, start, words[0]);
    }

    private static TemplateError? Known(string text, int start, string name)
    {
        if (GreetingVariables.Names.Contains(name, StringComparer.Ordinal)) return null;
        var meant = name.Length <= 40 && NearestName.Among(GreetingVariables.Names, name) is { } near ? $" (did you mean {near}?)" : "";
        return Wrong(text, start, $"unknown variable {Shown(name)}{meant}; known are {string.Join(", ", GreetingVariables.Names)}");
    }

    private static string Shown(string text)
    {
        var plain = string.Concat(text.Where(c => !char.IsControl(c)).Take(40));
        return $"'{plain}{(text.Length > 40 ? "…" : "")}'";
    }

    private static TemplateError Wrong(string text, int at, string message)
    {
        var before = text.AsSpan(0, at);
        var line = before.Count('\n') + 1;
        return new TemplateError(line, at - before.LastIndexOf('\n'), message);
    }

    private readonly record struct Block(string Name, int At, bool HasElse);
}

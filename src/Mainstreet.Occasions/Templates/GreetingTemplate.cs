using System.Globalization;
using System.Text;

using HandlebarsDotNet;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Occasions.Templates;

/// <summary>A subject and a body, compiled. Plain text: nothing is escaped for HTML. For concurrent use.</summary>
internal sealed class GreetingTemplate
{
    /// <summary>Of the subject that goes out, in characters.</summary>
    internal const int LongestRenderedSubject = 250;

    private static readonly IHandlebars Engine = Handlebars.Create(new HandlebarsConfiguration
    {
        NoEscape = true,
        FormatProvider = CultureInfo.InvariantCulture,
    });

    private readonly HandlebarsTemplate<object, object> _subject;
    private readonly HandlebarsTemplate<object, object> _body;

    private GreetingTemplate(HandlebarsTemplate<object, object> subject, HandlebarsTemplate<object, object> body) => (_subject, _body) = (subject, body);

    /// <summary>Checks and compiles; 400 <c>template_invalid</c> with line and column of the first error in each part.</summary>
    internal static Outcome<GreetingTemplate> Compile(string subject, string body)
    {
        var errors = new Dictionary<string, string[]>();
        if (Wrong(subject, TemplateText.LongestSubject) is { } inSubject) errors["subject"] = [inSubject];
        else if (subject.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var at) errors["subject"] = [$"line 1, column {at + 1}: must be one line"];
        if (Wrong(body, TemplateText.LongestBody) is { } inBody) errors["body"] = [inBody];
        if (errors.Count > 0) return new Problem(400, "template_invalid", "The template is not valid.") { Errors = errors };
        return new GreetingTemplate(Engine.Compile(subject), Engine.Compile(body));
    }

    /// <summary>One line and some text, without control characters (but line feeds and tabs in the body).</summary>
    internal (string Subject, string Body) Render(Dictionary<string, object?> variables) =>
        (OneLine(_subject(variables)), Plain(_body(variables)));

    private static string? Wrong(string text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text)) return "is needed";
        if (text.Length > longest) return string.Create(CultureInfo.InvariantCulture, $"has more than {longest} characters");
        return TemplateText.Check(text)?.ToString();
    }

    private static string OneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!IsBreak(c)) line.Append(c);
            else if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
        }

        var length = Math.Min(line.Length, LongestRenderedSubject);
        // Not through the middle of a pair.
        if (length < line.Length && char.IsHighSurrogate(line[length - 1])) length--;
        return line.ToString(0, length).Trim();
    }

    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var c in text.ReplaceLineEndings("\n"))
        {
            if (c is '\n' or '\t' || !char.IsControl(c)) plain.Append(c);
        }

        return plain.ToString().Trim('\n', ' ');
    }

    private static bool IsBreak(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';
}

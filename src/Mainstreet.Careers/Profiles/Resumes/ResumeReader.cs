using System.Text;
using System.Text.Json;

using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Profiles.Resumes;

/// <summary>Reads a JSON Resume and says where it breaks the schema.</summary>
internal static class ResumeReader
{
    /// <summary>Levels of objects and lists within each other.</summary>
    internal const int MaxDepth = 24;

    private const int MaxErrors = 50;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>The document as it came, when it is a résumé. Errors: invalid_request with the JSON path of each fault.</summary>
    /// <param name="utf8">With or without a byte order mark.</param>
    internal static Outcome<string> Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        string text;
        try
        {
            text = Strict.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            return Problem.Invalid("$", "is not UTF-8");
        }

        return Check(text) is { } problem ? problem : text;
    }

    /// <summary>Null when the text is a résumé.</summary>
    internal static Problem? Check(string text)
    {
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            Check(document.RootElement, ResumeSchema.Root, "$", errors);
        }
        catch (JsonException broken)
        {
            errors["$"] = [$"is not JSON that can be read, at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}"];
        }

        return errors.Count == 0 ? null : new Problem(400, "invalid_request", "This is not a JSON Resume.") { Errors = errors };
    }

    private static void Check(JsonElement value, MemberRule? rule, string path, Dictionary<string, string[]> errors)
    {
        if (errors.Count >= MaxErrors) return;
        var fault = value.ValueKind switch
        {
            JsonValueKind.String => Storable(value) is { } unusable ? unusable : rule is null ? null : CheckText(value.GetString()!, rule.Form),
            JsonValueKind.Object => rule is null or { Form: ValueForm.Object } ? null : Expected(rule.Form),
            JsonValueKind.Array => rule is null or { Form: ValueForm.Texts or ValueForm.Objects } ? null : Expected(rule.Form),
            _ => rule is null ? null : Expected(rule.Form),
        };
        if (fault is not null)
        {
            errors[path] = [fault];
            return;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                var name = NameOf(member);
                if (name is null)
                {
                    errors[path] = ["has a member whose name holds half a character"];
                    continue;
                }

                Check(member.Value, rule?.Members?.GetValueOrDefault(name), JsonPaths.Member(path, name), errors);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            var item = rule switch
            {
                { Form: ValueForm.Texts } => new MemberRule(ValueForm.Text),
                { Form: ValueForm.Objects } => rule with { Form = ValueForm.Object },
                _ => null,
            };
            var index = 0;
            foreach (var each in value.EnumerateArray()) Check(each, item, $"{path}[{index++}]", errors);
        }
    }

    private static string? CheckText(string text, ValueForm form) => form switch
    {
        // Forms and early résumés write what is not known as an empty text.
        ValueForm.Date => text.Length == 0 || PartialDate.Parse(text) is { Year: >= 1000 and < 3000 } ? null : Expected(form),
        ValueForm.Address => text.Length == 0 || IsAddress(text) ? null : Expected(form),
        ValueForm.Email => text.Length == 0 || IsEmail(text) ? null : Expected(form),
        ValueForm.Text => null,
        _ => Expected(form),
    };

    private static string Expected(ValueForm form) => form switch
    {
        ValueForm.Text => "must be a text",
        ValueForm.Date => "must be a date: YYYY, YYYY-MM or YYYY-MM-DD",
        ValueForm.Address => "must be a whole address, such as https://example.com",
        ValueForm.Email => "must be an e-mail address",
        ValueForm.Texts => "must be a list of texts",
        ValueForm.Objects => "must be a list of objects",
        _ => "must be an object",
    };

    internal static bool IsAddress(string text) =>
        !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) && text.Contains(':', StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme is not ("http" or "https") || uri.Host.Length > 0);

    internal static bool IsEmail(string text) =>
        text.Length <= 254 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or '(' or ')' or ',')
        && text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == text.LastIndexOf('@') && at < text.Length - 1
        && text[at + 1] != '.' && text[^1] != '.';

    private static string? Storable(JsonElement value)
    {
        try
        {
            return value.GetString()!.Contains('\0') ? "holds the character U+0000" : null;
        }
        catch (InvalidOperationException)
        {
            return "holds half a character";
        }
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

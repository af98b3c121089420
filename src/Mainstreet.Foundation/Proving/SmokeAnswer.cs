using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Mainstreet.Foundation.Proving;

/// <summary>An answer to be held against what is expected of it; each check throws <see cref="ProofException"/> with what was found instead.</summary>
public sealed class SmokeAnswer(ProofAnswer answer, string request)
{
    public int Status => answer.Status;

    public string? Code => answer.Code;

    /// <summary>The whole body as JSON.</summary>
    public JsonElement Json => answer.Body ?? throw Wrong($"is no JSON but {answer.MediaType ?? "nothing"}");

    /// <summary>The body as it came.</summary>
    public ReadOnlyMemory<byte> Bytes => answer.Bytes ?? throw Wrong("has no body");

    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>A header of the answer; <c>null</c> when it has none of that name.</summary>
    public string? Header(string name) => answer.Headers.TryGetValue(name, out var value) ? value : null;

    /// <summary>The member at a path such as <c>items[0].name</c>.</summary>
    public JsonElement At(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var at = Json;
        foreach (var step in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            if (step.EndsWith(']'))
            {
                var index = int.Parse(step.TrimEnd(']'), CultureInfo.InvariantCulture);
                if (at.ValueKind != JsonValueKind.Array || at.GetArrayLength() <= index) throw Wrong($"has no {path}");
                at = at[index];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
            {
                throw Wrong($"has no member {path}");
            }
        }

        return at;
    }

    public string TextAt(string path) => At(path) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : throw Wrong($"has no text at {path}");

    public Guid Id(string path = "id") => At(path) is { ValueKind: JsonValueKind.String } text && text.TryGetGuid(out var id) && id != Guid.Empty ? id : throw Wrong($"has no id at {path}");

    public int Number(string path) => At(path) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : throw Wrong($"has no whole number at {path}");

    /// <summary>A member is exactly this: a text, a number, a truth value, an id, or <c>null</c>.</summary>
    public SmokeAnswer Is(string path, object? expected)
    {
        var wanted = JsonSerializer.SerializeToElement(expected, Web.Json.Wire);
        var found = At(path);
        return JsonElement.DeepEquals(found, wanted) ? this : throw Wrong($"has {path} = {Short(found.GetRawText())}, not {Short(wanted.GetRawText())}");
    }

    /// <summary>A member is a text that is not empty.</summary>
    public SmokeAnswer Says(string path) => TextAt(path).Length > 0 ? this : throw Wrong($"has nothing at {path}");

    /// <summary>A text member contains these words.</summary>
    public SmokeAnswer Says(string path, string words) => TextAt(path).Contains(words, StringComparison.Ordinal) ? this : throw Wrong($"has {path} = {Short(TextAt(path))}, without \"{words}\"");

    /// <summary>A list has exactly this many items.</summary>
    public SmokeAnswer Count(string path, int count) => List(path).Count == count ? this : throw Wrong($"has {List(path).Count} {path}, not {count}");

    public SmokeAnswer AtLeast(string path, int count) => List(path).Count >= count ? this : throw Wrong($"has {List(path).Count} {path}, fewer than {count}");

    /// <summary>Every item of a list is as it should be; an empty list is too.</summary>
    public SmokeAnswer Each(string path, Func<JsonElement, bool> holds, string otherwise)
    {
        ArgumentNullException.ThrowIfNull(holds);
        foreach (var item in List(path))
        {
            if (!Try(() => holds(item))) throw Wrong($"has an item of {path} that {otherwise}: {Short(item.GetRawText())}");
        }

        return this;
    }

    /// <summary>Some item of a list is so.</summary>
    public SmokeAnswer Some(string path, Func<JsonElement, bool> holds, string otherwise)
    {
        ArgumentNullException.ThrowIfNull(holds);
        return List(path).Any(item => Try(() => holds(item))) ? this : throw Wrong($"has no item of {path} that {otherwise}");
    }

    public SmokeAnswer Holds(Func<JsonElement, bool> holds, string otherwise)
    {
        ArgumentNullException.ThrowIfNull(holds);
        return Try(() => holds(Json)) ? this : throw Wrong(otherwise);
    }

    /// <summary>The body's text contains these words.</summary>
    public SmokeAnswer Contains(params ReadOnlySpan<string> words)
    {
        var text = Text;
        foreach (var word in words)
        {
            if (!text.Contains(word, StringComparison.Ordinal)) throw Wrong($"does not contain \"{word}\"");
        }

        return this;
    }

    public SmokeAnswer Answered(int status) => Status == status ? this : throw Wrong(Status == 0 ? $"did not come ({Code})" : $"is {Status}{(Code is null ? "" : " " + Code)}, not {status}");

    /// <summary>204, and nothing in it.</summary>
    public SmokeAnswer Empty() => Answered((int)HttpStatusCode.NoContent);

    public SmokeAnswer Media(string type) => answer.MediaType == type ? this : throw Wrong($"is {answer.MediaType ?? "of no type"}, not {type}");

    /// <summary>A problem by RFC 9457 with this status and code.</summary>
    public SmokeAnswer Problem(int status, string code) =>
        Answered(status).Media("application/problem+json").Is("status", status).Is("code", code).Says("title");

    /// <summary>A page in the house's frame, guarded by its policy, with this title and these words.</summary>
    public SmokeAnswer Page(string title, params ReadOnlySpan<string> words)
    {
        Media("text/html");
        if (Header("Content-Security-Policy")?.Contains("default-src 'self'", StringComparison.Ordinal) != true) throw Wrong("has no Content-Security-Policy");
        return Contains($"<title>{title} · Mainstreet</title>", "<main id=\"main\"", "</html>").Contains(words);
    }

    /// <summary>True when a proxy in front keeps this from the outside: its own 404 or 503, which has neither the program's form nor its headers.</summary>
    public bool IsHidden => Status is 404 or 503 && answer.MediaType is not ("application/problem+json" or "application/json") && Header("X-Content-Type-Options") is null;

    /// <summary>To be thrown: the answer is, has or does this.</summary>
    public ProofException Wrong(string what) => new($"{request}: the answer {what}");

    private List<JsonElement> List(string path) => At(path) is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : throw Wrong($"has no list at {path}");

    private static bool Try(Func<bool> holds)
    {
        try
        {
            return holds();
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            // Another shape does not hold either.
            return false;
        }
    }

    private static string Short(string text) => text.Length > 120 ? text[..120] + "…" : text;
}

using System.Text.Json;

namespace Mainstreet.Studio.Deployments.Providers;

/// <summary>A provider's answer that says yes. Its readers throw <see cref="ProviderException"/> when it is not of the documented form.</summary>
internal sealed class ProviderAnswer(int status, byte[] body)
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 64 };

    internal int Status { get; } = status;

    internal JsonElement Json()
    {
        try
        {
            using var document = JsonDocument.Parse(body, Reading);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new ProviderException(ProviderFailure.Unreadable, "The answer is not JSON.", Status, inner: exception);
        }
    }

    internal static ProviderException Lacks(string what) => new(ProviderFailure.Unreadable, $"The answer lacks {what}.");
}

/// <summary>Reads providers' JSON without trusting it.</summary>
internal static class ProviderJson
{
    internal static JsonElement? Member(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined) ? value : null;

    internal static string? Text(this JsonElement json, string name) => json.Member(name) switch
    {
        { ValueKind: JsonValueKind.String } text => Read(text),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    /// <exception cref="ProviderException">There is none.</exception>
    internal static string NeededText(this JsonElement json, string name) => json.Text(name) is { Length: > 0 } text ? text : throw ProviderAnswer.Lacks($"'{name}'");

    /// <exception cref="ProviderException">It is no array.</exception>
    internal static IReadOnlyList<JsonElement> NeededItems(this JsonElement? json, string what) =>
        json is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : throw ProviderAnswer.Lacks(what);

    internal static IReadOnlyList<JsonElement> Items(this JsonElement? json) => json is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray()] : [];

    private static string? Read(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}

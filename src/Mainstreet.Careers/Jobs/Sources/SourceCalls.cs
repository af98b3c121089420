using System.Text.Json;

using Mainstreet.Foundation.Outbound;

namespace Mainstreet.Careers.Jobs.Sources;

/// <summary>One GET of a source's JSON.</summary>
internal static class SourceCalls
{
    /// <returns>The JSON, to be disposed; or one sentence on what went wrong.</returns>
    internal static async Task<(JsonDocument? Json, string? Problem)> GetAsync(OutboundPipeline http, Uri address, CancellationToken cancel)
    {
        var answer = await http.SendAsync(() =>
        {
            var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            request.Headers.TryAddWithoutValidation("User-Agent", "mainstreet");
            return request;
        }, repeatable: true, cancel);
        if (!answer.Ok) return (null, answer.StatusCode == 404 ? "there is no such board (answered 404)" : answer.Error ?? "no answer");
        try
        {
            return (JsonDocument.Parse(answer.Body, new JsonDocumentOptions { MaxDepth = 32 }), null);
        }
        catch (JsonException)
        {
            return (null, "the answer is not JSON");
        }
    }

    /// <summary>The member's text, also of a number; null when there is none.</summary>
    internal static string? Text(this JsonElement json, string name) => json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) ? null : value.ValueKind switch
    {
        JsonValueKind.String => Read(value),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    internal static JsonElement? Member(this JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal static decimal? Number(this JsonElement json, string name) => json.Member(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number ? value.TryGetDecimal(out var number) ? number : null
        : decimal.TryParse(json.Text(name), System.Globalization.NumberStyles.AllowDecimalPoint | System.Globalization.NumberStyles.AllowThousands, System.Globalization.CultureInfo.InvariantCulture, out var spelt) ? spelt : null;

    /// <summary>The members of an array; none when it is not one.</summary>
    internal static IEnumerable<JsonElement> Items(this JsonElement json) => json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];

    private static string? Read(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return null;
        }
    }
}

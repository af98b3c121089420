using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Mainstreet.Foundation.Tests.Proving;

/// <summary>A way in which a route may be broken.</summary>
internal sealed record Break(string Name, Func<Recorded, Recorded> Apply);

/// <summary>The ways in which an answer can be wrong, down to those that look right.</summary>
internal static partial class SmokeBreaks
{
    private const string ProblemType = "application/problem+json";

    /// <summary>What can be made of an answer; what comes out the same is left out.</summary>
    /// <param name="answer">As it was.</param>
    /// <param name="others">The walk's other answers, to be given in place of it.</param>
    internal static IEnumerable<Break> Of(Recorded answer, IReadOnlyList<Recorded> others)
    {
        yield return new("500", a => a with { Status = 500, MediaType = ProblemType, Body = Problem(500, "internal_error") });
        if (answer.Body.Length > 0) yield return new("nothing in it", a => a with { Body = [] });
        if (answer.Status is >= 200 and < 400) yield return new("404", a => a with { Status = 404, MediaType = ProblemType, Body = Problem(404, "not_found") });
        if (answer.Status is >= 200 and < 300) yield return new("an empty object", a => a with { Status = 200, MediaType = "application/json", Body = "{}"u8.ToArray() });
        if (answer.Status >= 400) yield return new("let through", a => a with { Status = 200 });
        if (answer.Status >= 400 && answer.MediaType == ProblemType) yield return new("another problem", a => a with { Body = Problem(a.Status, "another_problem") });
        if (answer.Status is >= 300 and < 400) yield return new("leads elsewhere", a => a with { Headers = [.. a.Headers.Where(h => h.Key != "Location"), new("Location", "/elsewhere")] });
        // The same refusal by another route is the same answer.
        var foreign = others.Where(o => o.Status < 400 || o.Status != answer.Status || CodeOf(o) != CodeOf(answer)).ToList();
        var other = foreign.FirstOrDefault(o => o.Route != answer.Route && o.MediaType == answer.MediaType && o.Status == answer.Status && !o.Body.AsSpan().SequenceEqual(answer.Body))
            ?? foreign.FirstOrDefault(o => o.Route != answer.Route && o.Status is >= 200 and < 300 && o.Body.Length > 0 && !o.Body.AsSpan().SequenceEqual(answer.Body));
        if (answer.Body.Length > 0 && other is not null) yield return new($"the answer of {other.Route}", a => a with { MediaType = other.MediaType, Body = other.Body });
        if (answer.MediaType is "application/json" or ProblemType && answer.Body.Length > 0) yield return new("other values in the same form", a => a with { Body = Turn(a.Body) });
        if (answer.MediaType == "text/html" && answer.Body.Length > 0) yield return new("the frame of a page without its middle", a => a with { Body = Hollow(a.Body) });
        if (answer.MediaType is "text/css" or "text/javascript" or "text/csv" or "text/plain" or "image/svg+xml" or "text/event-stream" or "application/pdf" or "application/zip")
            yield return new("other words of the same type", a => a with { Body = "event: other\ndata: other words\n\n"u8.ToArray() });
    }

    private static string? CodeOf(Recorded answer) =>
        answer.MediaType == ProblemType && answer.Body.Length > 0 ? JsonNode.Parse(answer.Body)?["code"]?.GetValue<string>() : null;

    private static byte[] Problem(int status, string code) =>
        Encoding.UTF8.GetBytes($$"""{"type":"urn:mainstreet:problem:{{code}}","title":"Something else.","status":{{status}},"code":"{{code}}","traceId":"0"}""");

    private static byte[] Hollow(byte[] page) => Encoding.UTF8.GetBytes(Middle().Replace(Encoding.UTF8.GetString(page), "$1<p>Nothing.</p>$2"));

    private static byte[] Turn(byte[] json) => Encoding.UTF8.GetBytes(Other(JsonNode.Parse(json))?.ToJsonString() ?? "null");

    // The names stay, ids stay ids and instants instants, lists stay as long as they were but for empty ones, which have something in them.
    private static JsonNode? Other(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                return new JsonObject(members.Select(m => KeyValuePair.Create(m.Key, Other(m.Value))));
            case JsonArray { Count: 0 }:
                return new JsonArray("other");
            case JsonArray items:
                return new JsonArray([.. items.Select(Other)]);
            case JsonValue value when value.TryGetValue<bool>(out var truth):
                return !truth;
            case JsonValue value when value.TryGetValue<decimal>(out var number):
                return number + 1;
            case JsonValue value when value.TryGetValue<string>(out var text):
                return Guid.TryParse(text, out _) ? "01900000-0000-7000-8000-0000000000ff" : DateTimeOffset.TryParse(text, out _) && text.EndsWith('Z') ? "2001-01-01T00:00:00Z" : "other";
            default:
                return null;
        }
    }

    [GeneratedRegex("(<main[^>]*>).*(</main>)", RegexOptions.Singleline)]
    private static partial Regex Middle();
}

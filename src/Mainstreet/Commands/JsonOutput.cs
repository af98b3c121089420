using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mainstreet.Commands;

/// <summary><c>--json</c>: the answer for machines, one JSON document on standard output and nothing else there.</summary>
internal static class JsonOutput
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal static Option<bool> Option() => new("--json") { Description = "Answer in JSON." };

    internal static Task WriteAsync<T>(ParseResult parsed, T answer) =>
        parsed.InvocationConfiguration.Output.WriteLineAsync(JsonSerializer.Serialize(answer, Form));
}

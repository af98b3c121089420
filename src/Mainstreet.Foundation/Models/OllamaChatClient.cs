using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;

using Microsoft.Extensions.AI;

namespace Mainstreet.Foundation.Models;

/// <summary>Ollama's chat as an <see cref="IChatClient"/>, for text in and text out.</summary>
/// <remarks>Source: https://github.com/ollama/ollama/blob/main/docs/api.md (POST /api/chat: one JSON object a line, the last with <c>done</c> and the counts)</remarks>
/// <exception cref="HttpRequestException">The server answered with an error status, could not be reached, or broke off.</exception>
/// <exception cref="JsonException">The server answered something else.</exception>
internal sealed class OllamaChatClient(HttpClient http, Uri address, string model, string? key) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var settings = new Dictionary<string, object>();
        if (options?.MaxOutputTokens is { } most) settings["num_predict"] = most;
        if (options?.Temperature is { } temperature) settings["temperature"] = temperature;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "api/chat"))
        {
            Content = JsonContent.Create(new
            {
                model,
                messages = messages.Select(message => new { role = message.Role.Value, content = message.Text }),
                stream = true,
                options = settings,
            }),
        };
        if (key is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var lines = new StreamReader(body);
        var done = false;
        while (!done && await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0) continue;
            using var piece = JsonDocument.Parse(line);
            if (piece.RootElement.TryGetProperty("error", out _)) throw new HttpRequestException("The model's server reported an error in its stream.");
            done = piece.RootElement.TryGetProperty("done", out var end) && end.ValueKind == JsonValueKind.True;
            yield return Translate(piece.RootElement, done);
        }
        if (!done) throw new HttpRequestException(HttpRequestError.ResponseEnded, "The stream ended before it was done.");
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose() => http.Dispose();

    private static ChatResponseUpdate Translate(JsonElement piece, bool done)
    {
        var contents = new List<AIContent>();
        if (piece.TryGetProperty("message", out var message) && message.TryGetProperty("content", out var text) && text.GetString() is { Length: > 0 } words) contents.Add(new TextContent(words));
        if (done)
        {
            var (input, output) = (Count(piece, "prompt_eval_count"), Count(piece, "eval_count"));
            if (input is not null || output is not null) contents.Add(new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = input + output }));
        }
        return new ChatResponseUpdate(ChatRole.Assistant, contents)
        {
            ModelId = piece.TryGetProperty("model", out var name) ? name.GetString() : null,
            FinishReason = !done ? null : piece.TryGetProperty("done_reason", out var reason) && reason.GetString() == "length" ? ChatFinishReason.Length : ChatFinishReason.Stop,
        };
    }

    private static long? Count(JsonElement piece, string name) => piece.TryGetProperty(name, out var value) && value.TryGetInt64(out var count) ? count : null;
}

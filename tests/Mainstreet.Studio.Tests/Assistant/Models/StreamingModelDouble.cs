using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Studio.Tests.Assistant.Models;

/// <summary>
/// A model's server on the loopback that streams: OpenAI's chat completions, Anthropic's messages and Ollama's chat, as their clients read
/// them. What it says, and when, is up to the test.
/// </summary>
internal sealed class StreamingModelDouble : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StreamingModelDouble(WebApplication app) => _app = app;

    /// <summary>The pieces of the answer to a request's system and user text.</summary>
    internal Func<string, string, IEnumerable<string>> Says { get; set; } = (_, _) => ["Hello", " there."];

    /// <summary>Replaces the whole response; null answers properly.</summary>
    internal Func<HttpContext, Task>? Instead { get; set; }

    /// <summary>Awaited before each piece, with its number from 0.</summary>
    internal Func<int, CancellationToken, Task> BeforePiece { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Tokens that the end of a stream tells, input and output; null tells none.</summary>
    internal Func<string, (int Input, int Output, int Cached)?> Usage { get; set; } = _ => (100, 20, 0);

    /// <summary>Everything that was received: bodies as they came, and the key.</summary>
    internal ConcurrentQueue<(string Path, string? Key, string Body, JsonNode Parsed)> Received { get; } = new();

    /// <summary>Pieces that were written, over all answers.</summary>
    internal int Written;

    /// <summary>Answers whose reader went away before the end.</summary>
    internal int Abandoned;

    internal Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    internal static async Task<StreamingModelDouble> StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var model = new StreamingModelDouble(app);
        app.MapPost("/v1/chat/completions", http => model.AnswerAsync(http, OpenAI));
        app.MapPost("/v1/messages", http => model.AnswerAsync(http, Anthropic));
        app.MapPost("/api/chat", http => model.AnswerAsync(http, Ollama));
        await app.StartAsync(cancel);
        return model;
    }

    /// <summary>Settings that make it the provider number <paramref name="index"/>.</summary>
    internal IEnumerable<(string Key, string Value)> Settings(int index, string name, string protocol, params (string Key, string Value)[] more) =>
        new[]
        {
            ("Name", name), ("Protocol", protocol), ("Endpoint", protocol == "openai" ? new Uri(Address, "v1").ToString() : Address.ToString()), ("ApiKey", "key-of-" + name), ("Model", "test-model"),
        }.Concat(more).Select(setting => ($"Studio:Assistant:Providers:{index}:{setting.Item1}", setting.Item2));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http, Func<Talk, IEnumerable<(string Line, bool Piece)>> protocol)
    {
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(http.RequestAborted);
        var body = JsonNode.Parse(text)!;
        var key = http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal) is { Length: > 0 } bearer ? bearer : http.Request.Headers["x-api-key"].ToString();
        Received.Enqueue((http.Request.Path, key, text, body));
        if (Instead is { } instead)
        {
            await instead(http);
            return;
        }

        var messages = body["messages"]!.AsArray();
        var system = string.Concat(messages.Where(m => (string?)m!["role"] == "system").Select(m => TextOf(m!["content"]!))) + (body["system"] is { } said ? TextOf(said) : "");
        var user = string.Concat(messages.Where(m => (string?)m!["role"] == "user").Select(m => TextOf(m!["content"]!)));
        http.Response.ContentType = http.Request.Path == "/api/chat" ? "application/x-ndjson" : "text/event-stream";
        var piece = 0;
        try
        {
            foreach (var (line, isPiece) in protocol(new Talk((string)body["model"]!, Says(system, user), Usage(user))))
            {
                if (isPiece) await BeforePiece(piece++, http.RequestAborted);
                http.RequestAborted.ThrowIfCancellationRequested();
                await http.Response.WriteAsync(line, http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                if (isPiece) Interlocked.Increment(ref Written);
            }
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref Abandoned);
        }
    }

    private sealed record Talk(string Model, IEnumerable<string> Pieces, (int Input, int Output, int Cached)? Usage);

    private static IEnumerable<(string Line, bool Piece)> OpenAI(Talk talk)
    {
        string Chunk(object delta, string? reason, object? usage, bool last) => "data: " + JsonSerializer.Serialize(new
        {
            id = "chatcmpl-1",
            @object = "chat.completion.chunk",
            created = 1_760_000_000,
            model = talk.Model,
            choices = last ? Array.Empty<object>() : [new { index = 0, delta, finish_reason = reason }],
            usage,
        }) + "\n\n";
        foreach (var piece in talk.Pieces) yield return (Chunk(new { role = "assistant", content = piece }, null, null, false), true);
        yield return (Chunk(new { }, "stop", null, false), false);
        if (talk.Usage is var (input, output, cached))
            yield return (Chunk(new { }, null, new { prompt_tokens = input, completion_tokens = output, total_tokens = input + output, prompt_tokens_details = new { cached_tokens = cached } }, true), false);
        yield return ("data: [DONE]\n\n", false);
    }

    private static IEnumerable<(string Line, bool Piece)> Anthropic(Talk talk)
    {
        static string Event(string type, object data) => $"event: {type}\ndata: {JsonSerializer.Serialize(data)}\n\n";
        var (input, output, cached) = talk.Usage ?? (0, 0, 0);
        yield return (Event("message_start", new
        {
            type = "message_start",
            message = new
            {
                id = "msg_1", type = "message", role = "assistant", model = talk.Model, content = Array.Empty<object>(), stop_reason = (string?)null, stop_sequence = (string?)null,
                usage = new { input_tokens = input - cached, cache_read_input_tokens = cached, cache_creation_input_tokens = 0, output_tokens = 1 },
            },
        }), false);
        yield return (Event("content_block_start", new { type = "content_block_start", index = 0, content_block = new { type = "text", text = "" } }), false);
        foreach (var piece in talk.Pieces) yield return (Event("content_block_delta", new { type = "content_block_delta", index = 0, delta = new { type = "text_delta", text = piece } }), true);
        yield return (Event("content_block_stop", new { type = "content_block_stop", index = 0 }), false);
        yield return (Event("message_delta", new { type = "message_delta", delta = new { stop_reason = "end_turn", stop_sequence = (string?)null }, usage = new { output_tokens = output } }), false);
        yield return (Event("message_stop", new { type = "message_stop" }), false);
    }

    private static IEnumerable<(string Line, bool Piece)> Ollama(Talk talk)
    {
        string Line(string content, bool done) => new JsonObject
        {
            ["model"] = talk.Model,
            ["created_at"] = DateTimeOffset.UnixEpoch.ToString("O", CultureInfo.InvariantCulture),
            ["message"] = new JsonObject { ["role"] = "assistant", ["content"] = content },
            ["done"] = done,
            ["done_reason"] = done ? "stop" : null,
            ["prompt_eval_count"] = done && talk.Usage is { } u ? u.Input : null,
            ["eval_count"] = done && talk.Usage is { } v ? v.Output : null,
        }.ToJsonString() + "\n";
        foreach (var piece in talk.Pieces) yield return (Line(piece, false), true);
        yield return (Line("", true), false);
    }

    private static string TextOf(JsonNode content) =>
        content is JsonArray parts ? parts.Aggregate(new StringBuilder(), (text, part) => text.Append((string?)part!["text"])).ToString() : (string)content!;
}

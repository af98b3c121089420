using System.Text.Json;
using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mainstreet.Testing;

/// <summary>
/// A model's server on the loopback: speaks OpenAI's chat completions (`/v1/chat/completions`) and Anthropic's messages (`/v1/messages`)
/// as their SDKs read and write them. What it says is up to the test.
/// </summary>
public sealed class ModelDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private ModelDouble(WebApplication app) => _app = app;

    /// <summary>The words of the answer to a request's system and user text.</summary>
    public Func<string, string, string> Says { get; set; } = (_, _) => "{}";

    /// <summary>Replaces the whole response; null answers properly.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    public int Requests => _requests;

    /// <summary>Key, model, system and user text of the last request.</summary>
    public (string? Key, string? Model, string System, string User) Last { get; private set; }

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public static async Task<ModelDouble> StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var model = new ModelDouble(app);
        app.MapPost("/v1/chat/completions", model.ChatCompletionsAsync);
        app.MapPost("/v1/messages", model.MessagesAsync);
        await app.StartAsync(cancel);
        return model;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task ChatCompletionsAsync(HttpContext http) => AnswerAsync(http, body =>
    {
        var messages = body["messages"]!.AsArray();
        string Text(string role) => string.Concat(messages.Where(m => (string?)m!["role"] == role).Select(m => TextOf(m!["content"]!)));
        Last = (Bearer(http), (string?)body["model"], Text("system"), Text("user"));
        return new
        {
            id = "chatcmpl-1",
            @object = "chat.completion",
            created = 1_760_000_000,
            model = Last.Model,
            choices = new[]
            {
                new { index = 0, finish_reason = "stop", message = new { role = "assistant", content = Says(Last.System, Last.User) } },
            },
            usage = new { prompt_tokens = 10, completion_tokens = 5, total_tokens = 15 },
        };
    });

    private Task MessagesAsync(HttpContext http) => AnswerAsync(http, body =>
    {
        var user = string.Concat(body["messages"]!.AsArray().Select(m => TextOf(m!["content"]!)));
        Last = (Bearer(http), (string?)body["model"], TextOf(body["system"]!), user);
        return new
        {
            id = "msg_1",
            type = "message",
            role = "assistant",
            model = Last.Model,
            content = new[] { new { type = "text", text = Says(Last.System, Last.User) } },
            stop_reason = "end_turn",
            stop_sequence = (string?)null,
            usage = new { input_tokens = 10, output_tokens = 5 },
        };
    });

    private async Task AnswerAsync(HttpContext http, Func<JsonNode, object> answer)
    {
        Interlocked.Increment(ref _requests);
        var body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        if (Instead is { } instead) await instead(http);
        else await http.Response.WriteAsJsonAsync(answer(body!), JsonSerializerOptions.Default, http.RequestAborted);
    }

    /// <summary>Both SDKs send the key as a bearer token.</summary>
    private static string Bearer(HttpContext http) =>
        http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);

    /// <summary>Content is a string or a list of parts with a text each.</summary>
    private static string TextOf(JsonNode content) =>
        content is JsonArray parts ? string.Concat(parts.Select(p => (string?)p!["text"])) : (string)content!;
}

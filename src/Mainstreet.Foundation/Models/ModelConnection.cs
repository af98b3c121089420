using System.ClientModel;
using System.ClientModel.Primitives;

using Anthropic;

using Microsoft.Extensions.AI;

using OpenAI;
using OpenAI.Chat;

namespace Mainstreet.Foundation.Models;

/// <summary>Which model, where, and in whose protocol it is spoken to.</summary>
/// <param name="Protocol"><c>openai</c>, <c>anthropic</c> or <c>ollama</c>; compatible servers included.</param>
/// <param name="Endpoint">Address of the server; null for the provider's own (Ollama's is <c>http://127.0.0.1:11434</c>).</param>
/// <param name="ApiKey">May be missing where the server asks for none.</param>
/// <param name="Model">The model's name as the provider spells it.</param>
/// <param name="Transport">After this long the connection of a caller that missed its own deadline is freed.</param>
public sealed record ModelConnection(string Protocol, string? Endpoint, string? ApiKey, string Model, TimeSpan Transport)
{
    /// <summary>The protocols that <see cref="Open"/> speaks.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["openai", "anthropic", "ollama"];

    /// <summary>A client that tries once: whether to try again, and whom next, is the caller's decision.</summary>
    /// <exception cref="InvalidOperationException">The protocol is none of <see cref="Protocols"/>.</exception>
    public IChatClient Open()
    {
        // Local servers that ask for no key still expect the header.
        var key = string.IsNullOrWhiteSpace(ApiKey) ? "none" : ApiKey;
        return Protocol switch
        {
            "openai" => new OpenAIChatClient(new ChatClient(Model, new ApiKeyCredential(key), new OpenAIClientOptions
            {
                Endpoint = Endpoint is null ? null : new Uri(Endpoint),
                NetworkTimeout = Transport,
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            })),
            "anthropic" => OpenAnthropic(key).AsIChatClient(Model),
            "ollama" => new OllamaChatClient(Connections(), Folder(Endpoint ?? "http://127.0.0.1:11434"), Model, string.IsNullOrWhiteSpace(ApiKey) ? null : ApiKey),
            _ => throw new InvalidOperationException($"Nobody speaks the protocol {Protocol}."),
        };
    }

    /// <summary>
    /// Text that many requests begin with, marked for the provider's prompt cache where it has one to ask for (Anthropic; OpenAI's is automatic).
    /// </summary>
    public static AIContent Cached(string text) => new TextContent(text).WithCacheControl(new Anthropic.Models.Messages.CacheControlEphemeral());

    private IAnthropicClient OpenAnthropic(string key)
    {
        // With a key given, the client reads no credential from the environment.
        var client = new AnthropicClient { ApiKey = key, MaxRetries = 0, Timeout = Transport };
        return Endpoint is null ? client : client.WithOptions(options => options with { BaseUrl = Endpoint });
    }

    private HttpClient Connections() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ActivityHeadersPropagator = null, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Transport,
    };

    private static Uri Folder(string address) => new(address.EndsWith('/') ? address : address + "/");
}

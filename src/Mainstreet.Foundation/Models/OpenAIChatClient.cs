using System.Runtime.CompilerServices;

using Microsoft.Extensions.AI;

using OpenAI.Chat;

using Message = Microsoft.Extensions.AI.ChatMessage;

namespace Mainstreet.Foundation.Models;

/// <summary>
/// OpenAI's chat completions as an <see cref="IChatClient"/>, for text in and text out; the OpenAI package brings no adapter of its own.
/// </summary>
/// <remarks>Source: https://platform.openai.com/docs/api-reference/chat/create</remarks>
/// <exception cref="System.ClientModel.ClientResultException">The server answered with an error status or could not be reached.</exception>
internal sealed class OpenAIChatClient(ChatClient client) : IChatClient
{
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<Message> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var completion = (await client.CompleteChatAsync(messages.Select(Translate), Settings(options), cancellationToken)).Value;
        return new ChatResponse(new Message(ChatRole.Assistant, Text(completion.Content)))
        {
            ResponseId = completion.Id,
            ModelId = completion.Model,
            RawRepresentation = completion,
            FinishReason = Reason(completion.FinishReason),
            Usage = completion.Usage is { } usage ? Translate(usage) : null,
        };
    }

    /// <summary>Pieces of text as they come; the usage is in the last update, where the server tells it.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<Message> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var update in client.CompleteChatStreamingAsync(messages.Select(Translate), Settings(options), cancellationToken))
        {
            var contents = new List<AIContent>();
            var text = Text(update.ContentUpdate);
            if (text.Length > 0) contents.Add(new TextContent(text));
            if (update.Usage is { } usage) contents.Add(new UsageContent(Translate(usage)));
            yield return new ChatResponseUpdate(ChatRole.Assistant, contents)
            {
                ResponseId = update.CompletionId,
                ModelId = update.Model,
                RawRepresentation = update,
                FinishReason = update.FinishReason is { } reason ? Reason(reason) : null,
            };
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null : serviceType.IsInstanceOfType(this) ? this : serviceType.IsInstanceOfType(client) ? client : null;

    public void Dispose()
    {
        // The SDK's client holds nothing of its own to release.
    }

    private static ChatCompletionOptions Settings(ChatOptions? options) => new() { MaxOutputTokenCount = options?.MaxOutputTokens, Temperature = options?.Temperature };

    private static string Text(ChatMessageContent content) =>
        string.Concat(content.Where(part => part.Kind == ChatMessageContentPartKind.Text).Select(part => part.Text));

    private static UsageDetails Translate(ChatTokenUsage usage) => new()
    {
        InputTokenCount = usage.InputTokenCount,
        OutputTokenCount = usage.OutputTokenCount,
        TotalTokenCount = usage.TotalTokenCount,
        CachedInputTokenCount = usage.InputTokenDetails?.CachedTokenCount,
    };

    private static Microsoft.Extensions.AI.ChatFinishReason Reason(OpenAI.Chat.ChatFinishReason reason) =>
        reason == OpenAI.Chat.ChatFinishReason.Length ? Microsoft.Extensions.AI.ChatFinishReason.Length
        : reason == OpenAI.Chat.ChatFinishReason.ContentFilter ? Microsoft.Extensions.AI.ChatFinishReason.ContentFilter
        : Microsoft.Extensions.AI.ChatFinishReason.Stop;

    private static OpenAI.Chat.ChatMessage Translate(Message message) =>
        message.Role == ChatRole.System ? new SystemChatMessage(message.Text)
        : message.Role == ChatRole.Assistant ? new AssistantChatMessage(message.Text)
        : new UserChatMessage(message.Text);
}

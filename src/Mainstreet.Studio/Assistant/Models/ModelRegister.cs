using Mainstreet.Foundation.Models;

using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Assistant.Models;

/// <summary>A configured model with its client and its breaker.</summary>
internal sealed class RegisteredModel(AssistantProvider provider, IChatClient client, TimeProvider clock) : IDisposable
{
    internal string Name => provider.Name;

    internal string Model => provider.Model;

    internal AssistantProvider Settings => provider;

    internal IChatClient Client => client;

    internal CircuitBreaker Breaker { get; } = new(provider.FailuresBeforeBreak, provider.Break, clock);

    public void Dispose() => client.Dispose();
}

/// <summary>The configured models in the order in which they are asked.</summary>
internal sealed class ModelRegister(IOptions<AssistantOptions> options, TimeProvider clock) : IDisposable
{
    internal IReadOnlyList<RegisteredModel> All { get; } =
    [
        .. options.Value.Providers.Select(provider => new RegisteredModel(
            provider, new ModelConnection(provider.Protocol, provider.Endpoint, provider.ApiKey, provider.Model, options.Value.AnswerTimeout + TimeSpan.FromMinutes(1)).Open(), clock)),
    ];

    public void Dispose()
    {
        foreach (var model in All) model.Dispose();
    }
}

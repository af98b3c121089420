using System.ClientModel;
using System.ClientModel.Primitives;
using Anthropic;
using Mainstreet.Foundation.Configuration;

using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OpenAI;
using OpenAI.Chat;

namespace Mainstreet.Trades.Classification;

/// <summary>Registers the classifier.</summary>
internal static class ClassificationServices
{
    /// <summary>Key of the classifier's own <see cref="IChatClient"/>, so that other parts may have theirs.</summary>
    internal const string ChatClientKey = "trades.classifier";

    /// <summary>
    /// Adds <see cref="ITradeClassifier"/> (the model with its fallback where one is configured, else the offline classifier) and
    /// <see cref="OfflineClassifier"/>, which is to be taught the stored decisions at start and each new one once it is committed.
    /// </summary>
    internal static IServiceCollection AddClassification(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ClassifierOptions>().Bind(configuration.GetSection(ClassifierOptions.Section)).ValidateOnStart();
        services.AddSingleton(new OptionsRegistration(typeof(ClassifierOptions), ClassifierOptions.Section));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClassifierOptions>, ClassifierOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.TryAddSingleton<ClassifierMetrics>();
        services.TryAddSingleton(provider =>
            new OfflineClassifier(provider.GetRequiredService<IOptions<ClassifierOptions>>().Value.MinimumConfidence));
        services.TryAddKeyedSingleton<IChatClient>(ChatClientKey, (provider, _) =>
            Connect(provider.GetRequiredService<IOptions<ClassifierOptions>>().Value));
        services.TryAddSingleton<ITradeClassifier>(provider =>
            provider.GetRequiredService<IOptions<ClassifierOptions>>().Value.UsesModel
                ? ActivatorUtilities.CreateInstance<ModelClassifier>(provider, provider.GetRequiredKeyedService<IChatClient>(ChatClientKey))
                : provider.GetRequiredService<OfflineClassifier>());
        return services;
    }

    /// <summary>The client for the configured provider. No retries: a report does not wait for a second try, the next one makes it.</summary>
    private static IChatClient Connect(ClassifierOptions options)
    {
        // Local servers that ask for no key still expect the header.
        var key = string.IsNullOrWhiteSpace(options.ApiKey) ? "none" : options.ApiKey;
        return options.Provider switch
        {
            "openai" => new OpenAIChatClient(new ChatClient(options.Model, new ApiKeyCredential(key), new OpenAIClientOptions
            {
                Endpoint = options.Endpoint is null ? null : new Uri(options.Endpoint),
                NetworkTimeout = Transport(options),
                RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
            })),
            "anthropic" => Anthropic(options, key).AsIChatClient(options.Model),
            _ => throw new InvalidOperationException($"Provider {options.Provider} has no model."),
        };
    }

    private static IAnthropicClient Anthropic(ClassifierOptions options, string key)
    {
        // With a key given, the client reads no credential from the environment.
        var client = new AnthropicClient { ApiKey = key, MaxRetries = 0, Timeout = Transport(options) };
        return options.Endpoint is null ? client : client.WithOptions(o => o with { BaseUrl = options.Endpoint });
    }

    /// <summary>The classifier's own deadline comes first; this one only frees the connection of a client that missed it.</summary>
    private static TimeSpan Transport(ClassifierOptions options) => options.Timeout * 2;
}

using Mainstreet.Foundation.Configuration;
using Mainstreet.Foundation.Models;

using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

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
        services.AddValidatedOptions<ClassifierOptions>(configuration, ClassifierOptions.Section);
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

    /// <summary>
    /// The client for the configured provider. No retries: a report does not wait for a second try, the next one makes it. The classifier's own
    /// deadline comes first; the connection's only frees what missed it.
    /// </summary>
    private static IChatClient Connect(ClassifierOptions options) =>
        new ModelConnection(options.Provider, options.Endpoint, options.ApiKey, options.Model!, options.Timeout * 2).Open();
}

using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Tailoring.Model;
using Mainstreet.Foundation.Models;
using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Tailoring;

internal static class TailoringServices
{
    /// <summary>Key of the module's own <see cref="IChatClient"/>, so that other parts may have theirs.</summary>
    internal const string ChatClientKey = "careers.tailoring";

    internal static void Add(ModuleBuilder builder)
    {
        builder.Services.AddScoped<WriteDocument>();
        builder.Services.AddSingleton<TailoringMetrics>();
        builder.AddOptions<TailoringModelOptions>(TailoringModelOptions.Section);
        if (builder.Configuration[$"{TailoringModelOptions.Section}:Provider"] is null or "none") return;
        builder.Services.AddSingleton<ModelBudget>();
        builder.Services.AddKeyedSingleton<IChatClient>(ChatClientKey, (provider, _) => Connect(provider.GetRequiredService<IOptions<TailoringModelOptions>>().Value));
        builder.Services.AddSingleton<ITailoringModel>(provider =>
            ActivatorUtilities.CreateInstance<ChatTailoringModel>(provider, provider.GetRequiredKeyedService<IChatClient>(ChatClientKey)));
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        AnalyzeGap.Map(routes);
        DocumentRoutes.Map(routes);
        ExportDocument.Map(routes);
    }

    // No retries: the document's own deadline comes first, the connection's only frees what missed it.
    private static IChatClient Connect(TailoringModelOptions options) =>
        new ModelConnection(options.Provider, options.Endpoint, options.ApiKey, options.Model!, options.Timeout * 2).Open();
}

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Modules;

using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Store.Search;

/// <summary>The search's services and routes.</summary>
internal static class SearchServices
{
    internal static void Add(ModuleBuilder builder)
    {
        builder.Services.AddSingleton(services => ProductSearch.For(services.GetRequiredService<Storage>().Engine));
        builder.Services.AddSingleton<ISearchVocabulary>(services =>
            services.GetRequiredService<Storage>().Engine == Engine.Postgres ? new SearchVocabularyPostgres() : new SearchVocabularySqlite());
        builder.Services.AddSingleton<Synonyms>();
        builder.Services.AddSingleton<SearchRun>();
        builder.Services.AddSingleton<ProductIndex>();
        builder.AddJob<TellSavedSearches>(TellSavedSearches.Kind);
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        SearchProducts.Map(routes);
        SuggestProducts.Map(routes);
        SynonymRoutes.Map(routes);
        SavedSearchRoutes.Map(routes);
    }
}

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
        AddSearch(builder.Services);
        builder.AddJob<TellSavedSearches>(TellSavedSearches.Kind);
    }

    /// <summary>What a search needs besides the context.</summary>
    internal static void AddSearch(IServiceCollection to)
    {
        to.AddSingleton(services => ProductSearch.For(services.GetRequiredService<Storage>().Engine));
        to.AddSingleton<ISearchVocabulary>(services =>
            services.GetRequiredService<Storage>().Engine == Engine.Postgres ? new SearchVocabularyPostgres() : new SearchVocabularySqlite());
        to.AddSingleton(services => ISearchChanges.For(services.GetRequiredService<Storage>()));
        to.AddSingleton<SearchMirror>();
        to.AddSingleton<Synonyms>();
        to.AddSingleton<SearchRun>();
        to.AddSingleton<ProductIndex>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        SearchProducts.Map(routes);
        SuggestProducts.Map(routes);
        SynonymRoutes.Map(routes);
        SavedSearchRoutes.Map(routes);
    }
}

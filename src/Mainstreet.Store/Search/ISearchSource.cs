using Mainstreet.Store.Data;

namespace Mainstreet.Store.Search;

/// <summary>What answers a search: the database, or this replica's copy in memory. Both answer alike; tests hold them against each other.</summary>
internal interface ISearchSource
{
    /// <summary>Counts and one page.</summary>
    Task<SearchResult> RunAsync(SearchPlan plan, CancellationToken cancel);

    /// <summary>Which of the query's groups are met by any product on sale at all.</summary>
    Task<IReadOnlyList<bool>> KnownAsync(SearchQuery query, bool synthetic, CancellationToken cancel);

    /// <summary>Words that may have been meant and that a product on sale has, the likeliest first.</summary>
    Task<IReadOnlyList<Spelling.Candidate>> NearAsync(string word, bool isBeginning, bool synthetic, CancellationToken cancel);
}

/// <summary>Asks the database.</summary>
internal sealed class SearchInDatabase(StoreDb db, ProductSearch search, ISearchVocabulary vocabulary) : ISearchSource
{
    public Task<SearchResult> RunAsync(SearchPlan plan, CancellationToken cancel) => search.RunAsync(db, plan, cancel);

    public Task<IReadOnlyList<bool>> KnownAsync(SearchQuery query, bool synthetic, CancellationToken cancel) => search.KnownAsync(db, query, synthetic, cancel);

    public async Task<IReadOnlyList<Spelling.Candidate>> NearAsync(string word, bool isBeginning, bool synthetic, CancellationToken cancel)
    {
        var ranked = Spelling.Rank(word, isBeginning, await vocabulary.NearAsync(db, word, cancel));
        if (ranked.Count == 0) return [];
        // The vocabulary forgets nothing.
        var onSale = await search.KnownAsync(db, SearchQuery.OfWords(ranked.Select(c => c.Word)), synthetic, cancel);
        return [.. ranked.Where((_, i) => onSale[i])];
    }
}

/// <summary>Asks the copy, and the database where that was given up.</summary>
internal sealed class SearchInMemory(StoreDb db, SearchMirror mirror, ISearchVocabulary vocabulary, SearchInDatabase otherwise) : ISearchSource
{
    /// <summary>More than are looked at in the end: the copy also holds words that only come of cutting others.</summary>
    private const int MostRanked = 64;

    public async Task<SearchResult> RunAsync(SearchPlan plan, CancellationToken cancel) =>
        mirror.Read(index => SearchIndexRun.Of(index, plan)) ?? await otherwise.RunAsync(plan, cancel);

    public async Task<IReadOnlyList<bool>> KnownAsync(SearchQuery query, bool synthetic, CancellationToken cancel) =>
        mirror.Read(index => query.Groups.Select(g => !index.Match(SearchQuery.Of(g), synthetic).IsEmpty).ToList()) ?? await otherwise.KnownAsync(query, synthetic, cancel);

    public async Task<IReadOnlyList<Spelling.Candidate>> NearAsync(string word, bool isBeginning, bool synthetic, CancellationToken cancel)
    {
        if (mirror.Read(index => index.Near(word, isBeginning, synthetic, MostRanked)) is not { } ranked) return await otherwise.NearAsync(word, isBeginning, synthetic, cancel);
        if (ranked.Count == 0) return [];
        var words = await vocabulary.KnownAsync(db, [.. ranked.Select(c => c.Word)], cancel);
        return [.. ranked.Where(c => words.Contains(c.Word))];
    }
}

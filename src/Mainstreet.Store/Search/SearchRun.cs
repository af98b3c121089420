using Mainstreet.Store.Data;

namespace Mainstreet.Store.Search;

/// <summary>A word that nothing was found for, and those that were looked for beside it.</summary>
public sealed record Correction(string Typed, IReadOnlyList<string> Words);

/// <summary>What a search came to.</summary>
/// <param name="Result">Counts and the page.</param>
/// <param name="Query">The words as they were looked for in the end; null when none were typed.</param>
/// <param name="Corrections">Empty when everything was found as typed.</param>
internal sealed record SearchOutcome(SearchResult Result, SearchQuery? Query, IReadOnlyList<Correction> Corrections);

/// <summary>
/// Runs a search, and where nothing is found runs it again with words spelled nearly alike: first for words that no product has, then,
/// when every word is known but no product has all of them, for each.
/// </summary>
internal sealed class SearchRun(ProductSearch search, ISearchVocabulary vocabulary, Synonyms synonyms)
{
    /// <summary>Words that are looked for instead of one.</summary>
    private const int MostWords = 4;

    internal async Task<SearchOutcome> RunAsync(StoreDb db, SearchPlan plan, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(plan.Filter.Q)) return new SearchOutcome(await search.RunAsync(db, plan, cancel), null, []);
        var query = SearchQuery.Read(plan.Filter.Q, await synonyms.ReadAsync(db, plan.Filter.BusinessId, cancel));
        var found = await search.RunAsync(db, plan with { Query = query }, cancel);
        if (found.Total > 0 || query.Groups.Count == 0) return new SearchOutcome(found, query, []);

        // The filters may be what leaves nothing: a word is misspelled only when the words by themselves find nothing.
        if (HasFilters(plan.Filter) && await CountAsync(db, plan, query, cancel) > 0) return new SearchOutcome(found, query, []);
        var corrections = await CorrectAsync(db, plan, query, cancel);
        if (corrections.Count == 0) return new SearchOutcome(found, query, []);
        var wider = query.With(corrections.ToDictionary(c => c.Typed, c => c.Words, StringComparer.Ordinal));
        return new SearchOutcome(await search.RunAsync(db, plan with { Query = wider }, cancel), wider, corrections);
    }

    private static bool HasFilters(SearchFilter filter) =>
        filter.Category.Count + filter.SubCategory.Count + filter.Brand.Count > 0 || filter.PriceMin is not null || filter.PriceMax is not null || filter.InStock is not null;

    private async Task<long> CountAsync(StoreDb db, SearchPlan plan, SearchQuery query, CancellationToken cancel) =>
        (await search.RunAsync(db, new SearchPlan(
            new SearchFilter(null, [], [], [], BusinessId: plan.Filter.BusinessId), query, plan.Synthetic, SortBy.Newest, [], [], 0), cancel)).Total;

    private async Task<List<Correction>> CorrectAsync(StoreDb db, SearchPlan plan, SearchQuery query, CancellationToken cancel)
    {
        var known = await search.KnownAsync(db, query, plan.Synthetic, cancel);
        var corrections = new List<Correction>();
        for (var i = 0; i < query.Groups.Count; i++)
        {
            var typed = query.Groups[i].Typed;
            if ((known[i] && known.Contains(false)) || Spelling.Forgiven(typed) == 0) continue;
            var ranked = Spelling.Rank(typed, i == query.Groups.Count - 1, await vocabulary.NearAsync(db, typed, cancel));
            if (await ChooseAsync(db, ranked, plan.Synthetic, cancel) is { Count: > 0 } words) corrections.Add(new Correction(typed, words));
        }

        return corrections;
    }

    /// <summary>The nearest of those that a product on sale has: the vocabulary forgets nothing.</summary>
    private async Task<List<string>> ChooseAsync(StoreDb db, IReadOnlyList<Spelling.Candidate> ranked, bool synthetic, CancellationToken cancel)
    {
        if (ranked.Count == 0) return [];
        var onSale = await search.KnownAsync(db, SearchQuery.OfWords(ranked.Select(c => c.Word)), synthetic, cancel);
        var known = ranked.Where((_, i) => onSale[i]).ToList();
        return [.. known.Where(c => c.Edits == known[0].Edits).Take(MostWords).Select(c => c.Word)];
    }
}

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
internal sealed class SearchRun(ProductSearch search, ISearchVocabulary vocabulary, SearchMirror mirror, Synonyms synonyms)
{
    /// <summary>Words that are looked for instead of one.</summary>
    private const int MostWords = 4;

    internal async Task<SearchOutcome> RunAsync(StoreDb db, SearchPlan plan, CancellationToken cancel)
    {
        var database = new SearchInDatabase(db, search, vocabulary);
        ISearchSource source = await mirror.RefreshAsync(cancel) ? new SearchInMemory(db, mirror, vocabulary, database) : database;
        if (string.IsNullOrWhiteSpace(plan.Filter.Q)) return new SearchOutcome(await source.RunAsync(plan, cancel), null, []);
        return await RunAsync(source, plan, SearchQuery.Read(plan.Filter.Q, await synonyms.ReadAsync(db, plan.Filter.BusinessId, cancel)), cancel);
    }

    internal static async Task<SearchOutcome> RunAsync(ISearchSource source, SearchPlan plan, SearchQuery query, CancellationToken cancel)
    {
        var found = await source.RunAsync(plan with { Query = query }, cancel);
        if (found.Total > 0 || query.Groups.Count == 0) return new SearchOutcome(found, query, []);

        // The filters may be what leaves nothing: a word is misspelled only when the words by themselves find nothing.
        if (HasFilters(plan.Filter) && await CountAsync(source, plan, query, cancel) > 0) return new SearchOutcome(found, query, []);
        var corrections = await CorrectAsync(source, plan, query, cancel);
        if (corrections.Count == 0) return new SearchOutcome(found, query, []);
        var wider = query.With(corrections.ToDictionary(c => c.Typed, c => c.Words, StringComparer.Ordinal));
        return new SearchOutcome(await source.RunAsync(plan with { Query = wider }, cancel), wider, corrections);
    }

    private static bool HasFilters(SearchFilter filter) =>
        filter.Category.Count + filter.SubCategory.Count + filter.Brand.Count > 0 || filter.PriceMin is not null || filter.PriceMax is not null || filter.InStock is not null;

    private static async Task<long> CountAsync(ISearchSource source, SearchPlan plan, SearchQuery query, CancellationToken cancel) =>
        (await source.RunAsync(new SearchPlan(
            new SearchFilter(null, [], [], [], BusinessId: plan.Filter.BusinessId), query, plan.Synthetic, SortBy.Newest, [], [], 0), cancel)).Total;

    private static async Task<List<Correction>> CorrectAsync(ISearchSource source, SearchPlan plan, SearchQuery query, CancellationToken cancel)
    {
        var known = await source.KnownAsync(query, plan.Synthetic, cancel);
        var corrections = new List<Correction>();
        for (var i = 0; i < query.Groups.Count; i++)
        {
            var typed = query.Groups[i].Typed;
            if ((known[i] && known.Contains(false)) || Spelling.Forgiven(typed) == 0) continue;
            var near = await source.NearAsync(typed, i == query.Groups.Count - 1, plan.Synthetic, cancel);
            if (near.Count == 0) continue;
            corrections.Add(new Correction(typed, [.. near.Where(c => c.Edits == near[0].Edits).Take(MostWords).Select(c => c.Word)]));
        }

        return corrections;
    }
}

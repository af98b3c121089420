using Mainstreet.Store.Data;

namespace Mainstreet.Store.Search;

/// <summary>
/// Every word that any product ever had, to correct misspelled ones by. Both engines propose the same candidates, those whose
/// trigrams are as near as <see cref="LeastSimilarity"/>; the choice among them is <see cref="SearchRun"/>'s.
/// </summary>
internal interface ISearchVocabulary
{
    /// <summary>
    /// Shared trigrams to all trigrams of two words (as pg_trgm cuts them). Low enough for two letters swapped inside a word of four: one
    /// trigram of nine is left.
    /// </summary>
    const float LeastSimilarity = 0.1f;

    /// <summary>Adds those that are missing. Call inside a transaction.</summary>
    /// <param name="words">Folded, each once, in ordinal order: writers that meet take their locks alike.</param>
    Task AddAsync(StoreDb db, IReadOnlyList<string> words, CancellationToken cancel);

    /// <summary>Words as near as that, in no order.</summary>
    Task<IReadOnlyList<string>> NearAsync(StoreDb db, string word, CancellationToken cancel);

    /// <summary>Which of these are in it.</summary>
    Task<IReadOnlySet<string>> KnownAsync(StoreDb db, IReadOnlyList<string> words, CancellationToken cancel);
}

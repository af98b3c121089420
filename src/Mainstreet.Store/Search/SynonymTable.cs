using Mainstreet.Foundation.Searching;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Search;

/// <summary>Synonyms by stemmed phrase: those of every shop and, where one shop is searched, its own.</summary>
internal sealed class SynonymTable
{
    internal static readonly SynonymTable Empty = new([]);

    private readonly Dictionary<string, List<string>> _same = new(StringComparer.Ordinal);

    internal SynonymTable(IEnumerable<IReadOnlyList<string>> groups)
    {
        foreach (var group in groups)
        {
            var terms = group.Select(SearchWords.StemKey).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).ToList();
            foreach (var term in terms)
            {
                if (!_same.TryGetValue(term, out var same)) _same[term] = same = [];
                same.AddRange(terms.Where(t => t != term && !same.Contains(t)));
            }
        }
    }

    internal static async Task<SynonymTable> ReadAsync(StoreDb db, Guid? businessId, CancellationToken cancel) => new(
        (await db.Synonyms.AsNoTracking().Where(s => s.BusinessId == null || s.BusinessId == businessId).OrderBy(s => s.Id).Select(s => s.Terms).ToListAsync(cancel))
        .Select(terms => terms.Split(',')));

    /// <summary>What else the phrase is called; empty when nothing.</summary>
    internal IReadOnlyList<string> Of(string stems) => _same.TryGetValue(stems, out var same) ? same : [];
}

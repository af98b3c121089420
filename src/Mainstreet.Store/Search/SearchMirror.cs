using Mainstreet.Foundation.Searching;

using Microsoft.Extensions.Options;

namespace Mainstreet.Store.Search;

/// <summary>This replica's copy of the search entries; given up where there are more products than <see cref="StoreOptions.SearchInMemory"/>.</summary>
internal sealed class SearchMirror : Mirror<SearchIndex>
{
    private readonly ISearchChanges _changes;
    private readonly int _most;

    public SearchMirror(ISearchChanges changes, IOptions<StoreOptions> options)
    {
        (_changes, _most) = (changes, options.Value.SearchInMemory);
        if (_most == 0) GiveUp();
    }

    /// <summary>Brings the copy up to date. Reading everything takes a second or two; whoever comes meanwhile is better served by the database.</summary>
    /// <returns>False where there is none.</returns>
    internal ValueTask<bool> RefreshAsync(CancellationToken cancel) => RefreshAsync(wait: false, cancel);

    protected override bool Fits(SearchIndex index) => index.Count <= _most;

    protected override async Task<(SearchIndex Index, string Seen)> LoadAsync(CancellationToken cancel)
    {
        var index = new SearchIndex();
        var seen = await _changes.ReadAsync(null, entry =>
        {
            if (index.Count <= _most) index.Put(entry);
        }, cancel);
        index.Sort();
        return (index, seen);
    }

    protected override async Task<string> CatchUpAsync(SearchIndex index, CancellationToken cancel)
    {
        var changed = new List<SearchEntry>();
        var seen = await _changes.ReadAsync(Seen, changed.Add, cancel);
        if (changed.Count > 0)
        {
            Write(() =>
            {
                foreach (var entry in changed) index.Put(entry);
                index.Sort();
            });
        }

        return seen;
    }
}

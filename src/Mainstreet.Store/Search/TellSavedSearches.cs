using System.Text.Json;

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Events;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Search;

/// <summary>New products fit a saved search.</summary>
[EventName("store.search.matched")]
internal sealed record SavedSearchMatched(Guid SearchId, Guid AccountId, IReadOnlyList<Guid> ProductIds, DateTimeOffset At);

/// <summary>
/// Holds products that changed against every saved search and tells each account of those that fit now and did not before: one
/// message a search, each product once for ever. Runs as a job, so that an import waits for no saved search.
/// </summary>
internal sealed class TellSavedSearches(StoreDb db, Synonyms synonyms, TimeProvider clock) : IJobHandler
{
    internal const string Kind = "store.tell_saved_searches";

    /// <summary>Products named in one message; the count says how many there are.</summary>
    private const int MostNamed = 20;

    private const int Batch = 500;

    public ModuleDb Db => db;

    public async Task RunAsync(JobExecution job, CancellationToken cancel)
    {
        var changes = job.Read<List<ListingChange>>();
        var ids = changes.Select(c => c.ProductId).ToList();
        var entries = await db.SearchEntries.AsNoTracking().Where(e => ids.Contains(e.ProductId) && e.Active).ToDictionaryAsync(e => e.ProductId, cancel);
        var candidates = changes.Where(c => entries.ContainsKey(c.ProductId))
            .Select(c => new Candidate(c.ProductId, c.Before, ListingChange.Facts.Of(entries[c.ProductId]), entries[c.ProductId].Synthetic)).ToList();
        if (candidates.Count == 0) return;

        var last = Guid.Empty;
        while (true)
        {
            var searches = await db.SavedSearches.AsNoTracking().Where(s => s.Id.CompareTo(last) > 0).OrderBy(s => s.Id).Take(Batch).ToListAsync(cancel);
            foreach (var search in searches) await TellAsync(search, candidates, cancel);
            await db.SaveChangesAsync(cancel);
            if (searches.Count < Batch) return;
            last = searches[^1].Id;
        }
    }

    private async Task TellAsync(SavedSearch search, List<Candidate> candidates, CancellationToken cancel)
    {
        var filter = JsonSerializer.Deserialize<SearchFilter>(search.Query, Json.Stored)!;
        var query = string.IsNullOrWhiteSpace(filter.Q) ? null : SearchQuery.Read(filter.Q, await synonyms.ReadAsync(db, filter.BusinessId, cancel));
        var fitting = candidates
            .Where(c => c.Synthetic == search.Synthetic && c.Now.Meet(filter, query) && c.Before?.Meet(filter, query) != true)
            .Select(c => c.ProductId).Distinct().ToList();
        if (fitting.Count == 0) return;
        var told = await db.SavedSearchHits.AsNoTracking().Where(h => h.SearchId == search.Id && fitting.Contains(h.ProductId)).Select(h => h.ProductId).ToListAsync(cancel);
        fitting.RemoveAll(told.Contains);
        if (fitting.Count == 0) return;

        var now = clock.Now();
        db.SavedSearchHits.AddRange(fitting.Select(id => new SavedSearchHit { SearchId = search.Id, ProductId = id, At = now }));
        var named = fitting.Take(MostNamed).ToList();
        var products = await db.Products.AsNoTracking().Where(p => named.Contains(p.Id)).OrderBy(p => p.Id).ToListAsync(cancel);
        db.Notify($"search:{search.Id}", "search.matched",
            new
            {
                SearchId = search.Id,
                search.Name,
                Count = fitting.Count,
                Products = products.Select(p => new { p.Id, p.Name, p.Brand, p.Price }).ToList(),
            }, $"user:{search.AccountId}");
        db.Publish($"search:{search.Id}", new SavedSearchMatched(search.Id, search.AccountId, fitting, now));
    }

    private sealed record Candidate(Guid ProductId, ListingChange.Facts? Before, ListingChange.Facts Now, bool Synthetic);
}

using System.Text.Json;

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Jobs;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Jobs.Alerts;

/// <summary>
/// Holds new postings against every saved search and tells each account of those that fit: one live notification a search, each posting once for
/// ever. Runs as a job, so that an import waits for no saved search. The postings are searched as always, in an index of their own.
/// </summary>
internal sealed class TellJobSearches(CareersDb db, TimeProvider clock) : IJobHandler
{
    internal const string Kind = "careers.tell_job_searches";

    /// <summary>Postings named in one notification; the count says how many there are.</summary>
    private const int MostNamed = 20;

    private const int Batch = 500;

    public ModuleDb Db => db;

    public async Task RunAsync(JobExecution job, CancellationToken cancel)
    {
        var ids = job.Read<List<Guid>>();
        var index = new JobIndex();
        foreach (var entry in await db.PostingEntries.AsNoTracking().Where(e => ids.Contains(e.PostingId) && e.Open).ToListAsync(cancel)) index.Put(entry);
        index.Tidy();
        if (index.Count == 0) return;

        var last = Guid.Empty;
        while (true)
        {
            var searches = await db.JobSearches.AsNoTracking().Where(s => s.Id.CompareTo(last) > 0).OrderBy(s => s.Id).Take(Batch).ToListAsync(cancel);
            foreach (var search in searches) await TellAsync(search, index, cancel);
            await db.SaveChangesAsync(cancel);
            if (searches.Count < Batch) return;
            last = searches[^1].Id;
        }
    }

    private async Task TellAsync(SavedJobSearch search, JobIndex index, CancellationToken cancel)
    {
        var filter = JsonSerializer.Deserialize<JobFilter>(search.Query, Json.Stored)!;
        var now = clock.Now();
        var plan = new JobPlan(filter, JobQuery.Read(filter.Q), search.Synthetic, now.ToMicroseconds(), JobSort.Newest, [], [], index.Count);
        var fitting = JobIndexRun.Of(index, plan).Ids.ToList();
        if (fitting.Count == 0) return;
        var told = await db.JobSearchHits.AsNoTracking().Where(h => h.SearchId == search.Id && fitting.Contains(h.PostingId)).Select(h => h.PostingId).ToListAsync(cancel);
        fitting.RemoveAll(told.Contains);
        if (fitting.Count == 0) return;

        db.JobSearchHits.AddRange(fitting.Select(id => new JobSearchHit { SearchId = search.Id, PostingId = id, At = now }));
        var named = fitting.Take(MostNamed).ToList();
        var postings = await db.Postings.AsNoTracking().Where(p => named.Contains(p.Id)).OrderBy(p => p.Id).Select(p => new { p.Id, p.Title, p.Company, p.Places }).ToListAsync(cancel);
        db.Notify($"job-search:{search.Id}", "jobs.matched",
            new
            {
                SearchId = search.Id,
                search.Name,
                Count = fitting.Count,
                Jobs = postings.Select(p => new { p.Id, p.Title, p.Company, Place = Place.Parse(p.Places).Select(one => one.Text).FirstOrDefault() }).ToList(),
            }, $"user:{search.AccountId}");
    }
}

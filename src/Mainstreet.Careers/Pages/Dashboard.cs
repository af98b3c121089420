using System.Text.Json;

using Mainstreet.Careers.Applications;
using Mainstreet.Careers.Compatibility;
using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Reading;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Careers.Profiles;
using Mainstreet.Careers.Skills;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Careers.Pages;

/// <summary>What the dashboard shows: each part is read by a query of its own, bounded whatever somebody has piled up.</summary>
internal sealed class Dashboard(CareersDb db, DailyQuota quota, JobMirror mirror, TimeProvider clock)
{
    private const int MostShown = 5;

    private const int Compared = 40;

    /// <param name="Score">0 to 100; null: found by a kept search, not compared.</param>
    /// <param name="Search">The kept search that told of it.</param>
    internal sealed record Match(Guid Id, string Title, string? Company, string? Place, decimal? Score, string? Verdict, string? Search, DateTimeOffset At);

    /// <param name="Address">The search as it is asked now.</param>
    /// <param name="Matches">Postings that it has told of.</param>
    internal sealed record KeptSearch(string Name, string Address, int Matches);

    internal sealed record Waiting(Guid Id, string Title, string? Company, ApplicationState State, DateTimeOffset? SubmittedAt, DateTimeOffset? RemindAt, bool Asked, bool Doubt);

    /// <param name="Slug">Of the published CV.</param>
    /// <param name="Told">What kept searches found, the newest first.</param>
    /// <param name="Fitting">Of the newest postings those that fit best.</param>
    /// <param name="Counts">Applications by state; states without any are left out.</param>
    /// <param name="Awaited">Applications whose answer is awaited, the longest first.</param>
    internal sealed record View(
        ProfileCompleteness Completeness, bool HasProfile, string? Slug, IReadOnlyList<Match> Told, IReadOnlyList<Match> Fitting, IReadOnlyList<KeptSearch> Searches,
        IReadOnlyList<TaskLine> Tasks, IReadOnlyDictionary<ApplicationState, int> Counts, IReadOnlyList<Waiting> Awaited, QuotaState Quota, int Documents);

    internal async Task<View> ReadAsync(Caller caller, CancellationToken cancel)
    {
        var account = caller.Id;
        var profile = await db.Profiles.AsNoTracking().Where(p => p.AccountId == account).Select(p => new { p.Document, p.Slug, Published = p.PublishedDocument != null }).SingleOrDefaultAsync(cancel);
        IReadOnlyList<Fact> facts = profile is null ? [] : FactReader.Read(profile.Document);
        var counts = await db.Applications.AsNoTracking().Where(a => a.AccountId == account).GroupBy(a => a.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        return new View(
            ProfileCompleteness.Of(facts, profile?.Published ?? false), profile is not null, profile is { Published: true } ? profile.Slug : null,
            await ToldAsync(account, cancel), facts.Count == 0 ? [] : await FittingAsync(caller, facts, cancel), await SearchesAsync(account, cancel),
            await TaskLine.ReadAsync(db, account, null, MostShown, cancel), counts, await AwaitedAsync(account, cancel), await quota.ReadAsync(account, cancel),
            await db.Documents.CountAsync(d => d.AccountId == account, cancel));
    }

    private async Task<IReadOnlyList<Match>> ToldAsync(Guid account, CancellationToken cancel)
    {
        var rows = await (
            from hit in db.JobSearchHits.AsNoTracking()
            join search in db.JobSearches on hit.SearchId equals search.Id
            join posting in db.Postings on hit.PostingId equals posting.Id
            where search.AccountId == account && posting.ClosedAt == null
            orderby hit.At descending, posting.Id
            select new { posting.Id, posting.Title, posting.Company, posting.Places, search.Name, hit.At }).Take(MostShown * 2).ToListAsync(cancel);
        return [.. rows.DistinctBy(r => r.Id).Take(MostShown).Select(r => new Match(r.Id, r.Title, r.Company, PlaceOf(r.Places), null, null, r.Name, r.At))];
    }

    private async Task<IReadOnlyList<Match>> FittingAsync(Caller caller, IReadOnlyList<Fact> facts, CancellationToken cancel)
    {
        var now = clock.Now();
        var ids = (await mirror.SearchAsync(new JobPlan(JobFilter.Any, null, caller.Synthetic, now.ToMicroseconds(), JobSort.Newest, [], [], Compared), cancel)).Ids;
        var postings = await db.Postings.AsNoTracking().Where(p => ids.Contains(p.Id)).ToListAsync(cancel);
        var candidate = new Candidate(facts, CandidateWishes.None, DateOnly.FromDateTime(now.UtcDateTime), SkillRecogniser.Own);
        return
        [
            .. postings.Select(p => (Posting: p, Fit: CompatibilityAnalyser.Own.Analyse(candidate, p.ToText())))
                .Where(p => p.Fit.Verdict < Verdict.StretchGoal)
                .OrderByDescending(p => p.Fit.Score).ThenBy(p => p.Posting.Id).Take(MostShown)
                .Select(p => new Match(
                    p.Posting.Id, p.Posting.Title, p.Posting.Company, PlaceOf(p.Posting.Places), p.Fit.Score, JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Fit.Verdict.ToString()), null,
                    p.Posting.PostedAt ?? p.Posting.FirstSeen)),
        ];
    }

    private async Task<IReadOnlyList<KeptSearch>> SearchesAsync(Guid account, CancellationToken cancel) =>
    [
        .. (await db.JobSearches.AsNoTracking().Where(s => s.AccountId == account).OrderByDescending(s => s.CreatedAt).Take(MostShown)
            .Select(s => new { s.Name, s.Query, Matches = db.JobSearchHits.Count(h => h.SearchId == s.Id) }).ToListAsync(cancel))
            .Select(s => new KeptSearch(s.Name, AddressOf(JsonSerializer.Deserialize<JobFilter>(s.Query, Json.Stored)!), s.Matches)),
    ];

    private async Task<IReadOnlyList<Waiting>> AwaitedAsync(Guid account, CancellationToken cancel) =>
        await db.Applications.AsNoTracking()
            .Where(a => a.AccountId == account && (a.State == ApplicationState.Submitted || a.State == ApplicationState.Screening || a.State == ApplicationState.Interview))
            .OrderBy(a => a.SubmittedAt).ThenBy(a => a.Id).Take(MostShown * 2)
            .Select(a => new Waiting(a.Id, a.PostingTitle, a.Company, a.State, a.SubmittedAt, a.RemindAt, a.FollowUp != null, a.Delivery == Delivery.Unknown)).ToListAsync(cancel);

    private static string? PlaceOf(string places) => Place.Parse(places).Select(p => p.Text).FirstOrDefault();

    private static string AddressOf(JobFilter filter)
    {
        var query = new QueryBuilder();
        Add("q", filter.Q);
        Add("location", filter.Location);
        foreach (var facet in JobIndex.AllFacets)
        {
            foreach (var value in filter.Of(facet)) Add(Words.Of(facet), value);
        }

        Add("payMin", filter.PayMin?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add("currency", filter.Currency);
        return JobForms.Page + query.ToQueryString();

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) query.Add(name, value);
        }
    }
}

using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Careers.Jobs.Sources;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;

namespace Mainstreet.Careers.Jobs;

/// <summary>
/// Reads the sources that were not read lately, then searches: what <c>POST /v1/hunter/find-jobs</c> runs as a task. Run again it does no harm and
/// costs little. Errors: invalid_request.
/// </summary>
internal sealed class FindJobs(CareersDb db, ReadSources read, JobSources sources, JobMirror mirror, TimeProvider clock)
{
    /// <param name="Query">Words.</param>
    /// <param name="Location">A town, region or country.</param>
    /// <param name="Remote">True: remote work only.</param>
    /// <param name="Filters">Further filters of the search.</param>
    /// <param name="Sources">Only postings found there; null: everywhere.</param>
    internal sealed record Request(string? Query, string? Location = null, bool? Remote = null, Filters? Filters = null, IReadOnlyList<string>? Sources = null);

    /// <summary>As in the search.</summary>
    public sealed record Filters(
        IReadOnlyList<string>? Company = null, IReadOnlyList<string>? Place = null, IReadOnlyList<string>? Country = null, IReadOnlyList<string>? Workplace = null, IReadOnlyList<string>? Employment = null,
        IReadOnlyList<string>? Seniority = null, long? PayMin = null, string? Currency = null, int? Days = null);

    /// <param name="Total">All that was found.</param>
    /// <param name="JobIds">The best ones, at most 50.</param>
    /// <param name="Readings">How each board went; a source that cannot be read says why.</param>
    public sealed record Result(int Total, IReadOnlyList<Guid> JobIds, IReadOnlyList<SourceReading> Readings);

    /// <summary>What is wrong with a request, before a task is made of it; null when nothing is.</summary>
    internal Problem? Check(Request request) => Plan(request, synthetic: false).Problem
        ?? (request.Sources?.FirstOrDefault(s => sources.Find(s) is null) is { } unknown ? Problem.Invalid("sources", $"{unknown} is none of {string.Join(", ", sources.All.Select(s => s.Info.Name))}") : null);

    /// <param name="request">What is looked for.</param>
    /// <param name="accountId">Who looks.</param>
    /// <param name="synthetic">For the self-check's accounts no outside source is read.</param>
    /// <param name="progress">Called with how many boards are read, of how many.</param>
    /// <param name="cancel">The task's.</param>
    internal async Task<Outcome<Result>> RunAsync(Request request, Guid accountId, bool synthetic, Func<int, int, Task>? progress, CancellationToken cancel)
    {
        if (Check(request) is { } problem) return problem;
        var readings = synthetic ? [] : await read.RunAsync(request.Sources, force: false, accountId, progress, cancel);
        var found = await SearchJobs.RunAsync(Plan(request, synthetic).Value!, db, mirror, cancel);
        return new Result(found.Total, [.. found.Items.Select(i => i.Id)], readings);
    }

    private Outcome<JobPlan> Plan(Request request, bool synthetic)
    {
        var f = request.Filters ?? new Filters();
        return SearchJobs.PlanOf(new SearchJobs.Query(
            request.Query, request.Location, f.Company?.ToArray(), f.Place?.ToArray(), f.Country?.ToArray(), request.Remote, f.Workplace?.ToArray(), f.Employment?.ToArray(), f.Seniority?.ToArray(),
            request.Sources?.ToArray(), f.PayMin, f.Currency, f.Days), synthetic, clock.Now());
    }
}

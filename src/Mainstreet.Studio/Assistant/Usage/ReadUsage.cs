using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Assistant.Usage;

/// <summary>
/// What the assistant used of one's own tokens, summed by feature, project, provider, model or day; for administrators also by account, over
/// everybody. The groups add up to the total exactly. Errors: invalid_request, forbidden.
/// </summary>
internal static class ReadUsage
{
    private const int MostDays = 400;

    /// <param name="Tokens">Input and output together.</param>
    /// <param name="CachedTokens">Those of the input that came out of a provider's cache.</param>
    /// <param name="EstimatedTokens">Those of <c>tokens</c> that no provider told: bytes were counted.</param>
    /// <param name="MeteredTokens">Those of <c>tokens</c> that count against budgets.</param>
    public sealed record Sum(long Requests, long InputTokens, long OutputTokens, long Tokens, long CachedTokens, long EstimatedTokens, long MeteredTokens);

    public sealed record Group(string Key, Sum Sum);

    /// <param name="Open">Requests that are being answered; they are in no sum yet.</param>
    public sealed record Response(DateTimeOffset From, DateTimeOffset To, string By, Sum Total, IReadOnlyList<Group> Items, long Open, IReadOnlyList<BudgetState> Budgets);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ai/usage", Handle)
        .WithName("studio.assistant.usage").WithSummary("Sum up the assistant's tokens by feature, project, provider, model, day or account")
        .RequireAuthorization(StudioPermissions.Assistant).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);

    internal static async Task<Results<Ok<Response>, ProblemHttpResult>> Handle(
        Caller caller, StudioDb db, TokenLedger ledger, TimeProvider clock, DateTimeOffset? from = null, DateTimeOffset? to = null, string by = "feature", Guid? projectId = null, CancellationToken cancel = default)
    {
        if (by is not ("feature" or "project" or "provider" or "model" or "day" or "account")) return Problem.Invalid("by", "must be feature, project, provider, model, day or account").ToHttp();
        var now = clock.Now();
        var until = (to ?? now.AddSeconds(1)).Cut();
        var since = (from ?? new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero)).Cut();
        if (since >= until) return Problem.Invalid("from", "must be before 'to'").ToHttp();
        if (until - since > TimeSpan.FromDays(MostDays)) return Problem.Invalid("from", $"must be at most {MostDays} days before 'to'").ToHttp();
        var uses = db.AiUses.AsNoTracking().Where(u => u.StartedAt >= since && u.StartedAt < until);
        if (by == "account")
        {
            if (!caller.Can(StudioPermissions.AuditUsage)) return Problem.Forbidden.ToHttp();
        }
        else uses = uses.Where(u => u.AccountId == caller.Id);
        if (projectId is not null && !caller.Can(StudioPermissions.AuditUsage)
            && !await db.Projects.AnyAsync(p => p.Id == projectId && p.AccountId == caller.Id, cancel) && !await db.AiUses.AnyAsync(u => u.ProjectId == projectId && u.AccountId == caller.Id, cancel))
            return StudioProblems.ProjectNotFound.ToHttp();
        if (projectId is not null) uses = uses.Where(u => u.ProjectId == projectId);
        // One statement, so that the groups and their sum are of one moment.
        var rows = by == "day" ? await ByInstantAsync(uses, cancel) : await ByKeyAsync(uses, by, cancel);
        var ended = rows.Where(r => !r.Open).Select(r => (r.Key, Sum: new Sum(
            r.Requests, r.Input, r.Output, r.Input + r.Output, r.Cached, r.Estimated ? r.Input + r.Output : 0, r.Metered ? r.Input + r.Output : 0))).ToList();
        var items = ended.GroupBy(r => r.Key, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new Group(g.Key, Add(g.Select(r => r.Sum)))).ToList();
        var budgets = await ledger.BudgetsAsync(new AiPurpose(caller.Id, projectId, ""), cancel);
        return TypedResults.Ok(new Response(since, until, by, Add(ended.Select(r => r.Sum)), items, rows.Where(r => r.Open).Sum(r => r.Requests), budgets));
    }

    private sealed record Row(string Key, bool Open, bool Estimated, bool Metered, long Requests, long Input, long Output, long Cached);

    private static async Task<List<Row>> ByKeyAsync(IQueryable<AiUse> uses, string by, CancellationToken cancel) =>
        [
            .. (await uses.GroupBy(u => new { u.AccountId, u.Feature, u.ProjectId, u.Provider, u.Model, u.State, u.Estimated, u.Metered })
                .Select(g => new { g.Key, Requests = g.LongCount(), Input = g.Sum(u => u.InputTokens), Output = g.Sum(u => u.OutputTokens), Cached = g.Sum(u => u.CachedTokens) })
                .ToListAsync(cancel))
            .Select(r => new Row(
                by switch
                {
                    "project" => r.Key.ProjectId?.ToString() ?? "none",
                    "provider" => r.Key.Provider,
                    "model" => r.Key.Model,
                    "account" => r.Key.AccountId.ToString(),
                    _ => r.Key.Feature,
                },
                r.Key.State == AiUseState.Open, r.Key.Estimated, r.Key.Metered, r.Requests, r.Input, r.Output, r.Cached)),
        ];

    // Days are counted here: how a day is cut out of an instant differs between the engines.
    private static async Task<List<Row>> ByInstantAsync(IQueryable<AiUse> uses, CancellationToken cancel) =>
        [
            .. (await uses.Select(u => new { u.StartedAt, u.State, u.Estimated, u.Metered, u.InputTokens, u.OutputTokens, u.CachedTokens }).ToListAsync(cancel))
            .Select(u => new Row(
                u.StartedAt.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                u.State == AiUseState.Open, u.Estimated, u.Metered, 1, u.InputTokens, u.OutputTokens, u.CachedTokens)),
        ];

    private static Sum Add(IEnumerable<Sum> sums) => sums.Aggregate(new Sum(0, 0, 0, 0, 0, 0, 0), (a, b) => new Sum(
        a.Requests + b.Requests, a.InputTokens + b.InputTokens, a.OutputTokens + b.OutputTokens, a.Tokens + b.Tokens, a.CachedTokens + b.CachedTokens,
        a.EstimatedTokens + b.EstimatedTokens, a.MeteredTokens + b.MeteredTokens));
}

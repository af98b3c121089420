using Mainstreet.Careers.Data;
using Mainstreet.Careers.Jobs;
using Mainstreet.Careers.Jobs.Alerts;
using Mainstreet.Careers.Jobs.Search;
using Mainstreet.Foundation.Authorization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Mainstreet.Careers.Pages;

/// <summary>The forms of the job search: keep this search, remove a kept one.</summary>
internal static class JobForms
{
    internal const string Page = "/careers/jobs";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost($"{Page}/searches", Save).RequireAuthorization(CareersPermissions.Search).ExcludeFromDescription();
        routes.MapPost(Page + "/searches/{id:guid}/remove", async (Guid id, Caller caller, CareersDb db, CancellationToken cancel) =>
            CareersPages.Back(Page, CareersPages.ProblemOf((await JobSearchRoutes.Remove(id, caller, db, cancel)).Result)))
            .RequireAuthorization(CareersPermissions.Search).ExcludeFromDescription();
    }

    /// <summary>The search as the page's address has it.</summary>
    internal static SearchJobs.Query Read(IQueryCollection query, string? facets, string? disjunctive, int limit)
    {
        string? One(string name) => query[name].FirstOrDefault() is { Length: > 0 } value ? value : null;
        string[] Many(string name) => [.. query[name].OfType<string>().Where(v => v.Length > 0)];
        return new SearchJobs.Query(
            One("q"), One("location"), Many("company"), Many("place"), Many("country"), One("remote") == "true" ? true : null, Many("workplace"), Many("employment"), Many("seniority"), Many("source"),
            long.TryParse(One("payMin"), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var pay) ? pay : null, One("currency"), null, One("sort"), facets, disjunctive, limit, One("cursor"));
    }

    private static async Task<IResult> Save(Caller caller, HttpContext http, CareersDb db, TimeProvider clock, IOptions<JobsOptions> options, CancellationToken cancel)
    {
        var fields = await CareersPages.ReadFormAsync(http, cancel);
        var asked = new QueryCollection(Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(fields.GetValueOrDefault("search", "")));
        var plan = SearchJobs.PlanOf(Read(asked, null, null, 1) with { Cursor = null, Sort = null }, caller.Synthetic, clock.GetUtcNow());
        var problem = plan.Problem;
        if (plan.Ok)
        {
            var name = fields.GetValueOrDefault("name") is { Length: > 0 and <= 100 } named ? named : null;
            problem = (await JobSearchRoutes.SaveAsync(plan.Value.Filter, name, fields.GetValueOrDefault("byEmail") == "true", caller, null, db, clock, options.Value, cancel)).Problem;
        }

        return CareersPages.Back(Page, problem);
    }
}

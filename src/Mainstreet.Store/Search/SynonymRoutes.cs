using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Searching;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Search;

/// <summary>
/// A shop's own synonyms, which hold where its products alone are searched; those without a business hold everywhere and come with the
/// program. Errors: invalid_request, business_required, business_not_found, too_many_synonyms, not_found.
/// </summary>
internal static class SynonymRoutes
{
    private const int MostGroups = 1_000;

    private const int MostTerms = 20;

    private const int LongestTerm = 60;

    /// <param name="Terms">2 to 20 words or phrases of at most four words, none with a comma.</param>
    /// <param name="BusinessId">May be left out by a member of one business.</param>
    public sealed record Request(IReadOnlyList<string> Terms, Guid? BusinessId = null);

    public sealed record View(Guid Id, Guid? BusinessId, IReadOnlyList<string> Terms);

    public sealed record ListResponse(IReadOnlyList<View> Items);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/synonyms", List)
            .WithName("store.synonyms.list").WithSummary("List synonyms")
            .RequireAuthorization(StorePermissions.EditProducts).ProducesProblem(404);
        routes.MapPost("/v1/synonyms", Add)
            .WithName("store.synonyms.add").WithSummary("Add words that mean the same")
            .RequireAuthorization(StorePermissions.EditProducts).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409);
        routes.MapDelete("/v1/synonyms/{id:guid}", Remove)
            .WithName("store.synonyms.remove").WithSummary("Remove synonyms")
            .RequireAuthorization(StorePermissions.EditProducts).ProducesProblem(404);
    }

    internal static async Task<Results<Ok<ListResponse>, ProblemHttpResult>> List(
        Caller caller, StoreDb db, IBusinessDirectory businesses, Guid? businessId = null, CancellationToken cancel = default)
    {
        var business = await OwnBusiness.FindAsync(businessId, StorePermissions.EditProducts, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        var own = business.Value.Id;
        var groups = await db.Synonyms.AsNoTracking().Where(s => s.BusinessId == null || s.BusinessId == own).OrderBy(s => s.Id).ToListAsync(cancel);
        return TypedResults.Ok(new ListResponse([.. groups.Select(Of)]));
    }

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Add(
        Request request, Caller caller, StoreDb db, Synonyms synonyms, TimeProvider clock, IBusinessDirectory businesses, CancellationToken cancel)
    {
        var terms = request.Terms.Select(SearchWords.Key).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        if (terms.Count is < 2 or > MostTerms || request.Terms.Any(t => t.Length > LongestTerm || SearchWords.In(t).Count() > SearchQuery.LongestPhrase))
            return Problem.Invalid("terms", $"must be 2 to {MostTerms} different words or phrases of at most {SearchQuery.LongestPhrase} words and {LongestTerm} characters").ToHttp();
        var business = await OwnBusiness.FindAsync(request.BusinessId, StorePermissions.EditProducts, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        if (await db.Synonyms.CountAsync(s => s.BusinessId == business.Value.Id, cancel) >= MostGroups)
            return new Problem(409, "too_many_synonyms", $"A business has at most {MostGroups} groups of synonyms.").ToHttp();
        var group = new SynonymGroup { Id = clock.NewId(), BusinessId = business.Value.Id, Terms = string.Join(',', terms), CreatedAt = clock.Now() };
        db.Synonyms.Add(group);
        await db.AuditAsync(new AuditEntry($"business:{business.Value.Id}:synonyms", caller.Id, "synonyms.added", Detail: new { group.Terms }), cancel);
        await db.SaveChangesAsync(cancel);
        synonyms.Forget();
        return TypedResults.Created($"/v1/synonyms/{group.Id}", Of(group));
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Remove(Guid id, Caller caller, StoreDb db, Synonyms synonyms, CancellationToken cancel)
    {
        var group = await db.Synonyms.SingleOrDefaultAsync(s => s.Id == id, cancel);
        if (group?.BusinessId is not { } business || !caller.Can(StorePermissions.EditProducts, business)) return Problem.NotFound.ToHttp();
        db.Synonyms.Remove(group);
        await db.AuditAsync(new AuditEntry($"business:{business}:synonyms", caller.Id, "synonyms.removed", Detail: new { group.Terms }), cancel);
        await db.SaveChangesAsync(cancel);
        synonyms.Forget();
        return TypedResults.NoContent();
    }

    private static View Of(SynonymGroup group) => new(group.Id, group.BusinessId, group.Terms.Split(','));
}

using Mainstreet.Contracts;
using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Time;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Occasions.Templates;

/// <summary>
/// The words of a business, per occasion and language. Reading a language without words answers those that hold instead (see
/// <see cref="IWording"/>). Errors: template_invalid, invalid_request, not_found, stale_version, business_required.
/// </summary>
internal static class TemplateRoutes
{
    /// <param name="Subject">One line, 1 to 200 characters.</param>
    /// <param name="Body">Plain text, 1 to 10,000 characters.</param>
    /// <param name="BusinessId">May be left out by a member of one business.</param>
    public sealed record Request(string Subject, string Body, Guid? BusinessId = null);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/templates", List)
            .WithName("occasions.templates.list").WithSummary("List templates, built-in ones included")
            .RequireAuthorization(OccasionsPermissions.Settings).ProducesProblem(404);
        routes.MapGet("/v1/templates/{occasion}/{language?}", One)
            .WithName("occasions.templates.get").WithSummary("Read the words that hold for an occasion and language")
            .RequireAuthorization(OccasionsPermissions.Settings).ProducesProblem(400).ProducesProblem(404);
        routes.MapPut("/v1/templates/{occasion}/{language?}", Put)
            .WithName("occasions.templates.put").WithSummary("Write the words for an occasion and language")
            .RequireAuthorization(OccasionsPermissions.Settings).ProducesValidationProblem().ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        routes.MapDelete("/v1/templates/{occasion}/{language}", Delete)
            .WithName("occasions.templates.delete").WithSummary("Go back to the built-in words")
            .RequireAuthorization(OccasionsPermissions.Settings).ProducesProblem(404).ProducesProblem(412);
    }

    internal static async Task<Results<Ok<Page<TemplateView>>, ProblemHttpResult>> List(
        Caller caller, OccasionsDb db, IBusinessDirectory businesses, Guid? businessId = null, CancellationToken cancel = default)
    {
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Settings, caller, businesses, cancel);
        if (!business.Ok) return business.Problem.ToHttp();
        return TypedResults.Ok(new Page<TemplateView>(await AllAsync(db, business.Value.Id, cancel), null));
    }

    /// <summary>Own words and, where there are none, the built-in ones; at most a few dozen.</summary>
    internal static async Task<IReadOnlyList<TemplateView>> AllAsync(OccasionsDb db, Guid businessId, CancellationToken cancel)
    {
        var views = (await db.Templates.AsNoTracking().Where(t => t.BusinessId == businessId).ToListAsync(cancel)).ConvertAll(TemplateView.Of);
        foreach (var occasion in Enum.GetValues<Occasion>())
        {
            foreach (var language in BuiltInWords.Languages.Where(l => !views.Exists(v => v.Occasion == occasion && v.Language == l)))
                views.Add(TemplateView.BuiltInOf(businessId, occasion, language)!);
        }

        return [.. views.OrderBy(v => v.Occasion).ThenBy(v => v.Language, StringComparer.Ordinal)];
    }

    internal static async Task<Results<Ok<TemplateView>, ProblemHttpResult>> One(
        string occasion, Caller caller, HttpContext http, OccasionsDb db, IBusinessDirectory businesses, string? language = null,
        Guid? businessId = null, CancellationToken cancel = default)
    {
        var place = await PlaceAsync(occasion, language, businessId, caller, db, businesses, cancel);
        if (!place.Ok) return place.Problem.ToHttp();
        var view = await StoredWording.FindAsync(db, place.Value.Business, place.Value.Occasion, place.Value.Language, cancel);
        http.SetETag(view.Version);
        return TypedResults.Ok(view);
    }

    internal static async Task<Results<Ok<TemplateView>, ProblemHttpResult>> Put(
        string occasion, Request request, Caller caller, HttpContext http, OccasionsDb db, TimeProvider clock, IBusinessDirectory businesses,
        StoredWording wording, string? language = null, CancellationToken cancel = default)
    {
        var place = await PlaceAsync(occasion, language, request.BusinessId, caller, db, businesses, cancel);
        if (!place.Ok) return place.Problem.ToHttp();
        var compiled = GreetingTemplate.Compile(request.Subject, request.Body);
        if (!compiled.Ok) return compiled.Problem.ToHttp();
        var (business, kept, tag) = place.Value;
        var outcome = await db.InTransactionAsync<Outcome<TemplateView>>(async token =>
        {
            var template = await db.Templates.SingleOrDefaultAsync(t => t.BusinessId == business && t.Occasion == kept && t.Language == tag, token);
            if (http.CheckIfMatch(template?.Version ?? 0) is { } stale) return stale;
            if (template is null) db.Templates.Add(template = new Template { BusinessId = business, Occasion = kept, Language = tag });
            template.Subject = request.Subject.Trim();
            template.Body = request.Body.ReplaceLineEndings("\n").Trim();
            template.Version++;
            template.UpdatedAt = clock.Now();
            await db.AuditAsync(new AuditEntry($"business:{business}:templates", caller.Id, "template.changed", Detail: new { occasion = kept, language = tag, template.Version }), token);
            await db.SaveChangesAsync(token);
            return TemplateView.Of(template);
        }, cancel);
        if (!outcome.Ok) return outcome.Problem.ToHttp();
        wording.Forget(business);
        http.SetETag(outcome.Value.Version);
        return TypedResults.Ok(outcome.Value);
    }

    internal static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        string occasion, string language, Caller caller, HttpContext http, OccasionsDb db, IBusinessDirectory businesses, StoredWording wording,
        Guid? businessId = null, CancellationToken cancel = default)
    {
        var place = await PlaceAsync(occasion, language, businessId, caller, db, businesses, cancel);
        if (!place.Ok) return place.Problem.ToHttp();
        var (business, kept, tag) = place.Value;
        var problem = await db.InTransactionAsync<Problem?>(async token =>
        {
            var template = await db.Templates.SingleOrDefaultAsync(t => t.BusinessId == business && t.Occasion == kept && t.Language == tag, token);
            if (template is null) return Problem.NotFound;
            if (http.CheckIfMatch(template.Version) is { } stale) return stale;
            db.Templates.Remove(template);
            await db.AuditAsync(new AuditEntry($"business:{business}:templates", caller.Id, "template.removed", Detail: new { occasion = kept, language = tag }), token);
            await db.SaveChangesAsync(token);
            return null;
        }, cancel);
        if (problem is not null) return problem.ToHttp();
        wording.Forget(business);
        return TypedResults.NoContent();
    }

    /// <summary>Business, occasion and language (lower case; the business's when none is named) that a route is about.</summary>
    internal static async Task<Outcome<(Guid Business, Occasion Occasion, string Language)>> PlaceAsync(
        string occasion, string? language, Guid? businessId, Caller caller, OccasionsDb db, IBusinessDirectory businesses, CancellationToken cancel)
    {
        if (Words.Parse<Occasion>("occasion", occasion) is not { Value: { } kept }) return Problem.NotFound;
        var business = await OwnBusiness.FindAsync(businessId, OccasionsPermissions.Settings, caller, businesses, cancel);
        if (!business.Ok) return business.Problem;
        if (string.IsNullOrEmpty(language))
        {
            var id = business.Value.Id;
            language = await db.Settings.AsNoTracking().Where(s => s.BusinessId == id).Select(s => s.Language).SingleOrDefaultAsync(cancel) ?? BuiltInWords.LastResort;
        }

        return LanguageTags.Normalise(language) is { } tag
            ? (business.Value.Id, kept, tag.ToLowerInvariant())
            : Problem.Invalid("language", "must be a language tag such as en or de-AT");
    }
}

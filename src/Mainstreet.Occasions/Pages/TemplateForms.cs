using Mainstreet.Contracts;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web;
using Mainstreet.Occasions.Data;
using Mainstreet.Occasions.Templates;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Mainstreet.Occasions.Pages;

/// <summary>Templates as plain forms, for browsers without script: saved, previewed, taken back.</summary>
internal static class TemplateForms
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/occasions/templates", Save).RequireAuthorization(OccasionsPermissions.Settings).ExcludeFromDescription();
        routes.MapPost("/occasions/templates/preview", Preview).RequireAuthorization(OccasionsPermissions.Settings).ExcludeFromDescription();
        routes.MapPost("/occasions/templates/remove", Remove).RequireAuthorization(OccasionsPermissions.Settings).ExcludeFromDescription();
    }

    private static async Task<IResult> Save(
        HttpContext http, Caller caller, OccasionsDb db, TimeProvider clock, IBusinessDirectory businesses, StoredWording wording, CancellationToken cancel)
    {
        var values = await OccasionsPages.ReadFormAsync(http, cancel);
        var business = Guid.TryParse(values.GetValueOrDefault("businessId"), out var id) ? id : OccasionsPages.BusinessOf(http);
        var request = new TemplateRoutes.Request(values.GetValueOrDefault("subject") ?? "", values.GetValueOrDefault("body") ?? "", business);
        var result = await TemplateRoutes.Put(
            values.GetValueOrDefault("occasion") ?? "", request, caller, http, db, clock, businesses, wording, values.GetValueOrDefault("language"), cancel);
        return OccasionsPages.ProblemOf(result.Result) is { } problem
            ? Page(values, problem)
            : OccasionsPages.To(http, "/occasions/templates", ("occasion", values.GetValueOrDefault("occasion")), ("language", values.GetValueOrDefault("language")), ("saved", "1"));
    }

    private static async Task<IResult> Preview(HttpContext http, CancellationToken cancel) => Page(await OccasionsPages.ReadFormAsync(http, cancel), null);

    private static async Task<IResult> Remove(
        HttpContext http, Caller caller, OccasionsDb db, IBusinessDirectory businesses, StoredWording wording, CancellationToken cancel)
    {
        var values = await OccasionsPages.ReadFormAsync(http, cancel);
        var (occasion, language) = (values.GetValueOrDefault("occasion") ?? "", values.GetValueOrDefault("language") ?? "");
        // Gone already is gone too.
        await TemplateRoutes.Delete(occasion, language, caller, http, db, businesses, wording, OccasionsPages.BusinessOf(http), cancel);
        return OccasionsPages.To(http, "/occasions/templates", ("occasion", occasion), ("language", language));
    }

    private static RazorComponentResult<TemplatesPage> Page(Dictionary<string, string> values, Problem? problem) =>
        new(new Dictionary<string, object?> { [nameof(TemplatesPage.Values)] = values, [nameof(TemplatesPage.Problem)] = problem })
        {
            StatusCode = problem?.Status ?? StatusCodes.Status200OK,
        };
}

using Mainstreet.Foundation.Web;
using Mainstreet.Store.Data;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Store.Catalogue;

/// <summary>The tax classes and their dated rates, for everybody.</summary>
internal static class TaxRateRoutes
{
    /// <param name="TaxClass">As products name it.</param>
    /// <param name="ValidFrom">First day of the rate.</param>
    /// <param name="RateBp">Hundredths of a per cent.</param>
    public sealed record View(string TaxClass, DateOnly ValidFrom, int RateBp);

    public sealed record Response(IReadOnlyList<View> Items);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/tax-rates", Handle)
        .WithName("store.tax_rates.list").WithSummary("List tax classes and their rates")
        .AllowAnonymous().OpenToSites();

    internal static async Task<Ok<Response>> Handle(StoreDb db, CancellationToken cancel) => TypedResults.Ok(new Response(
        await db.TaxRates.AsNoTracking().OrderBy(r => r.TaxClass).ThenBy(r => r.ValidFrom).Select(r => new View(r.TaxClass, r.ValidFrom, r.RateBp)).ToListAsync(cancel)));
}

using System.Globalization;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Web.Pages;

/// <summary>Pages are components rendered once, on the server; what moves afterwards is small scripts on the same HTTP API.</summary>
public static class PageRoutes
{
    /// <summary>Problems of page requests become pages. Add before the problem services.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddSingleton<BrowserLibraries>();
        services.AddSingleton<IProblemDetailsWriter, PageProblems>();
        return services;
    }

    /// <summary>Serves a component at a GET route; route values become parameters of the same name. Kept out of OpenAPI.</summary>
    public static RouteHandlerBuilder MapPage<TPage>(this IEndpointRouteBuilder routes, string pattern)
        where TPage : IComponent =>
        routes.MapGet(pattern, (HttpContext context) => new RazorComponentResult<TPage>(Parameters(context))).ExcludeFromDescription();

    /// <summary>The address holds a token: browsers repeat it to nobody, not even to us when they fetch what the page shows, so that no log of a proxy has it.</summary>
    public static RouteHandlerBuilder WithTokenInAddress(this RouteHandlerBuilder page) => page.AddEndpointFilter((context, next) =>
    {
        // Not no-referrer, which takes the origin from the page's forms too.
        context.HttpContext.Response.Headers["Referrer-Policy"] = "strict-origin";
        return next(context);
    });

    /// <summary>Dates, numbers and money follow the reader's Accept-Language; the text stays English.</summary>
    public static IApplicationBuilder UsePageCulture(this IApplicationBuilder app)
    {
        var cultures = CultureInfo.GetCultures(CultureTypes.AllCultures & ~CultureTypes.UserCustomCulture)
            .Where(c => c.Name.Length > 0).ToList();
        var options = new RequestLocalizationOptions { SupportedCultures = cultures };
        options.SetDefaultCulture("en-US");
        options.SupportedUICultures = [CultureInfo.GetCultureInfo("en-US")];
        options.RequestCultureProviders =
            [new Microsoft.AspNetCore.Localization.AcceptLanguageHeaderRequestCultureProvider { Options = options }];
        return app.UseWhen(context => IsPage(context.Request), pages => pages.UseRequestLocalization(options));
    }

    /// <summary>True when a browser asks for something to show, as opposed to a client of the API.</summary>
    internal static bool IsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/v1") && !request.Path.StartsWithSegments("/live")
        && !request.Path.StartsWithSegments("/health") && !request.Path.StartsWithSegments("/metrics")
        && !request.Path.StartsWithSegments("/openapi")
        && request.Headers.Accept.Any(a => a?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);

    private static Dictionary<string, object?> Parameters(HttpContext context) =>
        context.Request.RouteValues.ToDictionary(
            v => v.Key, v => v.Value is string text && Guid.TryParse(text, out var id) ? id : v.Value, StringComparer.OrdinalIgnoreCase);
}

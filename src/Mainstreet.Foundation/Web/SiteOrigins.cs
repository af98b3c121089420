using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mainstreet.Foundation.Web;

/// <summary>Knows the origins of sites that this server publishes for its people. Registered by the module that publishes them.</summary>
public interface ISiteOrigins
{
    /// <param name="origin">As in the header <c>Origin</c>.</param>
    bool IsSite(string origin);
}

/// <summary>
/// Published sites are strangers' programs in the browsers of whoever visits them: they may read what is marked as open to them, without
/// credentials, and nothing else of this server runs for them at all.
/// </summary>
public static class SiteOrigins
{
    private static readonly Problem Forbidden = new(403, "origin_forbidden", "Published sites may not call this.");

    /// <summary>Marks a public, reading route that published sites may call from the browser.</summary>
    public static TBuilder OpenToSites<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new OpenToSitesMetadata());

    /// <summary>After routing, before anything that knows who asks.</summary>
    public static IApplicationBuilder UseSiteOrigins(this IApplicationBuilder app)
    {
        var sites = app.ApplicationServices.GetService<ISiteOrigins>();
        if (sites is null) return app;
        return app.Use(async (context, next) =>
        {
            var (request, headers) = (context.Request, context.Response.Headers);
            var origin = request.Headers.Origin.ToString();
            // A site's own host name, at the console's door: its pages would be of one origin with the console there.
            var misled = sites.IsSite($"{request.Scheme}://{request.Host.Value}");
            if (!misled && (origin.Length == 0 || !sites.IsSite(origin)))
            {
                await next(context);
                return;
            }

            if (misled || !HttpMethods.IsGet(request.Method) || context.GetEndpoint()?.Metadata.GetMetadata<OpenToSitesMetadata>() is null)
            {
                await Forbidden.ToHttp().ExecuteAsync(context);
                return;
            }

            headers.AccessControlAllowOrigin = origin;
            headers.Append("Vary", "Origin");
            headers.AccessControlExposeHeaders = "ETag";
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            // Nobody is signed in for a site.
            request.Headers.Remove("Cookie");
            request.Headers.Remove("Authorization");
            await next(context);
        });
    }

    private sealed record OpenToSitesMetadata;
}

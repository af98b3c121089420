using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mainstreet.Foundation.Web;

/// <summary>Headers that tell browsers to load nothing but our own (OWASP secure headers).</summary>
public static class SecurityHeaders
{
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app)
    {
        var images = string.Join(' ', app.ApplicationServices.GetRequiredService<IOptions<WebOptions>>().Value.ImageSources);
        var policy = $"default-src 'self'; img-src 'self' data: blob: {images}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        return app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers["X-Content-Type-Options"] = "nosniff";
            headers["X-Frame-Options"] = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()";
            headers["Content-Security-Policy"] = policy;
            if (context.Request.Path.StartsWithSegments("/v1")) headers.CacheControl = "no-store";
            context.Response.OnStarting(KeepAsync, context);
            return next(context);
        });
    }

    // What was made for somebody who is signed in stays in no cache, unless its route says otherwise.
    private static Task KeepAsync(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        if (context.User.Identity?.IsAuthenticated == true && headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}

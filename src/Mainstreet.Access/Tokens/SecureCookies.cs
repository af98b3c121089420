using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mainstreet.Access.Tokens;

/// <summary>
/// Outside Development every cookie is Secure, also where the request came without TLS: a proxy that ends TLS and is not trusted must not make the
/// session's cookie one that browsers send in the clear.
/// </summary>
public static class SecureCookies
{
    /// <summary>Add before whatever sets cookies. A policy and not the antiforgery's own setting, which answers 500 where TLS ends before the program.</summary>
    public static IApplicationBuilder UseSecureCookies(this IApplicationBuilder app) =>
        app.ApplicationServices.GetRequiredService<IHostEnvironment>().IsDevelopment()
            ? app
            : app.UseCookiePolicy(new CookiePolicyOptions { Secure = CookieSecurePolicy.Always });
}

using Mainstreet.Foundation.Audit;
using Mainstreet.Foundation.Authorization;
using Mainstreet.Foundation.Web.Pages;

using Microsoft.AspNetCore.StaticFiles;

namespace Mainstreet.Pages;

/// <summary>What frames the modules' pages: the start page, administration, and the files that browsers load.</summary>
internal static class ShellPages
{
    internal static void Add(IServiceCollection services) =>
        services.AddSingleton(new PageLink("/admin", "Admin", "Health of the parts, live connections, the audit trail.", 90, Roles.Admin));

    /// <summary>Serves wwwroot; browsers ask again each time and mostly hear 304.</summary>
    internal static void UseFiles(WebApplication app) => app.UseStaticFiles(new StaticFileOptions
    {
        OnPrepareResponse = (StaticFileResponseContext context) => context.Context.Response.Headers.CacheControl = "no-cache",
    });

    internal static void Map(WebApplication app)
    {
        app.MapPage<HomePage>("/");
        app.MapPage<AdminPage>("/admin").RequireAuthorization(AuditTrail.Read.Name);
    }
}

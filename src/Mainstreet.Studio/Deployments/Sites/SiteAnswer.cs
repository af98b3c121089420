using System.Text;

using Mainstreet.Studio.Data;

using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.EntityFrameworkCore;

namespace Mainstreet.Studio.Deployments.Sites;

/// <summary>
/// Answers one request for a published page. It knows no session, reads no cookie and sets none; a host name that is no site's gets nothing.
/// </summary>
internal sealed class SiteAnswer(IDbContextFactory<StudioDb> contexts, SiteAddresses addresses, SitePreviews previews, SiteCache cache)
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    internal async Task HandleAsync(HttpContext http)
    {
        var (request, response, cancel) = (http.Request, http.Response, http.RequestAborted);
        Guard(response);
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.Headers.Allow = "GET, HEAD";
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (addresses.SlugOf(request.Host.Value) is not { } slug)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await using var db = await contexts.CreateDbContextAsync(cancel);
        if (slug == SitePreviews.Slug)
        {
            await PreviewAsync(http, db);
            return;
        }

        if (await db.Sites.AsNoTracking().Where(s => s.Slug == slug).Select(s => (Guid?)s.DeploymentId).SingleOrDefaultAsync(cancel) is not { } deployment)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var path = request.Path.Value ?? "/";
        var root = SitePaths.Root(await db.DeploymentFiles.AnyAsync(f => f.DeploymentId == deployment && f.Path == SitePaths.Index, cancel));
        var wanted = SitePaths.Candidates(path).Select(p => root + p).ToArray();
        var found = await db.DeploymentFiles.AsNoTracking().Where(f => f.DeploymentId == deployment && wanted.Contains(f.Path)).ToListAsync(cancel);
        var file = wanted.Select(w => found.SingleOrDefault(f => f.Path == w)).FirstOrDefault(f => f is not null);
        if (file is not null && file.Path.EndsWith("/" + SitePaths.Index, StringComparison.Ordinal) && !path.EndsWith('/'))
        {
            // Relative addresses in the page count from its folder.
            response.StatusCode = StatusCodes.Status308PermanentRedirect;
            response.Headers.Location = request.PathBase + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal) + "/" + request.QueryString;
            return;
        }

        if (file is null)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            var own = root + SitePaths.NotFound;
            file = await db.DeploymentFiles.AsNoTracking().SingleOrDefaultAsync(f => f.DeploymentId == deployment && f.Path == own, cancel);
        }

        if (file is not null) await SendAsync(http, db, file);
    }

    private async Task SendAsync(HttpContext http, StudioDb db, DeploymentFile file)
    {
        var (request, response, cancel) = (http.Request, http.Response, http.RequestAborted);
        var tag = $"\"{file.Sha256}\"";
        // Looked at each time: a rollback shows at once.
        response.Headers.CacheControl = "no-cache";
        response.Headers.ETag = tag;
        if (response.StatusCode == StatusCodes.Status200OK && request.Headers.IfNoneMatch.Any(t => t is not null && (t == "*" || t.Contains(tag, StringComparison.Ordinal))))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (cache.Find(file.Sha256) is not { } content)
        {
            content = await db.DeploymentBlobs.AsNoTracking().Where(b => b.Sha256 == file.Sha256).Select(b => b.Content).SingleAsync(cancel);
            cache.Keep(file.Sha256, content);
        }

        await SendAsync(http, file.Path, content);
    }

    /// <summary>A project as it stands, for whoever has its address.</summary>
    private async Task PreviewAsync(HttpContext http, StudioDb db)
    {
        var response = http.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Robots-Tag"] = "noindex";
        if (await previews.FindAsync(db, http.Request.Path.Value ?? "/", http.RequestAborted) is var (path, content)) await SendAsync(http, path, content);
        else response.StatusCode = StatusCodes.Status404NotFound;
    }

    private async Task SendAsync(HttpContext http, string path, byte[] content)
    {
        var response = http.Response;
        if (!Types.TryGetContentType(path, out var type)) type = "application/octet-stream";
        if (type.StartsWith("text/", StringComparison.Ordinal) || type is "application/javascript" or "application/json") type += "; charset=utf-8";
        if (type.StartsWith("text/html", StringComparison.Ordinal)) response.Headers.ContentSecurityPolicy = SitePolicy.Of(Encoding.UTF8.GetString(content), addresses.Consoles);
        response.ContentType = type;
        response.ContentLength = content.Length;
        if (HttpMethods.IsGet(http.Request.Method)) await response.Body.WriteAsync(content, http.RequestAborted);
    }

    private void Guard(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = SitePolicy.Of(null, addresses.Consoles);
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Origin-Agent-Cluster"] = "?1";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
    }
}

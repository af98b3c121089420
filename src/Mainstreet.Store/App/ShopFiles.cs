using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.FileProviders;

namespace Mainstreet.Store.App;

/// <summary>
/// The app's page and its service worker. The worker's script names every file of the app and a version made of their contents: a browser that finds
/// it changed fetches all of them anew, so a page never mixes modules of two versions, and nothing has to be built.
/// </summary>
internal sealed class ShopFiles(IWebHostEnvironment environment)
{
    private const string Page = "/shop/app.html";
    private const string Worker = "/shop/worker.js";

    /// <summary>Files outside <c>/shop</c> that the app shows with.</summary>
    private static readonly string[] Shared = ["/css/base.css", "/css/parts.css", "/lib/leaflet/leaflet-src.esm.js", "/lib/leaflet/leaflet.css"];

    private readonly Lazy<(string Version, string Script)> _worker = new(() => Make(environment.WebRootFileProvider));

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/shop", Show).ExcludeFromDescription();
        // Every address of the app is the same page; its modules show what the address names. Names with a dot are files.
        routes.MapGet("/shop/{*path:nonfile}", Show).ExcludeFromDescription();
        routes.MapGet("/shop/sw.js", Start).ExcludeFromDescription();
    }

    private static FileStreamHttpResult Show(HttpContext http, IWebHostEnvironment environment)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Stream(environment.WebRootFileProvider.GetFileInfo(Page).CreateReadStream(), "text/html; charset=utf-8");
    }

    private static ContentHttpResult Start(HttpContext http, ShopFiles files)
    {
        http.Response.Headers.CacheControl = "no-cache";
        // A worker rules its own folder only, unless the server says otherwise: the app begins at /shop without a slash.
        http.Response.Headers["Service-Worker-Allowed"] = "/shop";
        return TypedResults.Text(files._worker.Value.Script, "text/javascript; charset=utf-8");
    }

    private static (string Version, string Script) Make(IFileProvider files)
    {
        var paths = Under(files, "/shop").Where(p => p is not (Page or Worker)).Concat(Shared.Where(p => files.GetFileInfo(p).Exists))
            .Order(StringComparer.Ordinal).ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths.Append(Page).Append(Worker))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(path));
            using var stream = files.GetFileInfo(path).CreateReadStream();
            hash.AppendData(SHA256.HashData(stream));
        }

        var version = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
        var list = JsonSerializer.Serialize<IEnumerable<string>>(["/shop", .. paths]);
        return (version, string.Create(CultureInfo.InvariantCulture, $"self.shop = {{ version: '{version}', files: {list} }};\nimportScripts('{Worker}?v={version}');\n"));
    }

    private static IEnumerable<string> Under(IFileProvider files, string folder) =>
        files.GetDirectoryContents(folder).SelectMany(f => f.IsDirectory ? Under(files, $"{folder}/{f.Name}") : [$"{folder}/{f.Name}"]);
}

using Microsoft.AspNetCore.Hosting;

namespace Mainstreet.Foundation.Web.Pages;

/// <summary>Libraries under <c>/lib</c> come from npm at build time and may be missing; pages then do without.</summary>
public sealed class BrowserLibraries(IWebHostEnvironment environment)
{
    /// <summary>True for our own files and for a library's file that is there.</summary>
    public bool Serves(string path) =>
        !path.StartsWith("/lib/", StringComparison.Ordinal) || environment.WebRootFileProvider.GetFileInfo(path).Exists;
}

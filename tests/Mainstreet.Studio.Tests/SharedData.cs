namespace Mainstreet.Studio.Tests;

/// <summary>Public data that lies beside the sources, not in them.</summary>
internal static class SharedData
{
    /// <summary>The file's path, or null when it is not here. <c>MAINSTREET_SHARED</c> names another place.</summary>
    internal static string? Find(string file)
    {
        if (Environment.GetEnvironmentVariable("MAINSTREET_SHARED") is { Length: > 0 } named && File.Exists(Path.Combine(named, "data", file))) return Path.Combine(named, "data", file);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", "data", file) is var path && File.Exists(path)) return path;
        }

        return null;
    }
}

using Mainstreet.Foundation.Web;

namespace Mainstreet.Studio.Projects;

/// <summary>Whether paths can lie in one folder everywhere: no two that differ by case alone, no file where another has a folder.</summary>
internal static class ProjectTree
{
    internal static Problem? Clash(IEnumerable<string> paths)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        var folders = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (!files.TryAdd(ProjectPath.Key(path), path)) return Between(files[ProjectPath.Key(path)], path);
            for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
            {
                var folder = path[..slash];
                if (folders.TryAdd(ProjectPath.Key(folder), folder)) continue;
                var known = folders[ProjectPath.Key(folder)];
                if (known != folder) return Between(known + "/", folder + "/");
            }
        }

        foreach (var (key, file) in files)
        {
            if (folders.TryGetValue(key, out var folder)) return Between(file, folder + "/");
        }

        return null;
    }

    private static Problem Between(string one, string other) => ProjectProblems.PathClash.With($"'{one}' and '{other}' would be one.");
}

using System.Runtime.Versioning;

using Mainstreet.Foundation.Hosting;

namespace Mainstreet.Foundation.Configuration.Rules;

/// <summary>
/// Outside Development files with secrets are nobody else's: nobody else writes them, others are told of when they can read them, and they do not stand
/// in the data folder, whose backups would carry them. (Signing and data-protection keys are rows in the database.)
/// </summary>
/// <remarks>Reading is warned of and not refused: Docker and Kubernetes mount secrets readable, in a container where nobody else is.</remarks>
internal sealed class SecretPlaces(DataDirectory data) : IConfigurationRule
{
    public IEnumerable<RuleFinding> Judge(RuleContext context)
    {
        if (!context.Guarded) yield break;
        foreach (var (key, path) in Files(context))
        {
            if (IsBelow(path, data.Root)) yield return new RuleFinding(key, $"must not stand in the data folder ({path}): backups of it would carry the secret");
            if (OperatingSystem.IsWindows() || !File.Exists(path)) continue;
            var mode = ModeOf(path);
            if ((mode & UnixFileMode.OtherWrite) != 0) yield return new RuleFinding(key, $"must not come from a file that everybody may write: chmod 600 {path}");
            else if ((mode & UnixFileMode.OtherRead) != 0 && IsPassable(path) && !InContainer) yield return new RuleFinding(key, $"stands in a file that everybody on this machine may read: chmod 600 {path}", Warns: true);
        }
    }

    private static bool InContainer => Environment.GetEnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER") is "true" or "1";

    // Files that variables name, and settings files that hold a secret themselves.
    private static IEnumerable<(string Key, string Path)> Files(RuleContext context)
    {
        foreach (var (key, path) in SecretFiles.PathsOf(context.Root)) yield return (key, Path.GetFullPath(path));
        foreach (var setting in context.Settings.Where(s => s.Secret && s.Set))
        {
            if (SettingSource.FileOf(context.Root, setting.Key) is { } path) yield return (setting.Key, path);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static UnixFileMode ModeOf(string path) => File.GetUnixFileMode(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);

    [UnsupportedOSPlatform("windows")]
    private static bool IsPassable(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && (File.GetUnixFileMode(folder) & UnixFileMode.OtherExecute) == 0) return false;
        }

        return true;
    }

    private static bool IsBelow(string path, string folder) =>
        path.StartsWith(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

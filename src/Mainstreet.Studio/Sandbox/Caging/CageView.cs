using System.Globalization;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>
/// What a caged program sees, as arguments of bubblewrap: the machine's programs and libraries, its own files and a little room in memory; nothing else,
/// and nothing that it could change but that room. New namespaces of every kind, no capability, no way to further namespaces.
/// </summary>
internal static class CageView
{
    /// <summary>The user that the program sees itself as.</summary>
    internal const int UserId = 65534;

    private const long SharedMemoryBytes = 16_777_216;

    private static readonly string[] SystemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    /// <summary>Of the kernel's own files, those that speak of the machine; they cannot be opened.</summary>
    private static readonly string[] Hidden =
        ["/proc/cmdline", "/proc/kallsyms", "/proc/kcore", "/proc/key-users", "/proc/keys", "/proc/kmsg", "/proc/modules", "/proc/sched_debug", "/proc/slabinfo", "/proc/timer_list", "/proc/vmallocinfo"];

    private static readonly string[] Always = Fixed();

    /// <param name="files">Folder of the run's own files; null for none.</param>
    /// <param name="built">Folder of what was compiled for it; null for none.</param>
    /// <param name="accounts">Folder with a <c>passwd</c> and a <c>group</c> for the cage.</param>
    /// <param name="further">Folders of the machine that the language needs besides.</param>
    /// <param name="environment">The only variables there are.</param>
    /// <param name="temporaryBytes">Room in <c>/tmp</c>.</param>
    /// <param name="filtered">Whether the filter of system calls is on descriptor 9.</param>
    internal static IEnumerable<string> Arguments(
        string? files, string? built, string accounts, IEnumerable<string> further, IEnumerable<KeyValuePair<string, string>> environment, long temporaryBytes, bool filtered)
    {
        List<string> arguments = [.. Always];
        void Add(params IEnumerable<string> more) => arguments.AddRange(more);
        Add("--ro-bind", Path.Combine(accounts, "passwd"), "/etc/passwd", "--ro-bind", Path.Combine(accounts, "group"), "/etc/group");
        foreach (var folder in further) Add("--ro-bind", folder, folder);
        if (files is null) Add("--dir", "/app");
        else Add("--ro-bind", files, "/app");
        if (built is not null) Add("--ro-bind", built, "/out");
        Add("--size", temporaryBytes.ToString(CultureInfo.InvariantCulture), "--tmpfs", "/tmp");
        Add("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/app");
        foreach (var (name, value) in environment) Add("--setenv", name, value);
        Add("--json-status-fd", "8");
        if (filtered) Add("--seccomp", "9");
        Add("--");
        return arguments;
    }

    private static string[] Fixed()
    {
        var user = UserId.ToString(CultureInfo.InvariantCulture);
        List<string> arguments =
        [
            "--unshare-user", "--unshare-all", "--disable-userns", "--uid", user, "--gid", user, "--hostname", "cage",
            "--cap-drop", "ALL", "--die-with-parent", "--new-session", "--clearenv", "--ro-bind", "/usr", "/usr",
        ];
        foreach (var folder in SystemFolders.Where(Directory.Exists))
        {
            if (new DirectoryInfo(folder).LinkTarget is { } target) arguments.AddRange(["--symlink", target, folder]);
            else arguments.AddRange(["--ro-bind", folder, folder]);
        }

        arguments.AddRange(["--ro-bind-try", "/etc/alternatives", "/etc/alternatives", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]);
        arguments.AddRange(["--proc", "/proc"]);
        // Of a mount without devices, so that opening it is refused.
        foreach (var hidden in Hidden.Where(File.Exists)) arguments.AddRange(["--ro-bind", "/dev/null", hidden]);
        arguments.AddRange(["--dev", "/dev", "--size", SharedMemoryBytes.ToString(CultureInfo.InvariantCulture), "--tmpfs", "/dev/shm"]);
        return [.. arguments];
    }
}

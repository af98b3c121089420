using System.Globalization;
using System.Runtime.InteropServices;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>
/// Keeps what the server has open from its programs. .NET opens everything so that programs it starts do not get it; what the server was given by whoever started it, or what a native
/// library opened, is passed on unless marked.
/// </summary>
internal static partial class InheritedHandles
{
    private const int GetFlags = 1;
    private const int SetFlags = 2;
    private const int CloseOnExec = 1;

    /// <summary>Marks every descriptor from 3 on (fcntl(2), FD_CLOEXEC).</summary>
    internal static void Withhold()
    {
        foreach (var path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            if (!int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var descriptor) || descriptor < 3) continue;
            // Less than nothing: it was closed meanwhile.
            if (Control(descriptor, GetFlags, 0) is >= 0 and var flags && (flags & CloseOnExec) == 0) _ = Control(descriptor, SetFlags, flags | CloseOnExec);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int descriptor, int command, int argument);
}

using System.Runtime.InteropServices;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>
/// Bubblewrap's process outside of the cage ends as soon as the program has, a moment before the cage's first process. That one is then whose the kernel says: process 1, which in a container may be a
/// server that knows nothing of it and would keep it as a zombie. This process takes it and waits for it, after which the kernel has ended everything in the cage.
/// </summary>
internal static partial class Orphans
{
    private const int SetChildSubreaper = 36;
    private const int Interrupted = 4;

    /// <summary>Makes this process the parent of what its children leave behind (prctl(2), PR_SET_CHILD_SUBREAPER).</summary>
    internal static void Adopt() => _ = Control(SetChildSubreaper, 1, 0, 0, 0);

    /// <summary>Waits until a process of that id has ended; returns at once when it is no child of this one.</summary>
    internal static void Reap(int id)
    {
        while (Wait(id, out _, 0) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
            // A signal came in between.
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Wait(int id, out int status, int options);
}

using System.Runtime.InteropServices;

namespace Mainstreet.Foundation.Files;

/// <summary>
/// Makes new names durable: on Unix a name is on the disk only once its directory is flushed (fsync(2)), and .NET opens no
/// directories. Windows writes names through its journal; there is nothing to do there.
/// </summary>
internal static partial class DurableDirectory
{
    /// <summary>Flushes a directory and those above it, up to and with <paramref name="root"/>.</summary>
    /// <exception cref="IOException">A directory cannot be opened or flushed.</exception>
    internal static void Flush(string path, string root)
    {
        if (OperatingSystem.IsWindows()) return;
        for (var at = path; at is not null && at.Length >= root.Length; at = Path.GetDirectoryName(at)) FlushOne(at);
    }

    private static void FlushOne(string path)
    {
        var handle = Open(path, 0);
        if (handle < 0) throw new IOException($"Cannot open the directory to flush it (errno {Marshal.GetLastPInvokeError()}).");
        var flushed = FileSync(handle);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(handle);
        if (flushed != 0) throw new IOException($"Cannot flush the directory (errno {error}).");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileSync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int handle);
}

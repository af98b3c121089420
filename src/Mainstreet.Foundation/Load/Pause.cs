using System.Runtime.InteropServices;

namespace Mainstreet.Foundation.Load;

/// <summary>Short waits of a thread that starts requests on time. The runtime's own waits end a millisecond late, which would be in every latency.</summary>
internal static class Pause
{
    private static readonly ManualResetEventSlim Never = new();

    /// <param name="microseconds">Ends about a tenth of a millisecond later on Linux, elsewhere up to some milliseconds.</param>
    internal static void For(long microseconds)
    {
        if (!OperatingSystem.IsLinux())
        {
            Never.Wait(TimeSpan.FromMicroseconds(Math.Max(1_000, microseconds)));
            return;
        }

        var time = new Timespec(microseconds / 1_000_000, microseconds % 1_000_000 * 1_000);
        // Cut short by a signal: the caller looks at the clock anyway.
        _ = NanoSleep(time, 0);
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int NanoSleep(in Timespec time, nint left);

    private readonly record struct Timespec(long Seconds, long Nanoseconds);
}

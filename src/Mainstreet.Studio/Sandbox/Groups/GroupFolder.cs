using System.Diagnostics;
using System.Globalization;

namespace Mainstreet.Studio.Sandbox.Groups;

/// <summary>What both versions of cgroups have in common: folders with files of one value, and a list of processes.</summary>
internal static class GroupFolder
{
    /// <summary>Under it every server makes a folder of its own.</summary>
    internal const string Family = "mainstreet";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    internal static string Text(string folder, string file) => File.ReadAllText(Path.Combine(folder, file));

    internal static void Set(string folder, string file, string value)
    {
        // Opened as it is: these files can neither be made nor cut.
        using var stream = new FileStream(Path.Combine(folder, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }

    internal static void Set(string folder, string file, long value) => Set(folder, file, value.ToString(CultureInfo.InvariantCulture));

    internal static long Number(string folder, string file) => long.Parse(Text(folder, file), CultureInfo.InvariantCulture);

    /// <summary>The value behind a name in a file of lines such as <c>oom_kill 1</c>; 0 when it is not there.</summary>
    internal static long Field(string folder, string file, string name)
    {
        foreach (var line in Text(folder, file).Split('\n'))
        {
            if (line.StartsWith(name + " ", StringComparison.Ordinal)) return long.Parse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture);
        }

        return 0;
    }

    /// <summary>Ids of the processes in it; 0 for one that this server cannot see.</summary>
    internal static IReadOnlyList<int> Processes(string folder)
    {
        try
        {
            return [.. Text(folder, "cgroup.procs").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException)
        {
            return [];
        }
        catch (IOException)
        {
            // ENODEV: it was removed between the opening and the reading.
            return [];
        }
    }

    internal static void KillEach(string folder)
    {
        foreach (var id in Processes(folder).Where(id => id > 0))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It ended meanwhile.
            }
        }
    }

    /// <summary>Removes empty group folders: the kernel refuses while a process of it is still being taken apart.</summary>
    internal static bool Remove(IReadOnlyList<string> folders, Action kill)
    {
        var started = Stopwatch.GetTimestamp();
        using var pause = new ManualResetEventSlim();
        for (var attempt = 0; ; attempt++)
        {
            folders = folders.Where(f => !TryRemove(f)).ToList();
            if (folders.Count == 0) return true;
            if (Stopwatch.GetElapsedTime(started) > Patience) return false;
            kill();
            pause.Wait(attempt < 20 ? 1 : 20);
        }
    }

    /// <summary>Goes through the folders of servers that are gone.</summary>
    /// <param name="roots">The family's folder in each hierarchy.</param>
    /// <param name="isGone">Whether the server of this name is gone.</param>
    /// <param name="kill">Kills what is in a group's folder.</param>
    internal static int Sweep(IReadOnlyList<string> roots, Func<string, bool> isGone, Action<string> kill)
    {
        var removed = 0;
        foreach (var server in roots.SelectMany(Children).Where(s => isGone(Path.GetFileName(s))))
        {
            var groups = Children(server);
            // Processes that cannot be seen belong to a server in another process namespace: it may well be alive.
            if (groups.Append(server).Any(g => Processes(g).Contains(0))) continue;
            foreach (var group in groups)
            {
                if (Remove([group], () => kill(group))) removed++;
            }

            TryRemove(server);
        }

        return removed;
    }

    internal static IReadOnlyList<string> Children(string folder)
    {
        try
        {
            return Directory.GetDirectories(folder);
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>True when it is not there any more.</summary>
    internal static bool TryRemove(string folder)
    {
        try
        {
            // Not recursive: the kernel's files in it cannot be deleted, only the folder.
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}

using System.Globalization;
using System.Security.Cryptography;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>
/// The files of runs: a folder of this server's own with one for each run, which is deleted with it. Nobody but root and the server may list them, and their
/// names cannot be guessed; the program itself sees its own as <c>/app</c> and cannot change it, so no link can come into it.
/// </summary>
internal sealed class CageFolders
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Own | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Readable = Passable | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ReadableFile = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _root;

    /// <param name="root">Shared by all servers of the machine that are given the same.</param>
    /// <param name="server">Name of this server's own folder in it.</param>
    internal CageFolders(string root, ServerName server)
    {
        _root = Path.GetFullPath(root);
        Server = Path.Combine(_root, server.Text);
    }

    /// <summary>This server's own folder.</summary>
    internal string Server { get; }

    internal string Filter => Path.Combine(Server, "filter");

    /// <summary>Makes the server's folder with the fixed files.</summary>
    /// <exception cref="IOException">The root is a link or another's.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    internal void Open(byte[]? filter)
    {
        Make(_root, Passable);
        // Somebody else's folder, or a link planted in a place that all may write to, would let them read and change what is run.
        if (new DirectoryInfo(_root).LinkTarget is not null) throw new IOException($"{_root} is a link");
        SetMode(_root, Passable);
        Make(Server, Passable);
        Write(Path.Combine(Server, "passwd"), FormattableString.Invariant($"runner:x:{CageView.UserId}:{CageView.UserId}::/tmp:/bin/sh\n"));
        Write(Path.Combine(Server, "group"), FormattableString.Invariant($"runner:x:{CageView.UserId}:\n"));
        if (filter is not null) File.WriteAllBytes(Filter, filter);
    }

    /// <summary>A new folder for a run.</summary>
    internal string NewRun()
    {
        var folder = Path.Combine(Server, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
        Make(folder, Passable);
        return folder;
    }

    /// <summary>Writes files below a new folder that the caged program may read.</summary>
    /// <exception cref="IOException">A path would leave the folder, or two are in each other's way.</exception>
    internal static string Fill(string run, string name, IReadOnlyDictionary<string, byte[]> files)
    {
        var folder = Path.Combine(run, name);
        Make(folder, Readable);
        foreach (var (path, content) in files)
        {
            var place = Path.GetFullPath(Path.Combine(folder, path));
            if (!place.StartsWith(folder + "/", StringComparison.Ordinal)) throw new IOException("a path leaves the folder of its run");
            if (Path.GetDirectoryName(place) is { } parent && parent != folder) MakeAll(folder, parent);
            using var file = new FileStream(place, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 });
            file.Write(content);
            SetMode(place, ReadableFile);
        }

        return folder;
    }

    /// <summary>Deletes a run's folder; links in it would be deleted, never followed.</summary>
    internal static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It is gone already.
        }
    }

    /// <summary>Deletes the folders of servers that are gone.</summary>
    /// <returns>Runs deleted.</returns>
    internal int Sweep(Func<string, bool> isGone)
    {
        var removed = 0;
        foreach (var server in Groups.GroupFolder.Children(_root).Where(s => isGone(Path.GetFileName(s))))
        {
            try
            {
                var runs = Groups.GroupFolder.Children(server).Count;
                Delete(server);
                removed += runs;
            }
            catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
            {
                // Another server is at it as well.
            }
        }

        return removed;
    }

    internal void Close() => Delete(Server);

    private static void MakeAll(string root, string folder)
    {
        if (folder == root || Directory.Exists(folder)) return;
        MakeAll(root, Path.GetDirectoryName(folder)!);
        Make(folder, Readable);
    }

    private static void Make(string folder, UnixFileMode mode)
    {
        Directory.CreateDirectory(folder);
        SetMode(folder, mode);
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        SetMode(path, ReadableFile);
    }

    // In a step of its own: the process's mask takes bits away from what is asked for when something is made.
    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }
}

/// <summary>A name that tells whether the process that chose it still lives: its id and the moment of its start, in clock ticks since boot.</summary>
internal sealed record ServerName(string Text)
{
    internal static ServerName Own { get; } = Make();

    /// <summary>True when a name of this form belongs to no living process; false for names of any other form.</summary>
    internal static bool IsGone(string name)
    {
        var parts = name.Split('-');
        return parts.Length == 3 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var started) && StartOf(id) != started;
    }

    private static ServerName Make() => new(string.Create(CultureInfo.InvariantCulture,
        $"{Environment.ProcessId}-{StartOf(Environment.ProcessId) ?? 0}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}"));

    /// <summary>Another server in the same process, as tests have it.</summary>
    internal static ServerName Another() => Make();

    private static long? StartOf(int id)
    {
        try
        {
            // The second field is the program's name in brackets and may hold anything; the start is the 22nd.
            var stat = File.ReadAllText(FormattableString.Invariant($"/proc/{id}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

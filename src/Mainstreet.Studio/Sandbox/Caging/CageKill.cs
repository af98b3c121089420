using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

using Mainstreet.Studio.Sandbox.Groups;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>Ends a run before it ends by itself, once, for the first reason that comes up.</summary>
/// <param name="process">Bubblewrap, outside the cage.</param>
/// <param name="group">The run's group; null without groups.</param>
/// <param name="statusFile">Where bubblewrap tells the id of the cage's first process and the program's exit code.</param>
internal sealed class CageKill(Process process, IControlGroup? group, string statusFile)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private CageEnd? _reason;
    private bool _over;

    /// <summary>Null while nothing ended it.</summary>
    internal CageEnd? Reason
    {
        get
        {
            lock (_lock) return _reason;
        }
    }

    internal void End(CageEnd reason)
    {
        lock (_lock)
        {
            if (_over || _reason is not null) return;
            _reason = reason;
        }

        try
        {
            Kill();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself meanwhile, and what it ran in was taken away.
        }
    }

    private void Kill()
    {
        // The kernel ends everything in a process namespace with its first process. Bubblewrap sees that and ends too, so that no orphan is left to whoever is process 1 outside.
        var hit = First() is { } first && Kill(first);
        // Taking many processes apart costs processor time, and they have no more claim to the machine's patience.
        group?.Unthrottle();
        if (hit && process.WaitForExit(Patience)) return;
        group?.Kill();
        process.Kill();
    }

    /// <summary>The process has ended: its id may be another's from now on.</summary>
    internal void Over()
    {
        lock (_lock) _over = true;
    }

    /// <summary>Id of the cage's first process; null when it never began.</summary>
    internal int? FirstProcess => Number("child-pid");

    /// <summary>The program's exit code; null when it was never started or bubblewrap could not tell.</summary>
    internal int? ExitCode() => Number("exit-code");

    private int? First() => FirstProcess is { } id && ParentOf(id) == process.Id ? id : null;

    private int? Number(string name)
    {
        string text;
        try
        {
            text = File.ReadAllText(statusFile);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                if (json.RootElement.TryGetProperty(name, out var number)) return number.GetInt32();
            }
            catch (JsonException)
            {
                // A line that is being written.
            }
        }

        return null;
    }

    private static int? ParentOf(int id)
    {
        try
        {
            var stat = File.ReadAllText(FormattableString.Invariant($"/proc/{id}/stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool Kill(int id)
    {
        try
        {
            using var first = Process.GetProcessById(id);
            first.Kill();
            return true;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

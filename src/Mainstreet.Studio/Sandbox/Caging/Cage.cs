using System.Diagnostics;
using System.Globalization;

using Mainstreet.Studio.Sandbox.Groups;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>
/// Runs a program that nobody trusts: bubblewrap under a user of its own, in groups that bound it, behind a filter of system calls. The kernel is shared with
/// the machine: a fault in it that a program can reach from there is not kept out.
/// </summary>
/// <param name="tools">Programs that the cage is built with.</param>
/// <param name="folders">Where the files of runs are; opened.</param>
/// <param name="groups">Null without groups: only single processes are bounded then.</param>
/// <param name="filtered">Whether a filter of system calls was written.</param>
/// <param name="firstUserId">Of the users that runs of a root server get.</param>
internal sealed class Cage(CageTools tools, CageFolders folders, IControlGroups? groups, bool filtered, int firstUserId, TimeProvider clock)
{
    /// <summary>Bubblewrap's own two processes are in the groups as well.</summary>
    private const int OwnProcesses = 2;

    private const int OpenFiles = 256;
    private const int UnreadInput = 32_768;

    // $1 the filter, $2 the status file, then the files to join groups by, then after -- the command. Runs before privileges are given up; nothing of a user's is in it but as an argument.
    // What it starts is the first that the kernel ends when the machine's memory is used up.
    private static readonly string Start = string.Create(CultureInfo.InvariantCulture, $$"""
        set -e
        [ -z "$1" ] || exec 9<"$1"
        exec 8>"$2"
        shift 2
        while [ "$1" != -- ]; do echo $$ >"$1"; shift; done
        shift
        echo 1000 >/proc/self/oom_score_adj
        ulimit -c 0
        ulimit -n {{OpenFiles}}
        exec "$@"
        """);

    internal IControlGroups? Groups => groups;

    /// <summary>
    /// Runs it to its end and leaves nothing behind. Blocks, and must have its thread for itself: the kernel ends the cage with the thread that started it, which is how
    /// runs end when the server is killed.
    /// </summary>
    /// <param name="further">Folders of the machine that the language needs.</param>
    /// <param name="slot">Which of the places for runs this one takes; no two at a time have the same.</param>
    internal CageOutcome Run(CageCommand command, CageLimits limits, IReadOnlyList<string> further, int slot, CancellationToken cancel)
    {
        var run = folders.NewRun();
        IControlGroup? group = null;
        try
        {
            var files = CageFolders.Fill(run, "app", command.Files);
            var built = command.Built is null ? null : CageFolders.Fill(run, "out", command.Built);
            group = groups?.Create(Path.GetFileName(run), new GroupLimits(limits.MemoryBytes, limits.Processors, limits.Processes + OwnProcesses));
            var status = Path.Combine(run, "status");
            using var process = new Process
            {
                StartInfo = Line(command, limits, status, group, slot, CageView.Arguments(files, built, folders.Server, further, command.Environment, limits.TemporaryBytes, filtered)),
            };
            return Follow(process, command.Input, limits, group, status, cancel);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return new CageOutcome(CageEnd.Failed, 1, [], [], null, TimeSpan.Zero, null, refused.Message);
        }
        finally
        {
            // Groups that the kernel still holds on to are found again by the next sweep.
            group?.Remove();
            CageFolders.Delete(run);
        }
    }

    private ProcessStartInfo Line(CageCommand command, CageLimits limits, string status, IControlGroup? group, int slot, IEnumerable<string> view)
    {
        var start = new ProcessStartInfo(tools.Shell)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/",
        };
        // The first process in the cage keeps the variables that bubblewrap was started with where the program can read them.
        start.Environment.Clear();
        void Add(params IEnumerable<string> arguments)
        {
            foreach (var argument in arguments) start.ArgumentList.Add(argument);
        }

        Add(["-c", Start, "sh", filtered ? folders.Filter : "", status, .. (group?.JoinFiles ?? []), "--"]);
        if (tools.SetPrivileges is { } privileges)
        {
            var user = (firstUserId + slot).ToString(CultureInfo.InvariantCulture);
            Add(privileges, "--reuid=" + user, "--regid=" + user, "--clear-groups");
        }

        if (group is null && tools.SetLimits is { } bound)
        {
            Add(bound, string.Create(CultureInfo.InvariantCulture, $"--data={limits.MemoryBytes}"), string.Create(CultureInfo.InvariantCulture, $"--cpu={Math.Ceiling(limits.Wall.TotalSeconds)}"));
            // The kernel counts the processes of a user: only a user that a run has for itself tells how many are the run's.
            if (tools.SetPrivileges is not null) Add(string.Create(CultureInfo.InvariantCulture, $"--nproc={limits.Processes + OwnProcesses}"));
        }

        Add([tools.Bubblewrap, .. view, .. command.Program]);
        return start;
    }

    private CageOutcome Follow(Process process, byte[] input, CageLimits limits, IControlGroup? group, string statusFile, CancellationToken cancel)
    {
        InheritedHandles.Withhold();
        var started = clock.GetTimestamp();
        process.Start();
        var kill = new CageKill(process, group, statusFile);
        using var timer = clock.CreateTimer(_ => kill.End(CageEnd.OutOfTime), null, limits.Wall, Timeout.InfiniteTimeSpan);
        using var cancelling = cancel.Register(() => kill.End(CageEnd.Cancelled));
        var output = new OutputPump(process.StandardOutput.BaseStream, limits.OutputBytes, () => kill.End(CageEnd.TooMuchOutput));
        var error = new OutputPump(process.StandardError.BaseStream, limits.OutputBytes, () => kill.End(CageEnd.TooMuchOutput));
        var second = new Thread(error.Run) { IsBackground = true, Name = "sandbox error" };
        second.Start();
        var third = Feed(process, input);
        output.Run();
        second.Join();
        third?.Join();
        process.WaitForExit();
        kill.Over();
        // A kill under way needs the process and its group, which are taken away after this.
        timer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (kill.FirstProcess is { } first) Orphans.Reap(first);
        var wall = clock.GetElapsedTime(started);

        var use = group?.Read();
        var code = kill.ExitCode();
        var end = kill.Reason ?? (use is { OutOfMemory: > 0 } ? CageEnd.OutOfMemory : code is null ? CageEnd.Failed : CageEnd.Exited);
        var failure = end == CageEnd.Failed ? System.Text.Encoding.UTF8.GetString(error.Kept).Trim() is { Length: > 0 } said ? said : $"the cage ended with {process.ExitCode}" : null;
        return new CageOutcome(end, end == CageEnd.Exited ? code!.Value : 137, output.Kept, failure is null ? error.Kept : [], use?.Cpu, wall, use?.PeakBytes, failure);
    }

    /// <summary>Writes the input; what does not fit into the pipe is written while the program reads.</summary>
    private static Thread? Feed(Process process, byte[] input)
    {
        void Write()
        {
            try
            {
                if (input.Length > 0) process.StandardInput.BaseStream.Write(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program ended, or closed its input, without reading it all.
            }
        }

        if (input.Length <= UnreadInput)
        {
            Write();
            return null;
        }

        var thread = new Thread(Write) { IsBackground = true, Name = "sandbox input" };
        thread.Start();
        return thread;
    }
}

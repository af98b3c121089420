using System.Text;

using Mainstreet.Foundation.Hosting;
using Mainstreet.Studio.Sandbox.Groups;

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Mainstreet.Studio.Sandbox.Caging;

/// <summary>
/// Builds the cage once, tries it out and says what it is worth; before that it removes what servers that were killed left behind. Made at the first question, or at
/// start in a process with the role <c>runner</c>.
/// </summary>
internal sealed partial class CageKeeper(IOptions<SandboxOptions> options, DataDirectory data, TimeProvider clock, ILogger<CageKeeper> log) : IDisposable
{
    // Says what the program may do that it must not; nothing when the cage holds. Builtins only.
    private const string Trial = """
        while read -r name value; do
          case "$name" in
            CapEff:|CapPrm:|CapBnd:|CapInh:|CapAmb:) [ "$value" = 0000000000000000 ] || echo "capabilities are left ($name $value)" ;;
            NoNewPrivs:) [ "$value" = 1 ] || echo "new privileges can be gained" ;;
            Seccomp:) [ "$value" = 2 ] || echo "no filter of system calls is in force" ;;
            Uid:) case "$value" in 65534*) ;; *) echo "the program runs as user $value" ;; esac ;;
          esac
        done </proc/self/status
        for place in / /app /usr /etc /dev; do if (: >"$place/.trial") 2>/dev/null; then echo "$place can be written"; fi; done
        (: >/tmp/.trial) 2>/dev/null || echo "/tmp cannot be written"
        if (read -r line </etc/shadow) 2>/dev/null; then echo "/etc/shadow can be read"; fi
        set -- /proc/[0-9]*
        [ $# -le 3 ] || echo "other processes can be seen"
        """;

    private readonly ServerName _name = ServerName.Another();
    private readonly Lock _lock = new();
    private (Cage? Cage, CageState State)? _built;
    private CageFolders? _folders;
    private bool _closed;

    /// <summary>Of the folder for this server's runs and of its groups.</summary>
    internal string Name => _name.Text;

    /// <summary>The cage, where there is one, and what it is worth. The first call takes some tens of milliseconds and blocks.</summary>
    internal (Cage? Cage, CageState State) Built
    {
        get
        {
            lock (_lock) return _built ??= Build();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_closed) return;
            _closed = true;
            _built?.Cage?.Groups?.Close();
            try
            {
                _folders?.Close();
            }
            catch (IOException busy)
            {
                // A run did not end in time; the next server to start finds its folder.
                Log.NotClosed(log, busy);
            }
        }
    }

    private (Cage?, CageState) Build()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var settings = options.Value;
        var (cage, state) = settings.Enabled ? Make(settings) : (null, Off("it is turned off (Studio:Sandbox:Enabled)"));
        if (state.Mode == CageMode.Full) Log.Ready(log, state.Groups);
        else Log.Lacking(log, state.Mode, string.Join("; ", state.Reasons));
        return (cage, state);
    }

    private (Cage?, CageState) Make(SandboxOptions settings)
    {
        var (tools, missing) = CageTools.Find(settings.Bubblewrap);
        if (tools is null) return (null, Off(missing!));
        var reasons = new List<string>();
        var calls = SeccompCalls.Here;
        if (calls is null) reasons.Add("there is no list of system calls for this processor, so none are filtered");
        var root = settings.WorkFolder ?? (Environment.IsPrivilegedProcess ? "/run/mainstreet-sandbox" : data.File("sandbox"));
        var folders = new CageFolders(root, _name);
        try
        {
            folders.Open(calls is null ? null : SeccompFilter.Bytes(calls));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return (null, Off($"the folder for runs cannot be used: {refused.Message}"));
        }

        _folders = folders;
        Orphans.Adopt();
        var finder = new GroupFinder(settings.GroupFolder, _name.Text);
        var groups = finder.Find();
        var swept = (groups?.Sweep(ServerName.IsGone) ?? 0) + folders.Sweep(ServerName.IsGone);
        if (swept > 0) Log.Swept(log, swept);
        if (groups is null)
        {
            reasons.AddRange(finder.Reasons);
            reasons.Add("memory, processor and processes of a run cannot be bounded together: run as root, or give the server a group of its own (systemd: Delegate=yes)");
        }

        var cage = new Cage(tools, folders, groups, calls is not null, settings.FirstUserId, clock);
        if (Try(cage, settings, calls is not null) is { } leaks) return (null, Off(leaks));
        return (cage, new CageState(reasons.Count == 0 ? CageMode.Full : CageMode.Degraded, reasons, groups?.Description));
    }

    /// <returns>What is wrong with the cage; null when it holds.</returns>
    private static string? Try(Cage cage, SandboxOptions settings, bool filtered)
    {
        var command = new CageCommand(["/bin/sh", "-c", Trial], new Dictionary<string, byte[]>(), [], new Dictionary<string, string>());
        var limits = new CageLimits(TimeSpan.FromSeconds(20), settings.MemoryBytes, settings.Processors, settings.Processes, 16_384, settings.TemporaryBytes);
        CageOutcome? outcome = null;
        var thread = new Thread(() => outcome = cage.Run(command, limits, [], 0, CancellationToken.None)) { IsBackground = true, Name = "sandbox trial" };
        thread.Start();
        thread.Join();
        if (outcome!.Failure is { } failure) return Explain(failure);
        var said = Encoding.UTF8.GetString(outcome.Output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => filtered || !line.Contains("filter of system calls", StringComparison.Ordinal)).ToList();
        if (said.Count > 0) return "the cage does not hold: " + string.Join("; ", said);
        if (outcome is not { End: CageEnd.Exited, ExitCode: 0 }) return $"the program for trial ended with {outcome.End} {outcome.ExitCode}: {Encoding.UTF8.GetString(outcome.Error).Trim()}";
        // Whoever is outside of the groups costs them nothing.
        return cage.Groups is not null && outcome.Cpu == TimeSpan.Zero ? "the program for trial was not in its groups" : null;
    }

    private static string Explain(string failure)
    {
        var help = failure.Contains("uid map", StringComparison.Ordinal) || failure.Contains("namespace", StringComparison.Ordinal) || failure.Contains("Operation not permitted", StringComparison.Ordinal)
            ? ". User namespaces seem to be forbidden here: allow them (sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu, user.max_user_namespaces and kernel.unprivileged_userns_clone elsewhere; in a container, a seccomp profile that lets unshare, mount and pivot_root through)"
            : "";
        return $"the cage cannot be built: {failure}{help}";
    }

    private static CageState Off(string reason) => new(CageMode.Off, [reason], null);

    private static partial class Log
    {
        [LoggerMessage(6201, LogLevel.Information, "The sandbox is ready; runs are bounded by {Groups}")]
        internal static partial void Ready(ILogger log, string? groups);

        [LoggerMessage(6202, LogLevel.Warning, "The sandbox is {Mode}: {Reasons}")]
        internal static partial void Lacking(ILogger log, CageMode mode, string reasons);

        [LoggerMessage(6207, LogLevel.Warning, "The folder for runs could not be removed")]
        internal static partial void NotClosed(ILogger log, Exception exception);

        [LoggerMessage(6203, LogLevel.Warning, "Removed {Count} groups and folders of runs that killed servers had left")]
        internal static partial void Swept(ILogger log, int count);
    }
}

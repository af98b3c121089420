using System.ComponentModel.DataAnnotations;

namespace Mainstreet.Studio.Sandbox;

/// <summary>How untrusted code is run. Section <c>Studio:Sandbox</c>.</summary>
public sealed class SandboxOptions
{
    /// <summary>False turns the sandbox of this process off: it refuses, or hands runs to a runner. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Runs code also where the machine cannot bound memory, processor and processes of a run as a whole (no cgroups): then only limits of
    /// single processes hold. Default false: such a machine refuses.
    /// </summary>
    public bool AllowDegraded { get; set; }

    /// <summary>Runs at the same time in this process; 0 means two for each processor, as a run gets half of one. Default 0.</summary>
    [Range(0, 64)]
    public int Slots { get; set; }

    /// <summary>Runs of one account that may wait. Default 10.</summary>
    [Range(1, 1_000)]
    public int WaitingPerAccount { get; set; } = 10;

    /// <summary>Runs of everybody that may wait. Default 200.</summary>
    [Range(1, 10_000)]
    public int Waiting { get; set; } = 200;

    /// <summary>How long a run waits for its turn before it is refused. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Memory of a run, in bytes, its temporary files included. Default 512 MiB.</summary>
    [Range(33_554_432, 17_179_869_184)]
    public long MemoryBytes { get; set; } = 536_870_912;

    /// <summary>Processors that a run may use. Default 0.5.</summary>
    [Range(0.05, 64)]
    public double Processors { get; set; } = 0.5;

    /// <summary>Processes and threads of a run. Default 64.</summary>
    [Range(4, 4_096)]
    public int Processes { get; set; } = 64;

    /// <summary>Longest run that can be asked for. Default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan LongestRun { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a run may take that asks for nothing else. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan UsualRun { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Standard output, and standard error, of a run, in bytes each. Default 256 KiB.</summary>
    [Range(1_024, 16_777_216)]
    public int OutputBytes { get; set; } = 262_144;

    /// <summary>Room for temporary files of a run, in bytes; it counts as memory too. Default 64 MiB.</summary>
    [Range(1_048_576, 4_294_967_296)]
    public long TemporaryBytes { get; set; } = 67_108_864;

    /// <summary>All files of a run together, in bytes. Default 20 MB.</summary>
    [Range(1_000, 1_000_000_000)]
    public long MaxInputBytes { get; set; } = 20_000_000;

    /// <summary>Files of a run. Default 1,000.</summary>
    [Range(1, 10_000)]
    public int MaxFiles { get; set; } = 1_000;

    /// <summary>C# that is compiled for a run, in bytes of source. Default 1 MB.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxSourceBytes { get; set; } = 1_000_000;

    /// <summary>How long the compiler may take. Default 20 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan LongestCompile { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Folder for the files of runs; every user must be able to pass through it. Default <c>/run/mainstreet-sandbox</c> for a server that
    /// runs as root, else <c>sandbox</c> in the data folder.
    /// </summary>
    public string? WorkFolder { get; set; }

    /// <summary>Folder of cgroups that this server may make its own in, for cgroup v2. Default: found by trying.</summary>
    public string? GroupFolder { get; set; }

    /// <summary>
    /// First of as many user ids as there are slots, which must belong to nobody: a run that a root server starts gets one for itself.
    /// Default 59,000.
    /// </summary>
    [Range(1_000, 2_000_000_000)]
    public int FirstUserId { get; set; } = 59_000;

    /// <summary>Bubblewrap's program. Default <c>bwrap</c> in the usual folders.</summary>
    public string? Bubblewrap { get; set; }

    /// <summary>How old the last sign of life of a runner may be. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RunnerSilence { get; set; } = TimeSpan.FromSeconds(15);

    internal int SlotCount => Slots == 0 ? Math.Min(64, 2 * Environment.ProcessorCount) : Slots;
}

namespace Mainstreet.Studio.Sandbox.Groups;

/// <summary>Bounds and accounts for all processes of a run together, by the kernel's cgroups.</summary>
internal interface IControlGroups
{
    /// <summary>For operators: <c>cgroup v1 at ...</c>.</summary>
    string Description { get; }

    /// <summary>Makes a group with the limits in force.</summary>
    /// <param name="name">Of this server's own making; becomes a folder's name.</param>
    /// <exception cref="IOException">The kernel refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The kernel refuses.</exception>
    IControlGroup Create(string name, GroupLimits limits);

    /// <summary>Ends what still runs in groups of servers that are gone, and removes the groups.</summary>
    /// <param name="isGone">Whether the server of this name is gone.</param>
    /// <returns>Groups removed.</returns>
    int Sweep(Func<string, bool> isGone);

    /// <summary>Removes this server's own folder of groups; its runs must be over.</summary>
    void Close();
}

/// <summary>The group of one run.</summary>
internal interface IControlGroup
{
    /// <summary>Files that a process writes its own id to so as to be in the group.</summary>
    IReadOnlyList<string> JoinFiles { get; }

    /// <summary>What was used so far; the kernel keeps it until <see cref="Remove"/>.</summary>
    GroupUse Read();

    /// <summary>Lifts the bound on processor time, for processes that have been killed.</summary>
    void Unthrottle();

    /// <summary>Kills every process in it.</summary>
    void Kill();

    /// <summary>Removes it, killing what is left.</summary>
    /// <returns>False when the kernel still held on to it after two seconds.</returns>
    bool Remove();
}

/// <param name="MemoryBytes">All memory, that of temporary files included; there is no swap.</param>
/// <param name="Processors">Share of processor time in every tenth of a second, in processors.</param>
/// <param name="Processes">Processes and threads.</param>
internal sealed record GroupLimits(long MemoryBytes, double Processors, int Processes)
{
    internal const int PeriodMicroseconds = 100_000;

    internal long QuotaMicroseconds => (long)Math.Round(Processors * PeriodMicroseconds);
}

/// <param name="Cpu">Processor time of all its processes.</param>
/// <param name="PeakBytes">Most memory at one time; null where the kernel does not keep it.</param>
/// <param name="OutOfMemory">Processes that the kernel killed because the group was full.</param>
internal sealed record GroupUse(TimeSpan Cpu, long? PeakBytes, long OutOfMemory);

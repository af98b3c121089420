namespace Mainstreet.Studio.Sandbox.Groups;

/// <summary>cgroup v1: a hierarchy for each controller, with a group of the run in each (Documentation/admin-guide/cgroup-v1).</summary>
/// <param name="memory">The family's folder in the hierarchy of the controller memory.</param>
/// <param name="cpu">... of cpu.</param>
/// <param name="accounting">... of cpuacct; the same as cpu where the two are mounted together.</param>
/// <param name="processes">... of pids.</param>
/// <param name="server">Name of this server's own folder below them.</param>
internal sealed class ControlGroupsV1(string memory, string cpu, string accounting, string processes, string server) : IControlGroups
{
    internal static readonly IReadOnlyList<string> Controllers = ["memory", "cpu", "cpuacct", "pids"];

    private readonly IReadOnlyList<string> _roots = [.. new[] { memory, cpu, accounting, processes }.Distinct()];

    public string Description => $"cgroup v1 at {memory}";

    public IControlGroup Create(string name, GroupLimits limits)
    {
        var group = new Group(
            Path.Combine(memory, server, name), Path.Combine(cpu, server, name), Path.Combine(accounting, server, name), Path.Combine(processes, server, name));
        try
        {
            foreach (var folder in group.Folders) Directory.CreateDirectory(folder);
            group.Limit(limits);
            return group;
        }
        catch
        {
            group.Remove();
            throw;
        }
    }

    public int Sweep(Func<string, bool> isGone) => GroupFolder.Sweep(_roots, isGone, GroupFolder.KillEach);

    public void Close()
    {
        foreach (var root in _roots) GroupFolder.TryRemove(Path.Combine(root, server));
    }

    private sealed class Group(string memory, string cpu, string accounting, string processes) : IControlGroup
    {
        internal IReadOnlyList<string> Folders { get; } = [.. new[] { memory, cpu, accounting, processes }.Distinct()];

        public IReadOnlyList<string> JoinFiles => [.. Folders.Select(f => Path.Combine(f, "cgroup.procs"))];

        internal void Limit(GroupLimits limits)
        {
            GroupFolder.Set(memory, "memory.limit_in_bytes", limits.MemoryBytes);
            // After the former: memory and swap together may not be less than memory. Without accounting of swap there is no such file and no swap to bound but by this.
            if (File.Exists(Path.Combine(memory, "memory.memsw.limit_in_bytes"))) GroupFolder.Set(memory, "memory.memsw.limit_in_bytes", limits.MemoryBytes);
            else GroupFolder.Set(memory, "memory.swappiness", 0);
            GroupFolder.Set(cpu, "cpu.cfs_period_us", GroupLimits.PeriodMicroseconds);
            GroupFolder.Set(cpu, "cpu.cfs_quota_us", limits.QuotaMicroseconds);
            GroupFolder.Set(processes, "pids.max", limits.Processes);
        }

        public GroupUse Read() => new(
            TimeSpan.FromMicroseconds(GroupFolder.Number(accounting, "cpuacct.usage") / 1_000.0),
            GroupFolder.Number(memory, "memory.max_usage_in_bytes"),
            GroupFolder.Field(memory, "memory.oom_control", "oom_kill"));

        public void Unthrottle() => GroupFolder.Set(cpu, "cpu.cfs_quota_us", -1);

        public void Kill() => GroupFolder.KillEach(processes);

        public bool Remove() => GroupFolder.Remove(Folders, Kill);
    }
}

namespace Mainstreet.Studio.Sandbox.Groups;

/// <summary>cgroup v2: one hierarchy for all controllers (Documentation/admin-guide/cgroup-v2).</summary>
/// <param name="root">The family's folder, with memory, cpu and pids enabled for what is below it.</param>
/// <param name="server">Name of this server's own folder below it.</param>
internal sealed class ControlGroupsV2(string root, string server) : IControlGroups
{
    internal static readonly IReadOnlyList<string> Controllers = ["memory", "cpu", "pids"];

    internal const string Enable = "+memory +cpu +pids";

    public string Description => $"cgroup v2 at {root}";

    public IControlGroup Create(string name, GroupLimits limits)
    {
        var own = Path.Combine(root, server);
        if (!Directory.Exists(own))
        {
            Directory.CreateDirectory(own);
            GroupFolder.Set(own, "cgroup.subtree_control", Enable);
        }

        var group = new Group(Path.Combine(own, name));
        try
        {
            Directory.CreateDirectory(group.Folder);
            group.Limit(limits);
            return group;
        }
        catch
        {
            group.Remove();
            throw;
        }
    }

    public int Sweep(Func<string, bool> isGone) => GroupFolder.Sweep([root], isGone, Group.KillAll);

    public void Close() => GroupFolder.TryRemove(Path.Combine(root, server));

    private sealed class Group(string folder) : IControlGroup
    {
        internal string Folder => folder;

        public IReadOnlyList<string> JoinFiles => [Path.Combine(folder, "cgroup.procs")];

        internal void Limit(GroupLimits limits)
        {
            GroupFolder.Set(folder, "memory.max", limits.MemoryBytes);
            if (File.Exists(Path.Combine(folder, "memory.swap.max"))) GroupFolder.Set(folder, "memory.swap.max", 0);
            GroupFolder.Set(folder, "cpu.max", FormattableString.Invariant($"{limits.QuotaMicroseconds} {GroupLimits.PeriodMicroseconds}"));
            // All go when one does: what is left of a program that lost a process to this only gets in its own way.
            if (File.Exists(Path.Combine(folder, "memory.oom.group"))) GroupFolder.Set(folder, "memory.oom.group", 1);
            GroupFolder.Set(folder, "pids.max", limits.Processes);
        }

        public GroupUse Read() => new(
            TimeSpan.FromMicroseconds(GroupFolder.Field(folder, "cpu.stat", "usage_usec")),
            // Since Linux 5.19.
            File.Exists(Path.Combine(folder, "memory.peak")) ? GroupFolder.Number(folder, "memory.peak") : null,
            GroupFolder.Field(folder, "memory.events", "oom_kill"));

        public void Unthrottle() => GroupFolder.Set(folder, "cpu.max", "max");

        public void Kill() => KillAll(folder);

        public bool Remove() => GroupFolder.Remove([folder], Kill);

        internal static void KillAll(string folder)
        {
            // Since Linux 5.14; all at once, so that nothing can fork ahead of it.
            if (File.Exists(Path.Combine(folder, "cgroup.kill"))) GroupFolder.Set(folder, "cgroup.kill", 1);
            else GroupFolder.KillEach(folder);
        }
    }
}

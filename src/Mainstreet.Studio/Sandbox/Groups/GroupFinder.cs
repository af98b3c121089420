namespace Mainstreet.Studio.Sandbox.Groups;

/// <summary>Finds cgroups that bound memory, processor and processes, by trying: what is mounted says little about what may be used.</summary>
/// <param name="given">Folder of <see cref="SandboxOptions.GroupFolder"/>.</param>
/// <param name="server">Name for this server's own folder.</param>
internal sealed class GroupFinder(string? given, string server)
{
    private static readonly GroupLimits Trial = new(67_108_864, 0.5, 16);

    private readonly List<string> _reasons = [];

    /// <summary>Why those that were tried are of no use.</summary>
    internal IReadOnlyList<string> Reasons => _reasons;

    /// <summary>The first that works; null when none does.</summary>
    internal IControlGroups? Find()
    {
        if (!OperatingSystem.IsLinux()) return Refuse("cgroups: this is not Linux");
        var mounts = Mounts.Read("/proc/self/mountinfo", "/proc/self/cgroup");
        return (given is null ? null : Two(given)) ?? (mounts.Unified is { } unified ? OfUnified(unified, mounts) : null) ?? One(mounts)
            ?? (_reasons.Count > 0 ? null : Refuse("cgroups: none are mounted"));
    }

    private ControlGroupsV2? OfUnified(string mount, Mounts mounts)
    {
        var own = mounts.OwnUnified is { Length: > 1 } path ? mount + path : null;
        return Two(mount) ?? (own is null ? null : Two(own));
    }

    /// <summary>Tries version 2 below a folder.</summary>
    private ControlGroupsV2? Two(string parent)
    {
        try
        {
            var offered = GroupFolder.Text(parent, "cgroup.controllers").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            var missing = ControlGroupsV2.Controllers.Except(offered).ToList();
            if (missing.Count > 0) return Refuse<ControlGroupsV2>($"cgroup v2 at {parent}: without {string.Join(", ", missing)}");
            EnableBelow(parent);
            var root = Path.Combine(parent, GroupFolder.Family);
            Directory.CreateDirectory(root);
            GroupFolder.Set(root, "cgroup.subtree_control", ControlGroupsV2.Enable);
            return Tried(new ControlGroupsV2(root, server));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Refuse<ControlGroupsV2>($"cgroup v2 at {parent}: {refused.Message}");
        }
    }

    /// <summary>
    /// A group with processes of its own passes no controllers down, unless it is the machine's first. In a container the first that is seen has the
    /// container's processes: they go into a group beside ours.
    /// </summary>
    private static void EnableBelow(string parent)
    {
        try
        {
            GroupFolder.Set(parent, "cgroup.subtree_control", ControlGroupsV2.Enable);
        }
        catch (IOException)
        {
            var aside = Path.Combine(parent, GroupFolder.Family + "-server");
            Directory.CreateDirectory(aside);
            foreach (var process in GroupFolder.Processes(parent).Where(p => p > 0)) GroupFolder.Set(aside, "cgroup.procs", process);
            GroupFolder.Set(parent, "cgroup.subtree_control", ControlGroupsV2.Enable);
        }
    }

    /// <summary>Tries version 1.</summary>
    private ControlGroupsV1? One(Mounts mounts)
    {
        if (mounts.ByController.Count == 0) return null;
        var missing = ControlGroupsV1.Controllers.Where(c => !mounts.ByController.ContainsKey(c)).ToList();
        if (missing.Count > 0) return Refuse<ControlGroupsV1>($"cgroup v1: without {string.Join(", ", missing)}");
        string Root(string controller) => Path.Combine(mounts.ByController[controller], GroupFolder.Family);
        try
        {
            return Tried(new ControlGroupsV1(Root("memory"), Root("cpu"), Root("cpuacct"), Root("pids"), server));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Refuse<ControlGroupsV1>($"cgroup v1: {refused.Message}");
        }
    }

    /// <summary>Makes a group, reads it and removes it.</summary>
    private static T Tried<T>(T groups)
        where T : IControlGroups
    {
        var group = groups.Create("trial", Trial);
        group.Read();
        if (!group.Remove()) throw new IOException("a group that was made for trial cannot be removed");
        return groups;
    }

    private IControlGroups? Refuse(string reason) => Refuse<IControlGroups>(reason);

    private T? Refuse<T>(string reason)
        where T : class
    {
        _reasons.Add(reason);
        return null;
    }
}

/// <summary>Where cgroups are mounted.</summary>
/// <param name="ByController">Version 1: mount point by controller.</param>
/// <param name="Unified">Version 2: mount point.</param>
/// <param name="OwnUnified">Version 2: this process's own group, from the mount point on.</param>
internal sealed record Mounts(IReadOnlyDictionary<string, string> ByController, string? Unified, string? OwnUnified)
{
    /// <summary>Reads both files of proc(5).</summary>
    internal static Mounts Read(string mountInfo, string ownGroups) => Parse(File.ReadAllLines(mountInfo), File.ReadAllLines(ownGroups));

    internal static Mounts Parse(IEnumerable<string> mountInfo, IEnumerable<string> ownGroups)
    {
        var byController = new Dictionary<string, string>(StringComparer.Ordinal);
        string? unified = null;
        foreach (var line in mountInfo)
        {
            // 36 35 98:0 /root /mount/point options - type source super,options
            var halves = line.Split(" - ", 2);
            if (halves.Length < 2) continue;
            var (left, right) = (halves[0].Split(' '), halves[1].Split(' '));
            if (left.Length < 5 || right.Length < 3) continue;
            if (right[0] == "cgroup2") unified ??= left[4];
            else if (right[0] == "cgroup")
            {
                foreach (var option in right[2].Split(',')) byController.TryAdd(option, left[4]);
            }
        }

        var own = ownGroups.FirstOrDefault(l => l.StartsWith("0::", StringComparison.Ordinal))?[3..];
        return new Mounts(byController, unified, own);
    }
}

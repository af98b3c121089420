using System.Diagnostics;

using Mainstreet.Studio.Sandbox.Caging;
using Mainstreet.Studio.Sandbox.Groups;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

[Trait("kind", "cage")]
[Collection(nameof(CageTests))]
public sealed class GroupTests(CageRig rig)
{
    [Fact]
    public void Mounts_of_both_versions_are_read()
    {
        var mounts = Mounts.Parse(
            [
                "30 24 0:26 / /sys/fs/cgroup ro,nosuid - tmpfs tmpfs ro,mode=755",
                "31 30 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
                "35 30 0:31 / /sys/fs/cgroup/cpu,cpuacct rw shared:1 - cgroup cgroup rw,cpu,cpuacct",
                "36 30 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
                "not a mount",
            ],
            ["4:memory:/x", "0::/system.slice/mainstreet.service"]);
        mounts.Unified.ShouldBe("/sys/fs/cgroup/unified");
        mounts.OwnUnified.ShouldBe("/system.slice/mainstreet.service");
        mounts.ByController["cpuacct"].ShouldBe("/sys/fs/cgroup/cpu,cpuacct");
        mounts.ByController["memory"].ShouldBe("/sys/fs/cgroup/memory");
        mounts.ByController.ContainsKey("pids").ShouldBeFalse();
    }

    /// <summary>On a folder that stands in for the kernel's: which values go into which files. Only a machine with these controllers can show that they act.</summary>
    [Fact]
    public void Version_2_writes_its_limits_and_reads_its_figures()
    {
        using var folder = new TemporaryFolder();
        var group = Path.Combine(folder.Path, "server", "run");
        Directory.CreateDirectory(group);
        foreach (var file in (string[])["memory.max", "memory.swap.max", "cpu.max", "pids.max"]) File.WriteAllText(Path.Combine(group, file), "");
        File.WriteAllText(Path.Combine(group, "cpu.stat"), "usage_usec 12345\nuser_usec 1\n");
        File.WriteAllText(Path.Combine(group, "memory.peak"), "4096\n");
        File.WriteAllText(Path.Combine(group, "memory.events"), "low 0\noom 2\noom_kill 1\n");

        var made = new ControlGroupsV2(folder.Path, "server").Create("run", new GroupLimits(536_870_912, 0.5, 66));
        string Text(string file) => File.ReadAllText(Path.Combine(group, file));
        (Text("memory.max"), Text("memory.swap.max"), Text("cpu.max"), Text("pids.max")).ShouldBe(("536870912", "0", "50000 100000", "66"));
        made.Read().ShouldBe(new GroupUse(TimeSpan.FromMicroseconds(12_345), 4_096, 1));
        made.JoinFiles.ShouldBe([Path.Combine(group, "cgroup.procs")]);
    }

    [Fact]
    public void What_a_killed_server_left_is_swept_and_what_a_living_one_has_is_not()
    {
        rig.NeedsCage();
        Assert.SkipUnless(rig.Runner.State.Groups!.StartsWith("cgroup v1", StringComparison.Ordinal), "Written for cgroup v1");
        using var dead = Process.Start("/bin/true");
        dead.WaitForExit();
        // The id of a process that is gone, and a start that no process has.
        var name = $"{dead.Id}-1-{Guid.CreateVersion7():N}";
        var memory = "/sys/fs/cgroup/memory/mainstreet";
        var groups = new ControlGroupsV1(memory, "/sys/fs/cgroup/cpu/mainstreet", "/sys/fs/cgroup/cpuacct/mainstreet", "/sys/fs/cgroup/pids/mainstreet", name);
        var group = groups.Create("run", new GroupLimits(67_108_864, 0.5, 16));
        using var left = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "for f; do echo $$ >\"$f\"; done; exec sleep 1000", "sh", .. group.JoinFiles]))!;
        SpinWait.SpinUntil(() => group.JoinFiles.All(f => GroupFolder.Processes(Path.GetDirectoryName(f)!).Contains(left.Id)), 60_000).ShouldBeTrue();
        var folder = Path.Combine("/run/mainstreet-sandbox", name);
        Directory.CreateDirectory(Path.Combine(folder, "run", "app"));
        File.CreateSymbolicLink(Path.Combine(folder, "run", "app", "link"), "/usr");

        rig.Keeper.Built.Cage!.Groups!.Sweep(ServerName.IsGone).ShouldBeGreaterThanOrEqualTo(4);
        new CageFolders("/run/mainstreet-sandbox", ServerName.Another()).Sweep(ServerName.IsGone).ShouldBeGreaterThanOrEqualTo(1);

        left.WaitForExit(60_000).ShouldBeTrue();
        Directory.Exists(Path.Combine(memory, name)).ShouldBeFalse();
        Directory.Exists(folder).ShouldBeFalse();
        Directory.Exists("/usr/bin").ShouldBeTrue();
        Directory.Exists(Path.Combine(memory, rig.Keeper.Name)).ShouldBeTrue();
        Directory.Exists(Path.Combine("/run/mainstreet-sandbox", rig.Keeper.Name)).ShouldBeTrue();
    }

    [Fact]
    public void Names_tell_the_living_from_the_dead()
    {
        ServerName.IsGone(ServerName.Own.Text).ShouldBeFalse();
        var parts = ServerName.Own.Text.Split('-');
        ServerName.IsGone($"{parts[0]}-{long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) + 1}-x").ShouldBeTrue();
        ServerName.IsGone("something else").ShouldBeFalse();
        ServerName.IsGone("trial").ShouldBeFalse();
    }

    private sealed class TemporaryFolder : IDisposable
    {
        internal string Path { get; } = Directory.CreateTempSubdirectory("mainstreet-groups-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}

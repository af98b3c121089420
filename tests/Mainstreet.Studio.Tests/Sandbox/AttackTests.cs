using Mainstreet.Studio.Sandbox;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Sandbox;

[Trait("kind", "cage")]
[Collection(nameof(CageTests))]
public sealed class AttackTests(CageRig rig)
{
    public static TheoryData<string> Names { get; } = [.. Attack.All.Select(a => a.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task It_is_contained(string name)
    {
        var attack = Attack.All.Single(a => a.Name == name);
        var limits = attack.Wall is { } wall ? new SandboxRequest.LimitsBody(WallMs: (int)wall.TotalMilliseconds) : null;
        var result = await rig.RunAsync(attack.Language, attack.Code, limits: limits);

        var said = $"{result.Status} {result.ExitCode} after {result.WallMs} ms\n{result.Stdout[..Math.Min(4_000, result.Stdout.Length)]}\n{result.Stderr[..Math.Min(4_000, result.Stderr.Length)]}";
        result.Stdout.ShouldNotContain("ESCAPED", customMessage: said);
        result.Stdout.ShouldNotContain(AttacksOnFiles.SecretValue);
        result.Stdout.ShouldContain(attack.Says, customMessage: said);
        attack.Ends.ShouldContain(result.Status, said);
        result.PeakBytes!.Value.ShouldBeLessThanOrEqualTo(rig.Settings.MemoryBytes);
        // Half a processor, and what it takes to end what is left.
        result.CpuMs!.Value.ShouldBeLessThanOrEqualTo((long)(result.WallMs * 0.5 * 1.15) + 500, said);
        rig.Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public void There_are_at_least_fifty() => Attack.All.Select(a => a.Name).Distinct().Count().ShouldBeGreaterThanOrEqualTo(50);

    [Fact]
    public async Task The_check_for_an_escape_can_fail()
    {
        // What the attacks try does work outside of the cage: the same lines there would say so.
        rig.NeedsCage();
        using var outside = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/usr/bin/python3", ["-c", """
            import os
            for path in ('/etc/shadow', '/root'): print('ESCAPED' if os.path.lexists(path) else 'contained', path)
            """])
        { RedirectStandardOutput = true })!;
        (await outside.StandardOutput.ReadToEndAsync()).ShouldContain("ESCAPED /root");
        await outside.WaitForExitAsync();
    }
}

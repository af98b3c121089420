using Mainstreet.Careers.Proof;
using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Proving;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Careers.Tests.Proof;

/// <summary>The whole proof and the smoke walks, over sockets, against the program as it is.</summary>
[Trait("kind", "race")]
public sealed class CareersProofTests(CareersApps apps)
{
    [Theory, EachEngine]
    public async Task The_program_holds(Engine engine) => ShouldHold(await RunAsync([(await apps.OnAsync(engine)).Address]));

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Two_replicas_hold(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        await using var replica = await TestApp.StartReplicaAsync(app);
        ShouldHold(await RunAsync([app.Address, replica.Address]));
    }

    [Theory, EachEngine]
    public async Task The_smoke_walks_go_through_and_walk_far(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var steps = new List<SmokeStep>();
        foreach (var walk in new ISmokePath[] { new ProfileSmoke(), new BadInputSmoke(), new CareersReads(), new JobSmoke(), new DocumentSmoke(), new ApplicationSmoke() })
            steps.AddRange(await SmokeRunner.WalkAsync(walk, new ProofRun([app.Address], 1, TimeProvider.System), new SmokeSettings(), TestContext.Current.CancellationToken));
        steps.Where(s => s.Failure is not null).Select(s => $"{s.Name}: {s.Failure}").ShouldBeEmpty();
        // Those that make accounts are steps, and no paths of their own.
        steps.Select(s => s.Name).Where(n => !n.StartsWith("register and sign in", StringComparison.Ordinal)).Distinct().Count().ShouldBeGreaterThanOrEqualTo(100);
    }

    private static void ShouldHold(ProofReport report)
    {
        report.Results.Where(r => !r.Holds).Select(r => $"{r.Invariant.Id} ({r.Checked} checks): {string.Join('\n', r.CounterExamples)}").ShouldBeEmpty();
        report.ExitCode.ShouldBe(0);
    }

    private static Task<ProofReport> RunAsync(IReadOnlyList<Uri> targets)
    {
        var run = new ProofRun(targets, seed: 7, TimeProvider.System)
        {
            Options = new Dictionary<string, int> { ["tasks"] = 30, ["yeses"] = 8 },
            Progress = line => TestContext.Current.SendDiagnosticMessage("{0}", line),
        };
        return ProofRunner.RunAsync(new CareersProof(), run, TestContext.Current.CancellationToken);
    }
}

using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Proving;
using Mainstreet.Studio.Proof;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Studio.Tests.Proof;

/// <summary>The whole proof and the smoke walk, over sockets, against the program as it is.</summary>
[Trait("kind", "race")]
public sealed class StudioProofTests(StudioApps apps)
{
    [Theory, EachEngine]
    public async Task The_program_holds(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        ShouldHold(await RunAsync(app, [app.Address]));
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Two_replicas_hold(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        await using var replica = await TestApp.StartReplicaAsync(app);
        ShouldHold(await RunAsync(app, [app.Address, replica.Address]));
    }

    [Theory, EachEngine]
    public async Task The_smoke_walk_goes_through(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        var steps = await SmokeRunner.WalkAsync(new ProjectSmoke(), new ProofRun([app.Address], 1, TimeProvider.System), new SmokeSettings(), TestContext.Current.CancellationToken);
        steps.Where(s => s.Failure is not null).Select(s => $"{s.Name}: {s.Failure}").ShouldBeEmpty();
        steps.Count.ShouldBeGreaterThan(30);
    }

    private static void ShouldHold(ProofReport report)
    {
        report.Results.Where(r => !r.Holds).Select(r => $"{r.Invariant.Id} ({r.Checked} checks): {string.Join('\n', r.CounterExamples)}").ShouldBeEmpty();
        report.ExitCode.ShouldBe(0);
    }

    private static Task<ProofReport> RunAsync(TestApp app, IReadOnlyList<Uri> targets)
    {
        var run = new ProofRun(targets, seed: 7, TimeProvider.System) { Progress = line => TestContext.Current.SendDiagnosticMessage("{0}", line) };
        return ProofRunner.RunAsync(app.Host.Services.GetServices<IProof>().Single(p => p.Name == "studio"), run, TestContext.Current.CancellationToken);
    }
}

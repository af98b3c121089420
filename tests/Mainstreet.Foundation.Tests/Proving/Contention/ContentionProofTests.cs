using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Proving;
using Mainstreet.Testing;

using Microsoft.Extensions.DependencyInjection;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving.Contention;

/// <summary>The whole proof, over sockets, against the program as it is, and against the program with a guard taken away.</summary>
[Trait("kind", "race")]
public sealed class ContentionProofTests(FlawedApp flawed) : IClassFixture<FlawedApp>
{
    private static readonly Dictionary<string, int> Small = new() { ["races"] = 4, ["clients"] = 6 };

    [Fact]
    public async Task The_program_holds_on_sqlite() => ShouldHold(await RunAsync(flawed.With(), [flawed.App.Address]));

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Two_replicas_hold(Engine engine)
    {
        await using var app = await TestApp.StartAsync(engine);
        await using var replica = await TestApp.StartReplicaAsync(app);
        ShouldHold(await RunAsync(app, [app.Address, replica.Address]));
    }

    [Fact]
    public async Task Lost_answers_are_neither_lost_nor_doubled_effects()
    {
        var report = await RunAsync(flawed.With(Flaw.LosesAnswers), [flawed.App.Address], faults: true);
        ShouldHold(report);
        report.Operations.ShouldContain(o => o.Status == 0 && o.Name == "edit");
    }

    [Theory]
    [InlineData("foundation.no-lost-update foundation.linearizable foundation.exactly-once foundation.no-write-skew foundation.no-server-error",
        Flaw.IgnoresETags, Flaw.IgnoresKeys, Flaw.LetsTheLastOwnerGo, Flaw.ServerErrors)]
    [InlineData("foundation.serializable foundation.linearizable foundation.version-counts foundation.no-write-skew foundation.feed-once-in-order",
        Flaw.ReadsStale, Flaw.MixesShops, Flaw.RepeatsEvents)]
    [InlineData("foundation.no-dirty-read foundation.version-counts", Flaw.MakesRefusedChanges)]
    public async Task A_guard_that_is_off_is_found(string invariants, params Flaw[] flaws)
    {
        var report = await RunAsync(flawed.With(flaws), [flawed.App.Address]);
        var broken = report.Results.Where(r => r.Broken > 0).Select(r => r.Invariant.Id).ToArray();
        invariants.Split(' ').Except(broken).ShouldBeEmpty($"broken: {string.Join(", ", broken)}");
        report.ExitCode.ShouldBe(1);
        report.Results.First(r => r.Broken > 0).CounterExamples[0].ShouldNotBeEmpty();
    }

    private static void ShouldHold(ProofReport report)
    {
        report.Results.Where(r => !r.Holds).Select(r => $"{r.Invariant.Id} ({r.Checked} checks): {string.Join('\n', r.CounterExamples)}").ShouldBeEmpty();
        report.Results.Count.ShouldBe(9);
    }

    private static async Task<ProofReport> RunAsync(TestApp app, IReadOnlyList<Uri> targets, bool faults = false)
    {
        // The first request of a program compiles its routes, which takes its time on a machine that has much to do.
        foreach (var target in targets) (await app.Http.GetAsync(new Uri(target, "/health"))).EnsureSuccessStatusCode();
        var proof = app.Host.Services.GetServices<IProof>().Single(p => p.Name == "foundation");
        var run = new ProofRun(targets, seed: 7, TimeProvider.System) { Options = Small, Faults = faults, Progress = line => TestContext.Current.SendDiagnosticMessage("{0}", line) };
        return await ProofRunner.RunAsync(proof, run, TestContext.Current.CancellationToken);
    }
}

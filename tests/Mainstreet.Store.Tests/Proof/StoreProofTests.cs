using Mainstreet.Foundation.Data;
using Mainstreet.Foundation.Proving;
using Mainstreet.Store.Proof;
using Mainstreet.Testing;

using Shouldly;

using Xunit;

namespace Mainstreet.Store.Tests.Proof;

/// <summary>The whole proof, over sockets, against the program as it is, and against one that is wrong in something.</summary>
[Trait("kind", "race")]
public sealed class StoreProofTests(StoreApps apps)
{
    private static readonly Dictionary<string, int> Small = new() { ["buyers"] = 16, ["stock"] = 3, ["rounds"] = 3, ["payments"] = 40 };
    private static readonly Dictionary<string, int> Tiny = new() { ["buyers"] = 6, ["stock"] = 2, ["rounds"] = 1, ["payments"] = 14 };

    [Theory, EachEngine]
    public async Task The_program_holds(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        ShouldHold(await RunAsync([app.Address], Small));
    }

    [Theory, EachEngine(Engine.Postgres)]
    public async Task Two_replicas_hold(Engine engine)
    {
        var app = await apps.OnAsync(engine);
        await using var replica = await TestApp.StartReplicaAsync(app);
        ShouldHold(await RunAsync([app.Address, replica.Address], Small));
    }

    [Fact]
    public async Task Lost_answers_are_accounted_for()
    {
        var app = await apps.OnAsync(Engine.Sqlite);
        await using var door = await FlawedDoor.OpenAsync(app.Address, Flaw.LosesAnswers);
        var report = await RunAsync([door.Address], Tiny, faults: true);
        ShouldHold(report);
        report.Operations.ShouldContain(o => o.Status == 0 && o.Name == "order");
    }

    [Theory]
    [InlineData("store.no-oversell store.stock store.forged-refused store.points store.no-server-error",
        Flaw.Oversells, Flaw.ConfirmsForgeries, Flaw.RepeatsEntries, Flaw.ServerError)]
    [InlineData("store.refused-before-paying store.taken store.money store.apart", Flaw.WrongRefusal, Flaw.RefusesRepeats, Flaw.RefundsTwice, Flaw.ShowsStrangers)]
    [InlineData("store.one-paid-order store.provider-agrees store.accounted", Flaw.SwallowsTellings, Flaw.ForgetsCaptures, Flaw.InventsOrders)]
    public async Task Slips_are_found(string invariants, params Flaw[] flaws)
    {
        var app = await apps.OnAsync(Engine.Sqlite);
        await using var door = await FlawedDoor.OpenAsync(app.Address, flaws);
        var report = await RunAsync([door.Address], Tiny);
        report.ExitCode.ShouldBe(1);
        var broken = report.Results.Where(r => r.Broken > 0).Select(r => r.Invariant.Id).ToArray();
        invariants.Split(' ').Except(broken).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_the_simulator_it_says_what_is_missing()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Store:Payments:Provider"] = "none" });
        (await Should.ThrowAsync<ProofException>(RunAsync([app.Address], Tiny))).Message.ShouldContain("simulator");
    }

    [Fact]
    public async Task The_smoke_path_is_walked_without_any_provider()
    {
        await using var app = await TestApp.StartAsync(Engine.Sqlite, new Dictionary<string, string?> { ["Store:Payments:Provider"] = "none" });
        var steps = await SmokeRunner.WalkAsync(new StoreSmoke(), new ProofRun([app.Address], 1, TimeProvider.System), new SmokeSettings(), TestContext.Current.CancellationToken);
        steps.Where(s => s.Failure is not null).Select(s => $"{s.Name}: {s.Failure}").ShouldBeEmpty();
        steps.Count.ShouldBeGreaterThan(50);
    }

    private static void ShouldHold(ProofReport report)
    {
        report.Results.Where(r => !r.Holds).Select(r => $"{r.Invariant.Id} ({r.Checked} checks): {string.Join('\n', r.CounterExamples)}").ShouldBeEmpty();
        report.ExitCode.ShouldBe(0);
    }

    private static Task<ProofReport> RunAsync(IReadOnlyList<Uri> targets, Dictionary<string, int> options, bool faults = false)
    {
        var run = new ProofRun(targets, seed: 7, TimeProvider.System)
        {
            Options = options,
            Faults = faults,
            Progress = line => TestContext.Current.SendDiagnosticMessage("{0}", line),
        };
        return ProofRunner.RunAsync(new StoreProof(), run, TestContext.Current.CancellationToken);
    }
}

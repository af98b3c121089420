using Mainstreet.Foundation.Proving;
using Mainstreet.Trades.Proof;

using Shouldly;

using Xunit;

namespace Mainstreet.Trades.Tests.Proof;

/// <summary>The whole proof, over sockets, against a server that is right or wrong in one thing.</summary>
[Trait("kind", "race")]
public sealed class TradesProofTests
{
    [Fact]
    public async Task A_right_server_holds()
    {
        var report = await RunAsync(Flaw.None);
        report.Results.Where(r => !r.Holds).Select(r => $"{r.Invariant.Id}: {string.Join('\n', r.CounterExamples)}").ShouldBeEmpty();
        report.ExitCode.ShouldBe(0);
        report.ServerVersion.ShouldBe("flawed 1");
    }

    [Theory]
    [InlineData(Flaw.TwoWinners, "trades.one-winner")]
    [InlineData(Flaw.LoserIsTold200, "trades.right-answer")]
    [InlineData(Flaw.ServerError, "trades.no-server-error")]
    [InlineData(Flaw.WinsAfterExpiry, "trades.expiry")]
    [InlineData(Flaw.WrongCode, "trades.right-answer")]
    [InlineData(Flaw.StaleRead, "trades.linearizable")]
    [InlineData(Flaw.AuditLosesAnAct, "trades.audit")]
    [InlineData(Flaw.AuditTellsAnActTwice, "trades.audit")]
    [InlineData(Flaw.FeedHasAGap, "trades.live-gapless")]
    [InlineData(Flaw.FeedRepeats, "trades.live-gapless")]
    [InlineData(Flaw.StoreForgetsTheWinner, "trades.stored")]
    [InlineData(Flaw.WinnerIsNotKnownAgain, "trades.repeat")]
    [InlineData(Flaw.LeavesOffersOpen, "trades.nothing-left")]
    public async Task One_slip_is_found(Flaw flaw, string invariant)
    {
        // On a busy machine a race of twenty tickets may not come to the point at which the slip shows.
        for (var run = 1; ; run++)
        {
            var report = await RunAsync(flaw);
            var broken = report.Results.Where(r => r.Broken > 0).Select(r => r.Invariant.Id).ToArray();
            if (run < 4 && !broken.Contains(invariant)) continue;
            report.ExitCode.ShouldBe(1);
            broken.ShouldContain(invariant);
            return;
        }
    }

    [Fact]
    public async Task Restarts_are_weather_when_they_are_expected()
    {
        var report = await RunAsync(Flaw.Restarts, faults: true);
        report.Results.Where(r => !r.Holds).Select(r => $"{r.Invariant.Id}: {string.Join('\n', r.CounterExamples)}").ShouldBeEmpty();
        report.Operations.ShouldContain(o => o.Status == 503);
    }

    [Fact]
    public async Task Restarts_break_the_proof_when_they_are_not()
    {
        var report = await RunAsync(Flaw.Restarts);
        report.Results.Where(r => !r.Holds).Select(r => r.Invariant.Id).ShouldBe(["trades.no-server-error"]);
    }

    [Fact]
    public async Task An_unreachable_server_proves_nothing() =>
        await Should.ThrowAsync<ProofException>(() => new TradesProof().RunAsync(
            new ProofRun([new Uri("http://127.0.0.1:1")], 1, TimeProvider.System), TestContext.Current.CancellationToken));

    private static async Task<ProofReport> RunAsync(Flaw flaw, bool faults = false)
    {
        await using var server = await FlawedServer.StartAsync(flaw);
        var run = new ProofRun([server.Address, server.Address], seed: 7, TimeProvider.System)
        {
            Faults = faults,
            Options = new Dictionary<string, int> { ["tickets"] = 20, ["racers"] = 5, ["short-offer"] = 1, ["parallel"] = 10 },
        };
        return await ProofRunner.RunAsync(new TradesProof(), run, TestContext.Current.CancellationToken);
    }
}

using System.CommandLine;

using Mainstreet.Commands;
using Mainstreet.Foundation.Proving;

using Shouldly;

using Xunit;

namespace Mainstreet.Foundation.Tests.Proving;

[Trait("kind", "unit")]
public sealed class ProveCommandTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("prove-").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        Directory.Delete(_directory, recursive: true);
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task A_proof_that_holds_exits_with_0_and_leaves_report_and_history()
    {
        (await RunAsync("made --target http://one.test,http://two.test --seed 7 --size 3")).ShouldBe(0);
        _output.ToString().ShouldContain("made.kept");
        _output.ToString().ShouldContain("seed 7");
        _output.ToString().ShouldContain("size: 3");
        File.Exists(Path.Combine(_directory, "report.html")).ShouldBeTrue();
        File.Exists(Path.Combine(_directory, "report.jsonl")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_broken_invariant_exits_with_1() => (await RunAsync("broken --target http://one.test")).ShouldBe(1);

    [Theory]
    [InlineData("made")]
    [InlineData("made --target not-an-address")]
    [InlineData("nobody --target http://one.test")]
    [InlineData("made --target http://one.test --size 0")]
    [InlineData("made --target http://one.test --size many")]
    [InlineData("made --target http://one.test --colour 3")]
    [InlineData("unable --target http://one.test")]
    public async Task What_cannot_run_exits_with_2_and_says_why(string line)
    {
        (await RunAsync(line)).ShouldBe(2);
        _error.ToString().ShouldStartWith("prove");
    }

    [Fact]
    public async Task All_names_each_invariant_and_fails_for_a_module_without_one()
    {
        (await RunAsync("all --target http://one.test", modules: ["made", "silent"], proofs: [new Made("made")])).ShouldBe(1);
        _output.ToString().ShouldContain("made.kept");
        _error.ToString().ShouldContain("silent contributes no invariant");
    }

    [Fact]
    public async Task All_holds_when_every_module_proves_something() =>
        (await RunAsync("all --target http://one.test", modules: ["made", "other"], proofs: [new Made("made"), new Made("other")])).ShouldBe(0);

    private async Task<int> RunAsync(string line, IReadOnlyList<string>? modules = null, IReadOnlyList<IProof>? proofs = null)
    {
        var parts = new ProvingParts(
            modules ?? ["made"], proofs ?? [new Made("made"), new Made("broken") { Breaks = true }, new Made("unable") { Fails = true }], []);
        var root = new RootCommand { ProveCommand.Create(() => parts) };
        return await root.Parse($"prove {line} --report {Path.Combine(_directory, "report.html")}")
            .InvokeAsync(new InvocationConfiguration { Output = _output, Error = _error }, TestContext.Current.CancellationToken);
    }

    private sealed class Made(string name) : IProof
    {
        private static readonly ProofOption Size = new("size", "How big.", 1, 1, 9);

        internal bool Breaks { get; init; }

        internal bool Fails { get; init; }

        public string Name => name;

        public IReadOnlyList<Invariant> Invariants { get; } = [new Invariant($"{name}.kept", "Kept.")];

        public IReadOnlyList<ProofOption> Options { get; } = [Size];

        public Task<ProofReport> RunAsync(ProofRun run, CancellationToken cancel)
        {
            if (Fails) throw new ProofException("The server is away.");
            var verdicts = new Verdicts(Invariants);
            verdicts.Check(Invariants[0], !Breaks, () => "it broke");
            return Task.FromResult(new ProofReport
            {
                Name = Name, Run = run, StartedAt = DateTimeOffset.UnixEpoch, Took = TimeSpan.Zero, Results = verdicts.Results, Operations = [],
                Figures = [new("size", $"{run.Option(Size)}")],
            });
        }
    }
}
